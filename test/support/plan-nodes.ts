import type { JournalUnderTest } from './database-journal.js';

/** A node of a plan, as EXPLAIN (ANALYZE, FORMAT JSON) tells of it. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** A node with all below it. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** The plan of the only statement of a call. The logger of the DataSource sees its SQL. */
export async function planOfCall(
  { dataSource, scope }: JournalUnderTest,
  userId: string,
  call: () => Promise<unknown>,
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
  const [statement, ...others] = sent;
  if (statement === undefined || others.length > 0) throw new Error(`${sent.length} statements were sent`);
  const [row]: { 'QUERY PLAN': { Plan: PlanNode }[] }[] = await scope.run(userId, () =>
    dataSource.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${statement.query}`, statement.parameters),
  );
  return row?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
}
