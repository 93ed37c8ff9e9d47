// @slow: sums random journals
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { EntryRecord, JournalEntry, JournalFilter } from '../../src/index.js';
import { filter, instant, journalRecords } from '../support/database-arbitraries.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { passes } from '../support/database-model.js';

const Exact = Decimal.clone({ precision: 60 });
const premiumTypes = [
  'sell_to_open',
  'buy_to_close',
  'buy_to_open',
  'sell_to_close',
  'expiration',
  'option_premium',
];

function sumOf(entries: readonly { amount: string }[]): string {
  const sum = entries.reduce((total, { amount }) => total.plus(amount), new Exact(0));
  return sum
    .plus(0)
    .toFixed(8)
    .replace(/^-(0\.0+)$/, '$1');
}

function grouped<T>(entries: readonly T[], name: (entry: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const entry of entries) groups.set(name(entry), [...(groups.get(name(entry)) ?? []), entry]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('The sums of the journal', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
  });
  afterAll(() => under.close());

  async function keep(records: EntryRecord[]): Promise<JournalEntry[]> {
    userId = await under.newUser();
    await inScope(() => under.imports.appendMissing(records));
    return (await inScope(() => under.journal.page({ status: 'all', limit: 100 }))).entries;
  }

  it('add up inflow, outflow and net of the entries that match the filter, exactly', async () => {
    await fc.assert(
      fc.asyncProperty(journalRecords, filter, async (records, given) => {
        const all = await keep(records);
        for (const chosen of [given, {}] as JournalFilter[]) {
          const entries = all.filter((entry) => passes(entry, chosen));

          expect(await inScope(() => under.journal.totals(chosen))).toEqual({
            count: entries.length,
            inflow: sumOf(entries.filter(({ amount }) => new Exact(amount).isPositive())),
            outflow: sumOf(entries.filter(({ amount }) => amount.startsWith('-'))).replace('-', ''),
            net: sumOf(entries),
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are zero with eight decimals without entries', async () => {
    await keep([]);

    expect(await inScope(() => under.journal.totals())).toEqual({
      count: 0,
      inflow: '0.00000000',
      outflow: '0.00000000',
      net: '0.00000000',
    });
    expect(await inScope(() => under.journal.premiumByWeek())).toEqual([]);
    expect(await inScope(() => under.imports.controlSums(['nothing']))).toEqual([]);
  });

  it('may exceed the range of a column', async () => {
    const amount = '999999999999.99999999';
    await keep([1, 2, 3].map((id) => ({ ...putSold({ amount }), id: `${id}` })));

    expect((await inScope(() => under.journal.totals())).net).toBe('2999999999999.99999997');
  });

  it('add up the premium of option legs by ISO week in UTC, oldest first', async () => {
    const dated = fc
      .tuple(journalRecords, fc.array(instant, { maxLength: 10 }))
      .map(([records, instants]) =>
        records.map((record, index) => ({ ...record, ts: instants[index] ?? record.ts })),
      );
    await fc.assert(
      fc.asyncProperty(dated, filter, async (records, given) => {
        const entries = (await keep(records)).filter(
          (entry) => premiumTypes.includes(entry.type) && passes(entry, given),
        );
        const weeks = grouped(entries, ({ ts }) =>
          DateTime.fromJSDate(ts, { zone: 'utc' }).toFormat("kkkk-'W'WW"),
        );

        expect(await inScope(() => under.journal.premiumByWeek(given))).toEqual(
          weeks.map(([week, members]) => ({ week, count: members.length, premium: sumOf(members) })),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('number the weeks around New Year as ISO 8601 does', async () => {
    const days = ['2024-12-29', '2024-12-30', '2026-12-31', '2027-01-03', '2027-01-04'];
    await keep(days.map((day) => ({ ...putSold({ ts: new Date(day), amount: '1' }), id: day })));

    const weeks = await inScope(() => under.journal.premiumByWeek());
    expect(weeks.map(({ week, count }) => [week, count])).toEqual([
      ['2024-W52', 1],
      ['2025-W01', 1],
      ['2026-W53', 2],
      ['2027-W01', 1],
    ]);
  });

  it('count the entries with given ids by account, type, symbol and live or deleted', async () => {
    await fc.assert(
      fc.asyncProperty(journalRecords, fc.nat(40), async (records, without) => {
        const entries = (await keep(records)).slice(without);
        const unknown = ['nothing', '\0', '\ud800', 'x'.repeat(300)];
        type Named = { accountId: string; type: string; symbol: string | null };
        const nameOf = (live: boolean, { accountId, type, symbol }: Named) =>
          JSON.stringify([live, accountId, type, symbol]);

        const sums = await inScope(() =>
          under.imports.controlSums([...entries.map(({ id }) => id), ...unknown]),
        );
        expect(sums.map((sum) => [nameOf(sum.live, sum), sum.count, sum.amount]).sort()).toEqual(
          grouped(entries, (entry) => nameOf(entry.deletedAt === null, entry))
            .map(([name, members]) => [name, members.length, sumOf(members)])
            .sort(),
        );
      }),
      { numRuns: 40 },
    );
  });
});
