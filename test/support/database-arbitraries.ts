import fc from 'fast-check';
import { entryStatuses, entryTypes } from '../../src/index.js';
import type { DecimalString, EntryRecord, JournalFilter, NewEntry } from '../../src/index.js';
import { appendable } from './conforming.js';

/** Text that PostgreSQL can store. */
export const text = (constraints: fc.StringConstraints = {}) =>
  fc
    .string({ unit: 'binary', ...constraints })
    .filter((candidate) => candidate.isWellFormed() && !candidate.includes('\0'));

/** An id or a symbol. */
export const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'B', '-', 'é') }),
  text({ minLength: 1, maxLength: 60 }),
);

/** A timestamp within the range of PostgreSQL and of a page cursor. */
export const instant = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

/** A day as `YYYY-MM-DD`. */
export const day = instant.map((date) => date.toISOString().slice(0, 10));

/** A decimal within numeric(20,8), in PostgreSQL's output form. */
export const unsignedDecimal = fc
  .tuple(fc.bigInt(0n, 999_999_999_999n), fc.bigInt(0n, 99_999_999n))
  .map(([whole, rest]) => `${whole}.${String(rest).padStart(8, '0')}` as DecimalString);
export const positiveDecimal = unsignedDecimal.filter((size) => !/^0\.0+$/.test(size));
/** A decimal from 0 to 1. */
export const fraction = fc.oneof(
  fc.constantFrom<DecimalString>('0.00000000', '1.00000000'),
  fc
    .integer({ min: 0, max: 99_999_999 })
    .map((units) => `0.${String(units).padStart(8, '0')}` as DecimalString),
);
/** One term of a split ratio. */
export const ratio = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(1_000_000_000, 1_000));
export const decimal = fc
  .tuple(fc.boolean(), unsignedDecimal)
  .map(([negative, size]) => (negative && !/^0\.0+$/.test(size) ? (`-${size}` as DecimalString) : size));

const label = fc.constantFrom('a', 'B', 'é', 'none');

/** An entry from few distinct values, so that filters match and timestamps are often equal. */
export const ordinaryEntry: fc.Arbitrary<NewEntry> = fc
  .record<NewEntry>({
    ts: fc.integer({ min: 0, max: 8 }).map((days) => new Date(Date.UTC(2025, 11, 27) + days * 86_400_000)),
    accountId: fc.constantFrom('acct-1', 'acct-2'),
    type: fc.constantFrom(...entryTypes),
    amount: fc.oneof(decimal, fc.constantFrom('0.00000000', '0.00000001', '-0.00000001', '1.00000000')),
    symbol: fc.constantFrom('AAPL', 'BRK.B', null),
    expiration: fc.constantFrom(null, '2025-12-31', '2026-01-01', '2026-01-02'),
    meta: fc.oneof(
      fc.constant({}),
      fc.record(
        {
          trade: fc.constantFrom('t', 'T', 1),
          strategy: fc.constantFrom('wheel', 'Wheel', null),
          roll: label,
          rolledTo: label,
          rolledFrom: label,
          tag: label,
          tags: fc.oneof(label, fc.array(label, { maxLength: 2 }), fc.constant([['a']])),
        },
        { requiredKeys: [] },
      ),
    ),
  })
  .map(appendable);

const created = new Date('2026-01-20');
const deleted = new Date('2026-02-01');

/** A journal: entries with distinct ids. Some are deleted, and some were created before others. */
export const journalRecords: fc.Arbitrary<EntryRecord[]> = fc.uniqueArray(
  fc
    .tuple(
      ordinaryEntry,
      key,
      fc.option(fc.constant(deleted), { nil: null, freq: 3 }),
      fc.constantFrom(new Date('2026-01-10'), created),
    )
    .map(([entry, id, deletedAt, createdAt]) => ({ ...entry, id, deletedAt, createdAt })),
  { selector: ({ id }) => id, maxLength: 40 },
);

/** Values of each filter member that occur in {@link journalRecords}. */
const members: { [Member in keyof JournalFilter]-?: fc.Arbitrary<Required<JournalFilter>[Member]> } = {
  symbol: fc.constantFrom('AAPL', 'BRK.B', 'NONE'),
  type: fc.constantFrom(...entryTypes),
  accountId: fc.constantFrom('acct-1', 'acct-2'),
  from: fc.constantFrom(new Date('2025-12-27'), new Date('2026-01-01'), new Date('2026-01-01T00:00:00.001Z')),
  to: fc.constantFrom(new Date('2025-12-31'), new Date('2026-01-01'), new Date('2026-01-03T23:59:59.999Z')),
  status: fc.constantFrom(...entryStatuses),
  today: fc.constantFrom('2025-12-30', '2025-12-31', '2026-01-01', '2026-01-02'),
  asOf: fc.constantFrom(
    new Date(created.getTime() - 1),
    created,
    new Date(deleted.getTime() - 1),
    deleted,
    new Date('2026-01-09'),
  ),
  meta: fc
    .record(
      {
        trade: fc.constantFrom('t', '1'),
        strategy: fc.constantFrom('wheel', 'null'),
        roll: label,
        tag: label,
      },
      { requiredKeys: [] },
    )
    .filter((meta) => Object.keys(meta).length > 0),
};

/** A filter with values that occur in {@link journalRecords}. `today` is always set. */
export const filter: fc.Arbitrary<JournalFilter> = fc
  .record(members, { requiredKeys: ['today'] })
  // Each further condition halves the matches. Most filters have few conditions, so that entries
  // match.
  .chain((given) => {
    const names = Object.keys(given);
    return fc.subarray(names, { maxLength: Math.min(3, names.length) }).map((some) => pick(given, some));
  });

function pick(given: JournalFilter, names: readonly string[]): JournalFilter {
  const chosen = Object.entries(given).filter(([name]) => name === 'today' || names.includes(name));
  return Object.fromEntries(chosen);
}
