import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalFilter } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { nodesOf, planOfCall } from '../support/plan-nodes.js';
import type { PlanNode } from '../support/plan-nodes.js';

describe('Under row-level security, in a long journal,', () => {
  let under: JournalUnderTest;
  let userId: string;
  /** A time after all creations and before all deletions. */
  const then = new Date('2026-01-01');

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
    const other = await under.newUser();
    await under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, amount, deleted_at, created_at, meta)
       SELECT owner, 'entry-' || n, '2020-01-01'::timestamptz + n * interval '2 hours',
         CASE n % 20 WHEN 1 THEN 'acct-2' ELSE 'acct-1' END,
         'S' || n % 40, CASE n % 25 WHEN 0 THEN 'dividend' ELSE 'sell_to_open' END, n,
         CASE n % 10 WHEN 0 THEN now() END, $2,
         CASE n % 50 WHEN 1 THEN '{"trade":"t","strategy":"wheel"}'::jsonb
           WHEN 2 THEN '{"rolledTo":"entry-x","tags":["earnings"]}' ELSE '{}' END
       FROM unnest($1::uuid[]) owner, generate_series(1, 20000) n`,
      [[userId, other], then],
    );
    // Every fourth entry replaces the entry four places before, in chains of five.
    await under.owner.query(
      `UPDATE journal SET original_entry_id = 'entry-' || (ltrim(id, 'entry-')::int - 4)
       WHERE ltrim(id, 'entry-')::int % 4 = 0 AND ltrim(id, 'entry-')::int % 20 <> 4`,
    );
    await under.owner.query('VACUUM ANALYZE journal');
  });
  afterAll(() => under.close());

  const planOf = (call: () => Promise<unknown>) => planOfCall(under, userId, call);

  function indexesOf(nodes: readonly PlanNode[]): string[] {
    return [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort();
  }

  /** More than 2 % of the user's entries match. */
  const filters: [string, JournalFilter, string][] = [
    ['of all live entries', {}, 'idx_journal_live_ts_amount'],
    ['of a symbol', { symbol: 'S7' }, 'idx_journal_live_symbol'],
    ['of a type', { type: 'dividend' }, 'idx_journal_live_type'],
    ['of an account', { accountId: 'acct-2' }, 'idx_journal_live_account'],
    ['of deleted entries', { status: 'deleted' }, 'idx_journal_deleted'],
  ];

  it.each(filters)('a page %s reads no more entries than it returns', async (_, filter, index) => {
    const nodes = await planOf(() => under.journal.page({ ...filter, limit: 50 }));

    expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual([index]);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
    for (const node of nodes) {
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(51);
      expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    }
  });

  it.each(filters)('a page %s reads no more entries at a deep position', async (_, filter, index) => {
    const to = new Date('2020-06-01');
    const { next } = await under.scope.run(userId, () => under.journal.page({ ...filter, to, limit: 1 }));
    // The filter must match more than one entry before that day.
    expect(next).not.toBeNull();
    const after = next ?? '';
    const nodes = await planOf(() => under.journal.page({ ...filter, limit: 50, after }));

    expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual([index]);
    for (const node of nodes) {
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(51);
      expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    }
  });

  it.each(filters)(
    'a numbered page %s reads the entries of earlier pages, and the count no more',
    async (_, filter, index) => {
      const nodes = await planOf(() => under.journal.numberedPage({ ...filter, page: 3, limit: 20 }));
      const [limit] = nodes.filter((node) => node['Node Type'] === 'Limit');

      expect(limit).toMatchObject({ 'Actual Rows': 20 });
      expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toContain(index);
      const scans = nodes.filter((node) => node['Relation Name'] === 'journal');
      expect(scans.filter((node) => node['Actual Rows'] === 60)).toHaveLength(1);
    },
  );

  /** At most 2 % of the user's entries have the key or the value. */
  const rareFilters: [string, JournalFilter, string][] = [
    ['of a trade', { meta: { trade: 't' } }, 'idx_journal_live_meta_trade'],
    ['of a strategy', { meta: { strategy: 'wheel' } }, 'idx_journal_live_meta_strategy'],
    ['of a roll', { meta: { roll: 'entry-x' } }, 'idx_journal_live_meta_roll'],
    ['of a tag', { meta: { tag: 'earnings' } }, 'idx_journal_live_meta_tag'],
  ];

  it.each(rareFilters)(
    'a page %s reads only live entries that the filter names',
    async (_, filter, index) => {
      const nodes = await planOf(() => under.journal.page({ ...filter, limit: 50 }));

      expect(indexesOf(nodes)).toEqual([index]);
      for (const node of nodes) {
        // 400 of the user's 20,000 entries match.
        expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(400);
      }
    },
  );

  it.each(rareFilters)(
    'a page %s at a deep position reads no more than those entries',
    async (_, filter, index) => {
      const to = new Date('2020-06-01');
      const { next } = await under.scope.run(userId, () => under.journal.page({ ...filter, to, limit: 1 }));
      // The filter must match more than one entry before that day.
      expect(next).not.toBeNull();
      const after = next ?? '';
      const nodes = await planOf(() => under.journal.page({ ...filter, limit: 50, after }));

      expect(indexesOf(nodes)).toEqual([index]);
      for (const node of nodes) expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(400);
    },
  );

  it('totals are read by an index-only scan', async () => {
    const nodes = await planOf(() => under.journal.totals({ to: new Date('2020-03-01') }));
    const [scan] = nodes.filter((node) => node['Relation Name'] === 'journal');

    expect(scan).toMatchObject({
      'Node Type': 'Index Only Scan',
      'Index Name': 'idx_journal_live_ts_amount',
    });
  });

  it.each(['entry-24', 'entry-32', 'entry-36'])('the history of %s reads only its links', async (id) => {
    const nodes = await planOf(() => under.journal.history(id));
    const scans = nodes.filter((node) => node['Relation Name'] === 'journal');

    expect(indexesOf(nodes)).toEqual(['pk_journal', 'uq_journal_successor']);
    expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of scans) {
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(5);
      expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    }
  });

  const pagesOfBoth: [string, JournalFilter][] = [
    ['of live and deleted entries', { status: 'all' }],
    ['of the entries known before any deletion', { asOf: then }],
    ['of known entries at a deep position', { asOf: then, to: new Date('2020-06-01') }],
  ];

  it.each(pagesOfBoth)('a page %s reads no more of each type than it returns', async (_, filter) => {
    const nodes = await planOf(() => under.journal.page({ ...filter, limit: 50 }));
    const scans = nodes.filter((node) => node['Relation Name'] === 'journal');

    expect(indexesOf(nodes)).toEqual(['idx_journal_deleted', 'idx_journal_live_ts_amount', 'pk_journal']);
    expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of scans) {
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(102);
      expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    }
  });

  it('a user is deleted without reading the journal once for each of its rows', async () => {
    const [row]: { 'QUERY PLAN': { Plan: PlanNode }[] }[] = await under.owner.query(
      `EXPLAIN (FORMAT JSON, ANALYZE) SELECT FROM journal WHERE user_id = $1 AND original_entry_id = $2`,
      [userId, 'entry-24'],
    );

    expect(
      row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)).map((node) => node['Index Name']),
    ).toEqual(['uq_journal_successor']);
  });
});
