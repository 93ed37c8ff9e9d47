import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { rowsOf } from '../driver/statements/entity-rows.js';
import { runStatement } from '../driver/statements/run-statement.js';
import { arrayLiteral } from './entry-selection.js';
import { isStorable } from '../model/storable.js';

// A join: in the generic plan of a prepared statement `= ANY` may compare every row with every id.
/** Finds the entries of a user with these ids, live or deleted, in any order. */
export function findEntries(
  manager: EntityManager,
  userId: string,
  ids: readonly string[],
): Promise<JournalEntry[]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `SELECT ${columns} FROM unnest($2::text[]) AS wanted(one) JOIN journal ON user_id = $1 AND id = wanted.one`;
  return runStatement(manager, { text, values: [userId, arrayLiteral(ids.filter(isStorable))], map });
}

/** Finds the entry of a user with this id: one row or none. */
export function findEntry(manager: EntityManager, userId: string, id: string): Promise<JournalEntry[]> {
  if (!isStorable(id)) return Promise.resolve([]);
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `SELECT ${columns} FROM journal WHERE user_id = $1 AND id = $2`;
  return runStatement(manager, { text, values: [userId, id], map });
}

export async function storedIds(
  manager: EntityManager,
  userId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const text = `SELECT id FROM unnest($2::text[]) AS wanted(one) JOIN journal ON user_id = $1 AND id = wanted.one`;
  const values = [userId, arrayLiteral(ids.filter(isStorable))];
  return new Set(await runStatement(manager, { text, values, map: (row) => row.text(0) ?? '' }));
}
