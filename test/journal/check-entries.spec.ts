import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryColumns } from '../../src/model/entry-column.js';
import { entryRecord, newEntry } from '../../src/journal/new-entry.js';
import { isPlainEntry, isPlainRecord } from '../../src/journal/check-entries.js';
import type { EntryRecord, NewEntry } from '../../src/index.js';
import { putSold } from '../support/database-journal.js';
import { fullRecords } from '../support/record-arbitraries.js';

/** Values that are valid for some column, or nearly valid. */
const values: readonly unknown[] = [
  ...[
    undefined,
    null,
    '',
    'a',
    'é',
    'x\0',
    'SPY',
    'fee',
    '1',
    '-1',
    '-0',
    '1e3',
    '1.000000000',
    '1234567890123',
    '007',
    ' 1',
    '0',
    '0.5',
    '0.00000000',
    '1.00000001',
    1,
    0,
    1.5,
    1_000_000_000,
    1_000_000_001,
    true,
  ],
  ...[
    '2026-02-28',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31',
    '0000-01-01',
    '2026-13-01',
    '2026-01-00',
    7,
    NaN,
  ],
  ...[
    new Date(),
    new Date(NaN),
    new Date(-1e15),
    new Date(8.64e15),
    [],
    {},
    { leg: 'put' },
    { a: undefined },
  ],
  ...[
    { a: () => 1 },
    { a: '\ud800' },
    { 'x\0': 1 },
    { a: { b: 1 } },
    { a: 1n },
    new Map(),
    Object.create({ a: 1n }) as unknown,
  ],
  ...['x'.repeat(200), 'x'.repeat(201), JSON.parse('{"__proto__": {"a": 1}}') as unknown],
];
const value = fc.oneof(fc.constantFrom(...values), fc.string({ unit: 'binary', maxLength: 5 }));
const columns = Object.keys(entryRecord.shape);
const changes = fc.dictionary(fc.constantFrom(...columns, 'userId', 'constructor'), value, { maxKeys: 3 });
const keys = fc.array(fc.constantFrom(...columns), { maxLength: 1 });

const plain = { ...putSold(), id: 'put-1', meta: { leg: 'put', contracts: 2, open: true } } as EntryRecord;
const changed = fc.tuple(changes, keys).map(([given, left]) => {
  const entry: Record<string, unknown> = { ...plain, ...given };
  for (const key of left) Reflect.deleteProperty(entry, key);
  return entry as unknown as EntryRecord;
});

describe('A plain entry', () => {
  it('includes an ordinary entry', () => {
    expect(isPlainEntry(putSold())).toBe(true);
    expect(
      isPlainRecord({ ...plain, originalEntryId: 'put-0', createdAt: new Date(), deletedAt: null }),
    ).toBe(true);
  });

  it('satisfies the rules with any column value', () => {
    for (const column of columns)
      for (const given of values) {
        const entry = { ...plain, [column]: given };
        if (isPlainEntry(entry))
          expect([column, given, newEntry.safeParse(entry).error]).toEqual([column, given, undefined]);
        if (isPlainRecord(entry))
          expect([column, given, entryRecord.safeParse(entry).error]).toEqual([column, given, undefined]);
      }
  });

  it('satisfies the rules for entries', () => {
    fc.assert(
      fc.property(changed, (entry: NewEntry) => {
        fc.pre(isPlainEntry(entry));
        expect(newEntry.safeParse(entry).error).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('satisfies the rules for records, with its history', () => {
    fc.assert(
      fc.property(changed, (record) => {
        fc.pre(isPlainRecord(record));
        expect(entryRecord.safeParse(record).error).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a history that new entries do not have', { deletedAt: new Date() }],
    ['an unknown column', { price: '1' }],
    ['text beyond ASCII, about which the rules have to be asked', { symbol: 'é' }],
    ['no amount', { amount: undefined }],
  ])('does not include an entry with %s', (_, different) => {
    expect(isPlainEntry({ ...putSold(), ...different } as NewEntry)).toBe(false);
  });

  it('does not include an object with inherited values, which would not be stored', () => {
    expect(isPlainEntry(Object.assign(Object.create({ qty: '-5' }) as object, putSold()))).toBe(false);
  });

  it('does not include an entry that follows itself', () => {
    expect(isPlainRecord({ ...plain, originalEntryId: plain.id })).toBe(false);
  });
});

describe('The random entries of the tests', () => {
  // Without values, the tests of round trips would not test the column.
  it('have values in each content column', () => {
    const entries = fc.sample(fullRecords, { numRuns: 500, seed: 1 }).flat();
    const empty = entryColumns
      .filter(({ part }) => part === 'content')
      .filter(({ property }) => entries.every((entry) => entry[property as 'id'] == null));

    expect(empty.map(({ property }) => property)).toEqual([]);
  });
});
