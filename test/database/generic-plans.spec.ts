import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalRepository } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { nodesOf } from '../support/plan-nodes.js';
import type { PlanNode } from '../support/plan-nodes.js';

const heavyEntries = 200_000;
const lightEntries = 20;
const day = 86_400_000;
const first = Date.UTC(2020, 0);

/**
 * From its sixth execution on, PostgreSQL may have one plan of a prepared statement for all its values. It must suit a user with
 * hardly any entries and one with very many, whoever came first.
 */
describe('A prepared statement in its seventh execution', () => {
  let under: JournalUnderTest;
  let heavy: string;
  let light: string;

  beforeAll(async () => {
    under = await startJournal({ pool: { min: 1, max: 1, idleTimeout: 10_000, connectionTimeout: 10_000 } });
    [heavy, light] = [await under.newUser(), await under.newUser()];
    for (const [user, entries] of [
      [heavy, heavyEntries],
      [light, lightEntries],
    ]) {
      await under.owner.query(
        `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, amount)
         SELECT $1, 'e-' || n, $3::timestamptz + n * $4::float8 * interval '1 day', 'acct-1', 'S' || n % 40,
           CASE n % 25 WHEN 0 THEN 'dividend' ELSE 'sell_to_open' END, n
         FROM generate_series(1, $2::int) n`,
        [user, entries, new Date(first), 2_000 / Number(entries)],
      );
    }
    // Of many others, with a few entries each.
    await under.owner.query(`
      WITH others AS (INSERT INTO users (email) SELECT n || '@example.com' FROM generate_series(1, 1000) n RETURNING id),
        owned AS (INSERT INTO accounts (user_id, id, name) SELECT id, 'acct-1', 'Margin' FROM others RETURNING user_id)
      INSERT INTO journal (user_id, id, ts, account_id, symbol, type, amount)
      SELECT user_id, 'e-' || n, '2026-01-05'::timestamptz + n * interval '1 day', 'acct-1', 'S' || n, 'dividend', n
      FROM owned, generate_series(1, 20) n`);
    await under.owner.query('VACUUM ANALYZE journal');
  });
  afterAll(() => under.close());

  const [from, to] = [new Date(first + 100 * day), new Date(first + 1_900 * day)];
  // Where no index is named, each way to the rows of a user is right that reads no others.
  const calls: [string, (journal: JournalRepository) => Promise<unknown>, string | undefined, number][] = [
    ['the newest page', (journal) => journal.page(), 'idx_journal_live_ts_amount', 51],
    ['a page of a symbol', (journal) => journal.page({ symbol: 'S5' }), 'idx_journal_live_symbol', 51],
    ['a page of a type', (journal) => journal.page({ type: 'dividend' }), 'idx_journal_live_type', 51],
    [
      'a page of a symbol and a type between two days',
      (journal) => journal.page({ symbol: 'S5', type: 'dividend', from, to }),
      'idx_journal_live_symbol_type',
      51,
    ],
    ['one entry', (journal) => journal.get('e-7'), 'pk_journal', 1],
    ['the totals', (journal) => journal.totals(), undefined, heavyEntries],
  ];
  const users: [string, string][] = [
    ['light', 'heavy'],
    ['heavy', 'light'],
    ['heavy', 'heavy'],
    ['light', 'light'],
  ];
  const cases = calls.flatMap((call) => users.map((pair) => [...pair, ...call] as const));

  it.each(cases)(
    'after six by the %s user, by the %s: %s',
    async (before, user, _, call, index, mostRows) => {
      const ids = { light, heavy };
      const as = (who: string, work: () => Promise<unknown>) =>
        under.scope.run(ids[who as keyof typeof ids], work);
      for (let execution = 0; execution < 6; execution += 1) await as(before, () => call(under.journal));
      const nodes = await planOf(ids[user as keyof typeof ids], () => as(user, () => call(under.journal)));

      const scan = nodes.find((node) => node['Relation Name'] === 'journal');
      if (index !== undefined) expect(scan?.['Index Name']).toBe(index);
      expect(scan?.['Actual Rows']).toBeLessThanOrEqual(
        user === 'light' ? Math.min(mostRows, lightEntries) : mostRows,
      );
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
      // Nearly all rows are the heavy user's, for whose totals the whole table may be read.
      if (index !== undefined || user === 'light')
        for (const node of nodes) expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    },
  );

  it('is none of a stream, whose parts are planned anew', async () => {
    let entries = 0;
    await under.scope.run(heavy, async () => {
      for await (const entry of under.journal.stream()) entries += entry.userId === heavy ? 1 : 0;
    });
    // For all values at once the plan may be to read all entries of a user, and sort them, for each thousand.
    const prepared = await under.scope.run(heavy, () =>
      under.dataSource.query<unknown[]>(
        `SELECT name FROM pg_prepared_statements WHERE statement LIKE '%LIMIT 1000'`,
      ),
    );

    expect(entries).toBe(heavyEntries);
    expect(prepared).toEqual([]);
  });

  /** The plan that the session has for the prepared statement of a call, with the values of that call. */
  async function planOf(userId: string, call: () => Promise<unknown>): Promise<PlanNode[]> {
    const sent: { query: string; parameters: unknown[] }[] = [];
    const { logger } = under.dataSource;
    under.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: (query: string, parameters: unknown[] = []) => void sent.push({ query, parameters }),
    });
    await call().finally(() => (under.dataSource.logger = logger));
    const [{ query = '', parameters = [] } = {}] = sent;
    return under.scope.run(userId, async () => {
      const [prepared] = await under.dataSource.query<{ name: string; executions: number }[]>(
        `SELECT name, (generic_plans + custom_plans)::int AS executions FROM pg_prepared_statements WHERE statement = $1`,
        [query],
      );
      expect(prepared?.executions).toBeGreaterThanOrEqual(7);
      const values = parameters.map((value) => `'${String(value)}'`).join(', ');
      const [row] = await under.dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${prepared?.name ?? ''} (${values})`,
      );
      return row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
    });
  }
});
