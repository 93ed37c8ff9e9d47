import type { JournalUnderTest } from './database-journal.js';

/** A plan node in the output of EXPLAIN (ANALYZE, FORMAT JSON). */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** A node and all its descendants. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/**
 * The plans of the statements that a call sends; by default expects one statement. Reads the SQL
 * from the logger of the DataSource.
 */
export async function planOfCall(
  { dataSource, scope }: JournalUnderTest,
  userId: string,
  call: () => Promise<unknown>,
  statements = 1,
): Promise<PlanNode[]> {
  const sent: { query: string; parameters: unknown[] }[] = [];
  const { logger } = dataSource;
  dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (query: string, parameters: unknown[] = []) => void sent.push({ query, parameters }),
  });
  try {
    await scope.run(userId, call);
  } finally {
    dataSource.logger = logger;
  }
  if (sent.length !== statements) throw new Error(`${sent.length} statements were sent`);
  const nodes: PlanNode[] = [];
  for (const { query, parameters } of sent) {
    const [row]: { 'QUERY PLAN': { Plan: PlanNode }[] }[] = await scope.run(userId, () =>
      dataSource.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`, parameters),
    );
    nodes.push(...(row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? []));
  }
  return nodes;
}
