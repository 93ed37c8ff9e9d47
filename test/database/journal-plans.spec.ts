import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalFilter, PageRequest } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

describe('A page of a long journal', () => {
  let under: JournalUnderTest;
  let userId: string;

  beforeAll(async () => {
    under = await startJournal();
    userId = await under.newUser();
    const other = await under.newUser();
    await under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, symbol, type, amount, deleted_at)
       SELECT owner, 'entry-' || n, '2020-01-01'::timestamptz + n * interval '2 hours',
         CASE n % 20 WHEN 1 THEN 'acct-2' ELSE 'acct-1' END,
         'S' || n % 40, CASE n % 25 WHEN 0 THEN 'dividend' ELSE 'sell_to_open' END, n,
         CASE n % 10 WHEN 0 THEN now() END
       FROM unnest($1::uuid[]) owner, generate_series(1, 20000) n`,
      [[userId, other]],
    );
    await under.owner.query('VACUUM ANALYZE journal');
  });
  afterAll(() => under.close());

  /** The SQL that a page sends is what the logger of the DataSource sees. */
  async function planOf(request: PageRequest): Promise<PlanNode[]> {
    const sent: { query: string; parameters: unknown[] }[] = [];
    const { logger } = under.dataSource;
    under.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: (query: string, parameters: unknown[] = []) => void sent.push({ query, parameters }),
    });
    try {
      await under.scope.run(userId, () => under.journal.page(request));
    } finally {
      under.dataSource.logger = logger;
    }
    expect(sent).toHaveLength(1);
    const [row]: { 'QUERY PLAN': { Plan: PlanNode }[] }[] = await under.scope.run(userId, () =>
      under.dataSource.query(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${sent[0]?.query ?? ''}`,
        sent[0]?.parameters ?? [],
      ),
    );
    return row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
  }

  function nodesOf(node: PlanNode): PlanNode[] {
    return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  }

  const filters: [string, JournalFilter, string][] = [
    ['of everything live', {}, 'idx_journal_live_ts'],
    ['of a symbol', { symbol: 'S7' }, 'idx_journal_live_symbol'],
    ['of a type', { type: 'dividend' }, 'idx_journal_live_type'],
    ['of an account', { accountId: 'acct-2' }, 'idx_journal_live_account'],
    ['of what is deleted', { status: 'deleted' }, 'idx_journal_deleted'],
  ];

  it.each(filters)('%s reads no more than it shows', async (_, filter, index) => {
    const nodes = await planOf({ ...filter, limit: 50 });

    expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual([index]);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
    for (const node of nodes) {
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(51);
      expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    }
  });

  it.each(filters)('%s costs the same deep within', async (_, filter, index) => {
    const to = new Date('2020-06-01');
    const { next } = await under.scope.run(userId, () => under.journal.page({ ...filter, to, limit: 1 }));
    const nodes = await planOf({ ...filter, limit: 50, ...(next === null ? {} : { after: next }) });

    expect(next).not.toBeNull();
    expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual([index]);
    for (const node of nodes) {
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(51);
      expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
    }
  });
});
