import type { JournalDataSource } from '../../src/data-source/journal.data-source.js';
import type { SentStatement } from './recorder.js';

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'CTE Name'?: string;
  Operation?: string;
  'Scan Direction'?: string;
  Plans?: PlanNode[];
}

/** False for statements that begin and end transactions and savepoints. */
export function hasPlan({ text }: SentStatement): boolean {
  return /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text);
}

/**
 * The plan of a statement, one node per line, without costs and row counts. Runs EXPLAIN in the
 * current scope, so that the plan includes row-level security.
 */
export async function planShape(
  dataSource: JournalDataSource,
  { text, values }: SentStatement,
): Promise<string> {
  const [row] = await dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
    `EXPLAIN (COSTS OFF, FORMAT JSON) ${text}`,
    values,
  );
  return (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => linesOf(Plan, 0)).join('\n');
}

/** PostgreSQL 15 uses incremental sorts less often than 18. */
const sameInAllVersions: Record<string, string> = { 'Incremental Sort': 'Sort' };

function linesOf(node: PlanNode, depth: number): string[] {
  const { 'Node Type': type, Operation: operation, Plans: plans = [] } = node;
  const name = type === 'ModifyTable' ? (operation ?? type) : (sameInAllVersions[type] ?? type);
  const backward = node['Scan Direction'] === 'Backward' ? ' Backward' : '';
  const place = node['Index Name'] ?? node['Relation Name'] ?? node['CTE Name'];
  const line = `${'  '.repeat(depth)}${name}${backward}${place === undefined ? '' : `: ${place}`}`;
  return [line, ...plans.flatMap((plan) => linesOf(plan, depth + 1))];
}
