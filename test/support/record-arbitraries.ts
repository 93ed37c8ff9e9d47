import fc from 'fast-check';
import { entryTypes } from '../../src/index.js';
import type { EntryRecord, NewEntry } from '../../src/index.js';
import { entryColumns, type EntryKind } from '../../src/model/entry-column.js';
import {
  day,
  decimal,
  fraction,
  instant,
  key,
  positiveDecimal,
  ratio,
  text,
  unsignedDecimal,
} from './database-arbitraries.js';
import { appendable, conforming } from './conforming.js';

/** An entry without its id and link. */
type Linkless = Omit<EntryRecord, 'id' | 'originalEntryId'>;

const note = fc.oneof(
  text({ maxLength: 12 }),
  fc.constantFrom('', '=1+1', '\ufeff', 'a\r\n"b",\u2028', '🏆'),
);
const metaKey = fc.oneof(text({ maxLength: 6 }), fc.constantFrom('__proto__', 'constructor', 'export'));
const { value: metaValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.option(note),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
    // Text in the form of JSON: readers must not parse it.
    fc.constantFrom('{"a":1}', '"{}"', '12', 'null'),
  ),
  object: fc.dictionary(metaKey, tie('value'), { maxKeys: 3 }),
}));
const meta = fc
  .array(fc.tuple(metaKey, metaValue), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs) as Record<string, unknown>);

const account = fc.constantFrom('acct-1', 'acct-2');

/** An arbitrary for every kind of column; a missing kind is a compile error. */
const kinds: Readonly<Record<EntryKind, fc.Arbitrary<unknown>>> = {
  // Without surrounding blanks, because an import trims symbols.
  key: key.filter((text) => text.trim() === text),
  text: note,
  entryType: fc.constantFrom(...entryTypes),
  amount: fc.oneof(
    decimal,
    fc.constantFrom('123456789012.12345678', '-0.00000001', '0.00000000', '0.10000000'),
  ),
  quantity: unsignedDecimal,
  positive: positiveDecimal,
  fraction,
  ratio,
  flag: fc.boolean(),
  instant,
  day,
  object: meta,
  order: fc.maxSafeNat().map(String),
};

const columns = entryColumns
  .filter(({ property }) => property !== 'id' && property !== 'originalEntryId')
  .map(({ property, kind, part, isNullable }) => {
    const value = property === 'accountId' || property === 'targetAccountId' ? account : kinds[kind];
    return { property, part, value: isNullable ? fc.option(value) : value };
  });
const arbitraryOf = <T>(some: typeof columns) =>
  fc.record(Object.fromEntries(some.map(({ property, value }) => [property, value]))) as fc.Arbitrary<T>;

/** Any values of the columns that `append` takes, without an id. */
export const contents = arbitraryOf<NewEntry>(columns.filter(({ part }) => part === 'content')).map(
  appendable,
);

/** Any values of all columns except the id and the link. */
export const linkless = arbitraryOf<Linkless>(columns).map((entry) => conforming({ ...entry, id: '' }));

/**
 * Entries with any values that the columns can hold. Each entry replaces at most one earlier entry.
 */
export const fullRecords: fc.Arbitrary<EntryRecord[]> = fc
  .uniqueArray(fc.tuple(key, linkless, fc.option(fc.nat())), { selector: ([id]) => id, maxLength: 15 })
  .map((drafts) => {
    const free = new Set<string>();
    return drafts.map(([id, draft, link]) => {
      const originals = [...free];
      const originalEntryId =
        link === null || originals.length === 0 ? null : (originals[link % originals.length] ?? null);
      if (originalEntryId !== null) free.delete(originalEntryId);
      free.add(id);
      return { ...draft, id, originalEntryId };
    });
  });
