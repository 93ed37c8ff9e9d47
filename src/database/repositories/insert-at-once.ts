import { JournalEntry } from '../entities/journal-entry.entity.js';
import { isLoser, isLostConnection } from '../scope/transient-failure.js';
import { rowsOf } from '../statements/row-mapper.js';
import { runStatement } from '../statements/run-statement.js';
import type { UserScope } from '../user-scope.js';
import { constraintOf } from './constraint-violation.js';
import { columnsOf, textOf } from './entry-columns.js';
import type { EntryColumn } from './entry-columns.js';
import type { EntryRecord } from './new-entry.js';

/** Each number of entries is a statement of its own. */
const mostEntries = 10;

/**
 * Inserts a few checked entries that have no history, in a single statement, which is a transaction by itself.
 *
 * @returns undefined if that cannot be: there are more of them, a unit of work is open, which a failure would end, or something
 *   is there already or missing. Then nothing was written, or all of it and the connection was lost before that was told: a
 *   way that compares with what is there has to go on.
 */
export async function insertAtOnce(
  { manager, userId }: UserScope,
  records: readonly EntryRecord[],
): Promise<JournalEntry[] | undefined> {
  if (manager.queryRunner || records.length === 0 || records.length > mostEntries) return undefined;
  const { columns, map } = rowsOf(manager, JournalEntry);
  const given = columnsOf(manager).filter(({ isHistory }) => !isHistory);
  // In the order of the ids, so that of two calls with the same ids one waits for the other and neither for ever.
  const ordered = records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const text = `INSERT INTO journal (user_id, ${given.map(({ name }) => name).join(', ')})
    VALUES ${ordered.map((_, row) => parametersOf(given, row)).join(', ')} RETURNING ${columns}`;
  const values = [userId, ...ordered.flatMap((record) => given.map((column) => textOf(record, column)))];
  try {
    return await runStatement(manager, { text, values, map });
  } catch (error) {
    if (constraintOf(error) === undefined && !isLoser(error) && !isLostConnection(error)) throw error;
    return undefined;
  }
}

function parametersOf(columns: readonly EntryColumn[], row: number): string {
  const parameters = columns.map(({ fallback, type }, index) => {
    const parameter = `$${row * columns.length + index + 2}`;
    return fallback === undefined ? parameter : `coalesce(${parameter}::${type}, ${fallback})`;
  });
  return `($1, ${parameters.join(', ')})`;
}
