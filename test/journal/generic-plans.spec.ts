// @slow: plans queries of a large journal
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CashReadModel,
  EntryConflictError,
  LegacyReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
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
 * From the sixth execution on, PostgreSQL may use a generic plan for a prepared statement. The plan
 * must suit both a user with few entries and a user with many, in either order.
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
    // Entries of many other users, a few each.
    await under.owner.query(`
      WITH others AS (INSERT INTO users (email) SELECT n || '@example.com' FROM generate_series(1, 1000) n RETURNING id),
        owned AS (INSERT INTO accounts (user_id, id, name) SELECT id, 'acct-1', 'Margin' FROM others RETURNING user_id)
      INSERT INTO journal (user_id, id, ts, account_id, symbol, type, amount)
      SELECT user_id, 'e-' || n, '2026-01-05'::timestamptz + n * interval '1 day', 'acct-1', 'S' || n, 'dividend', n
      FROM owned, generate_series(1, 20) n`);
    await under.owner.query('VACUUM ANALYZE journal');
    // Makes the planner choose parallel plans whenever possible.
    for (const name of [
      'parallel_setup_cost',
      'parallel_tuple_cost',
      'min_parallel_table_scan_size',
      'min_parallel_index_scan_size',
    ])
      await under.owner.query(`ALTER DATABASE ${new URL(under.url).pathname.slice(1)} SET ${name} = 0`);
  });
  afterAll(() => under.close());

  const [from, to] = [new Date(first + 100 * day), new Date(first + 1_900 * day)];
  // Without a named index, any plan is right that reads only rows of the user.
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
    [
      'a page in the middle',
      async (journal) => {
        const { next } = await journal.page({ to: new Date(first + 1_000 * day), limit: 1 });
        return journal.page({ after: next ?? '' });
      },
      'idx_journal_live_ts_amount',
      51,
    ],
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
    'after six executions by the %s user, is efficient for the %s user: %s',
    async (before, user, _, call, index, maxRows) => {
      const ids = { light, heavy };
      const as = (who: string, work: () => Promise<unknown>) =>
        under.scope.run(ids[who as keyof typeof ids], work);
      for (let execution = 0; execution < 6; execution += 1) await as(before, () => call(under.journal));
      const nodes = await planOf(ids[user as keyof typeof ids], () => as(user, () => call(under.journal)));

      const scan = nodes.find((node) => node['Relation Name'] === 'journal');
      if (index !== undefined) expect(scan?.['Index Name']).toBe(index);
      expect(scan?.['Actual Rows']).toBeLessThanOrEqual(
        user === 'light' ? Math.min(maxRows, lightEntries) : maxRows,
      );
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
      // Nearly all rows belong to the heavy user, so a scan of the whole table is acceptable for
      // the totals.
      if (index !== undefined || user === 'light')
        for (const node of nodes) expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    },
  );

  it.each<[string, (journal: JournalRepository) => Promise<unknown>]>([
    ['a page', (journal) => journal.page({ limit: 7 })],
    ['the totals', (journal) => journal.totals()],
  ])('has a generic plan from the first execution if no custom plan can be better: %s', async (_, call) => {
    for (const user of [light, heavy]) await under.scope.run(user, () => call(under.journal));
    const [query] = (await sentBy(() => under.scope.run(heavy, () => call(under.journal)))).slice(-1);
    const [prepared] = await under.scope.run(heavy, () =>
      under.dataSource.query<{ custom: number }[]>(
        `SELECT custom_plans::int AS custom FROM pg_prepared_statements WHERE statement = $1`,
        [query?.text],
      ),
    );

    expect(prepared?.custom).toBe(0);
  });

  const [today, per] = ['2026-01-01', 'month'] as const;
  it.each<[string, () => Promise<unknown>]>([
    ['open option positions', () => under.get(OptionPositionsReadModel).list({ today })],
    ['share lots', () => under.get(ShareLotsReadModel).list({ today })],
    ['share lots, first in, first out', () => under.get(ShareLotsReadModel).list({ today, method: 'fifo' })],
    ['premium', () => under.get(CashReadModel).premium({ per })],
    ['balances', () => under.get(CashReadModel).balances()],
    ['realised profit', () => under.get(ProfitReadModel).realised({ per, today })],
  ])(
    'has no joins, whose kind would depend on row estimates, and no parallel workers: %s',
    async (_, figure) => {
      for (let execution = 0; execution < 6; execution += 1) await under.scope.run(light, figure);
      const nodes = await planOf(heavy, () => under.scope.run(heavy, figure));

      expect(nodes.some((node) => node['Relation Name'] === 'journal')).toBe(true);
      for (const node of nodes) expect(node['Node Type']).not.toMatch(/Nested Loop|Join|Gather/);
    },
  );

  it.each<[string, () => Promise<unknown>]>([
    ['a page of a type', () => under.journal.page({ type: 'fee', from, to })],
    ['a page of a symbol', () => under.journal.page({ symbol: 'none', from, to })],
    ['a page of an account', () => under.journal.page({ accountId: 'acct-9', from, to })],
    ['the totals of a type', () => under.journal.totals({ type: 'fee', from, to })],
    ['the premium of a symbol', () => under.journal.premiumByWeek({ symbol: 'none', from, to })],
  ])(
    'is planned for its values if a generic plan would read all entries between two instants: %s',
    async (_, call) => {
      for (let execution = 0; execution < 6; execution += 1) await under.scope.run(light, call);
      const removed = await removedBy(() => under.scope.run(heavy, call));

      expect(removed).toBe(0);
    },
  );

  it.each<[string, () => Promise<unknown>]>([
    ['balances', () => under.get(CashReadModel).balances({ accountId: 'acct-9' })],
    ['its old positions', () => under.get(LegacyReadModel).positions({ symbol: 'none' })],
  ])(
    'is planned for its values if a generic plan would read all entries of a user: %s',
    async (_, figure) => {
      for (let execution = 0; execution < 6; execution += 1) await under.scope.run(light, figure);

      expect(await removedBy(() => under.scope.run(heavy, figure))).toBe(0);
    },
  );

  it('is not used for a stream, whose batches are planned again', async () => {
    let entries = 0;
    await under.scope.run(heavy, async () => {
      for await (const entry of under.journal.stream()) entries += entry.userId === heavy ? 1 : 0;
    });
    // A generic plan could read and sort all entries of the user for each batch.
    const prepared = await under.scope.run(heavy, () =>
      under.dataSource.query<unknown[]>(
        `SELECT name FROM pg_prepared_statements WHERE statement LIKE '%LIMIT 2000'`,
      ),
    );

    expect(entries).toBe(heavyEntries);
    expect(prepared).toEqual([]);
  });

  it('looks each loaded entry up by its id, though the planner expects few entries of the user', async () => {
    const user = await under.newUser();
    await under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount)
       SELECT $1, 'e-' || n, now(), 'acct-1', 'dividend', n FROM generate_series(1, 10000) n`,
      [user],
    );
    const loaded = { ts: new Date(first), accountId: 'acct-1', type: 'dividend', amount: '0.5' } as const;
    const entries = Array.from({ length: 2_000 }, (_, n) => ({ id: `e-${n + 1}`, ...loaded }));
    const sent = await sentBy(() =>
      expect(under.scope.run(user, () => under.journal.load(entries))).rejects.toThrow(EntryConflictError),
    );
    const { text, values } = sent.find((one) => one.text.includes('IS DISTINCT FROM')) ?? {};
    const [row] = await under.scope.run(user, () =>
      under.dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      ),
    );
    const nodes = row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
    const scan = nodes.find((node) => node['Relation Name'] === 'journal');

    expect(scan).toMatchObject({ 'Index Name': 'pk_journal', 'Actual Rows': 1, 'Actual Loops': 2_000 });
  });

  /** The session's plan for the prepared statement and the values of a call. */
  async function planOf(userId: string, call: () => Promise<unknown>): Promise<PlanNode[]> {
    const [{ text = '', values = [] } = {}] = (await sentBy(call)).slice(-1);
    return under.scope.run(userId, () =>
      under.scope.transaction(async (unit) => {
        const [prepared] = await unit.query<{ name: string; generic: number; custom: number }[]>(
          `SELECT name, generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements WHERE statement = $1`,
          [text],
        );
        const { name = '', generic = 0, custom = 0 } = prepared ?? {};
        expect(generic + custom).toBeGreaterThanOrEqual(7);
        if (custom === 0) await unit.query('SET LOCAL plan_cache_mode = force_generic_plan');
        const given = values.map((value) => `'${String(value)}'`).join(', ');
        const [row] = await unit.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
          `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${name} (${given})`,
        );
        return row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
      }),
    );
  }

  /**
   * The number of rows that a call read and filtered out. Its statement is unnamed, so PostgreSQL
   * plans it for its values.
   */
  async function removedBy(call: () => Promise<unknown>): Promise<number> {
    const [{ text = '', values = [] } = {}] = (await sentBy(call)).slice(-1);
    return under.scope.run(heavy, async () => {
      expect(
        await under.dataSource.query('SELECT 1 FROM pg_prepared_statements WHERE statement = $1', [text]),
      ).toEqual([]);
      const [row] = await under.dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      const nodes = row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
      expect(nodes.length).toBeGreaterThan(0);
      return nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0);
    });
  }

  async function sentBy(call: () => Promise<unknown>): Promise<{ text: string; values: unknown[] }[]> {
    const sent: { text: string; values: unknown[] }[] = [];
    const { logger } = under.dataSource;
    under.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: (text: string, values: unknown[] = []) => void sent.push({ text, values }),
    });
    await call().finally(() => (under.dataSource.logger = logger));
    return sent;
  }
});
