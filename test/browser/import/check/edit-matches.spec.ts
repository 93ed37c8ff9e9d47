import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';
import { EditMatches } from '../../../../src/browser/import/check/edit-matches.js';
import { BrowserJournal } from '../../../support/browser-journal.js';

const base = Date.UTC(2025, 0);

/** A row with its creation, and optionally its deletion, in milliseconds after the first row. */
function row(id: string, created: number, deleted?: number, values: Partial<EntryRecord> = {}): EntryRecord {
  return {
    id,
    ts: new Date(base),
    accountId: 'acct-1',
    symbol: 'SPY',
    type: 'fee',
    amount: '-1',
    createdAt: new Date(base + created),
    deletedAt: deleted === undefined ? null : new Date(base + deleted),
    ...values,
  };
}

/** Matches rows of which the browser application created all except `exported`. */
function found(
  rows: readonly EntryRecord[],
  { originals = [], successors = [], exported = [] }: Partial<Record<string, string[]>> = {},
) {
  const matches = new EditMatches();
  for (const [index, each] of rows.entries()) matches.add(index + 1, each, !exported.includes(each.id));
  const { pairs, ambiguous } = matches.find({
    hasOriginal: (id) => successors.includes(id),
    hasSuccessor: (id) => originals.includes(id),
  });
  return {
    originals: Object.fromEntries(pairs.map(({ copy, original }) => [copy.id, original.id])),
    ambiguous: ambiguous.map(({ id }) => id).sort(),
  };
}

describe('an edited copy', () => {
  it.each([
    ['in the same second', 5_000, 5_999],
    ['in the second after', 6_000, 5_999],
    ['to the millisecond', 5_500, 5_500],
  ])('is matched with the row that was deleted at its creation, %s', (_, created, deleted) => {
    expect(found([row('a', 0, deleted), row('b', created)])).toEqual({
      originals: { b: 'a' },
      ambiguous: [],
    });
  });

  it.each([
    ['another account', row('b', 5_000, undefined, { accountId: 'acct-2' })],
    ['another symbol', row('b', 5_000, undefined, { symbol: null })],
    ['another type', row('b', 5_000, undefined, { type: 'dividend' })],
    ['another second', row('b', 7_000)],
    ['a whole second less', row('b', 4_100)],
    ['a whole second more', row('b', 6_100)],
    ['no instant', row('b', 5_000, undefined, { createdAt: undefined as never })],
  ])('is not recognised with %s', (_, other) => {
    expect(found([row('a', 0, 5_100), other])).toEqual({ originals: {}, ambiguous: [] });
  });

  it('is not recognised if it is before the row in the file', () => {
    expect(found([row('b', 5_000), row('a', 5_000, 5_100)])).toEqual({ originals: {}, ambiguous: [] });
  });

  it('is not recognised if the file links it to an original, or links the row to a successor', () => {
    const rows = [row('a', 0, 5_100), row('b', 5_000)];
    expect(found(rows, { successors: ['b'] })).toEqual({ originals: {}, ambiguous: [] });
    expect(found(rows, { originals: ['a'] })).toEqual({ originals: {}, ambiguous: [] });
  });

  it('of a row that the file links to an original is matched', () => {
    const rows = [row('a', 0, 5_100), row('b', 5_000)];
    expect(found(rows, { successors: ['a'] })).toEqual({ originals: { b: 'a' }, ambiguous: [] });
  });

  it('of a row of an export is matched; a row of an export is no copy', () => {
    const rows = [row('a', 0, 5_100), row('b', 5_000)];
    expect(found(rows, { exported: ['a'] })).toEqual({ originals: { b: 'a' }, ambiguous: [] });
    expect(found(rows, { exported: ['a', 'b'] })).toEqual({ originals: {}, ambiguous: [] });
  });

  it('of a type that the browser application does not know has the type of the SQLite export', () => {
    const of = (type: EntryRecord['type']) =>
      found([row('a', 0, 5_100, { type }), row('b', 5_000, undefined, { type: 'correction' })]).originals;
    expect(of('split')).toEqual({ b: 'a' });
    expect(of('withheld_tax')).toEqual({});
  });

  it('is not recognised if it was created before the row, although it is after the row in the file', () => {
    expect(found([row('a', 5_500, 5_900), row('b', 5_200)])).toEqual({ originals: {}, ambiguous: [] });
  });

  it('that could replace two rows, or a row that two copies could replace, is ambiguous', () => {
    expect(found([row('a', 0, 5_100), row('b', 0, 5_200), row('c', 5_000)])).toEqual({
      originals: {},
      ambiguous: ['c'],
    });
    expect(found([row('a', 0, 5_100), row('b', 5_000), row('c', 5_000)])).toEqual({
      originals: {},
      ambiguous: ['b', 'c'],
    });
  });

  it('of a row with more than a hundred possible copies is ambiguous, also if another row has only this one', () => {
    const copies = Array.from({ length: 100 }, (_, index) => row(`c${index}`, 4_500));
    const rows = [row('a', 0, 5_000), row('b', 0, 6_600), ...copies, row('x', 5_700)];
    const { originals, ambiguous } = found(rows);
    expect([originals, ambiguous.length]).toEqual([{}, 101]);
    expect(found(rows.slice(1))).toEqual({ originals: { x: 'b' }, ambiguous: [] });
  });

  it('is distinguished from a new row of the same second by the form of its id', () => {
    const rows = [row('a', 0, 5_100), row('b', 5_000), row('jrnl_c', 5_000)];
    expect(found(rows)).toEqual({ originals: { b: 'a' }, ambiguous: [] });
    expect(found([row('a', 0, 5_100), row('jrnl_b', 5_000)])).toMatchObject({ originals: { jrnl_b: 'a' } });
  });

  it('of a copy, within one second, is matched in the order of the file', () => {
    const edits = [row('a', 0, 5_100), row('b', 5_000, 5_300), row('c', 5_000, 5_600), row('d', 5_000)];
    expect(found(edits)).toEqual({ originals: { b: 'a', c: 'b', d: 'c' }, ambiguous: [] });
    const others = [row('x', 0, 5_200), row('y', 5_000)];
    expect(found([...edits, ...others])).toEqual({ originals: {}, ambiguous: ['b', 'c', 'd', 'y'] });
  });
});

const steps = fc.record({
  pause: fc.constantFrom(0, 1, 300, 999, 1_000, 2_000),
  kind: fc.constantFrom('append', 'edit', 'edit', 'delete', 'restore'),
  choice: fc.nat(10),
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;
const programs = fc.array(steps, { maxLength: 40 });

function recordOf(cells: Record<string, unknown>): EntryRecord {
  const instant = (text: unknown) => new Date(String(text).replace(' ', 'T').replace(/Z?$/, 'Z'));
  return row(String(cells['id']), 0, undefined, {
    symbol: String(cells['symbol']),
    createdAt: instant(cells['created_at']),
    deletedAt: cells['deleted_at'] === null ? null : instant(cells['deleted_at']),
  });
}

/** @param slowly waits two seconds between all actions, not only around a new entry */
function play(program: readonly Step[], slowly: boolean) {
  const journal = new BrowserJournal();
  for (const { pause, kind, choice } of program) {
    journal.wait(slowly ? pause + 2_000 : pause);
    const symbol = `S${choice % 2}`;
    if (kind !== 'append') journal.act({ kind, choice });
    else {
      journal.wait(2_000);
      journal.act({ kind, symbol, type: 'fee' });
      journal.wait(2_000);
    }
  }
  const edits = [...journal.successors].flatMap(([id, { copies }]) => (copies[0] ? [[copies[0], id]] : []));
  return { records: journal.rows.map(recordOf), edits: Object.fromEntries(edits) as Record<string, string> };
}

it('only edits are matched if a trader takes two seconds for each action', () => {
  fc.assert(
    fc.property(programs, (program) => {
      const { records, edits } = play(program, true);
      expect(found(records)).toEqual({ originals: edits, ambiguous: [] });
    }),
  );
});

it('edits and removals at any speed are matched with the rows that they replace, or are ambiguous', () => {
  fc.assert(
    fc.property(programs, (program) => {
      const { records, edits } = play(
        program.filter(({ kind }) => kind !== 'restore'),
        false,
      );
      const { originals, ambiguous } = found(records);
      for (const [copy, original] of Object.entries(edits)) {
        if (ambiguous.includes(copy)) expect(originals).not.toHaveProperty(copy);
        else expect(originals[copy]).toBe(original);
      }
      expect(new Set(Object.values(originals)).size).toBe(Object.keys(originals).length);
    }),
    { numRuns: 1_000 },
  );
});

it('tens of thousands of rows of one second are matched quickly', () => {
  const rows = Array.from({ length: 60_000 }, (_, index) => row(`r${index}`, 0, index % 2 ? 500 : undefined));
  expect(found(rows).ambiguous).toHaveLength(60_000);
}, 5_000);
