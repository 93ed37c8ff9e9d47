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

/** Statements that have no plan: those that begin and end transactions and savepoints. */
export function hasPlan({ text }: SentStatement): boolean {
  return /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text);
}

/**
 * How the server goes about a statement, a node a line: which scans of which indexes, and what is
 * done with what they give. It is asked in the scope of the moment, so that the policies are in it;
 * costs and numbers of rows are left out.
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

/** PostgreSQL 15 does not find every place where rows are sorted in part. */
const sameInAllVersions: Record<string, string> = { 'Incremental Sort': 'Sort' };

function linesOf(node: PlanNode, depth: number): string[] {
  const { 'Node Type': type, Operation: operation, Plans: plans = [] } = node;
  const name = type === 'ModifyTable' ? (operation ?? type) : (sameInAllVersions[type] ?? type);
  const backward = node['Scan Direction'] === 'Backward' ? ' Backward' : '';
  const place = node['Index Name'] ?? node['Relation Name'] ?? node['CTE Name'];
  const line = `${'  '.repeat(depth)}${name}${backward}${place === undefined ? '' : `: ${place}`}`;
  return [line, ...plans.flatMap((plan) => linesOf(plan, depth + 1))];
}
