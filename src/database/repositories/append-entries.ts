import type { JournalEntry } from '../entities/journal-entry.entity.js';
import { EntryConflictError } from '../errors/index.js';
import { repeatable } from '../scope/run-unit.js';
import type { UserScope } from '../user-scope.js';
import { findEntries } from './find-entries.js';
import { insertAtOnce, isBetterCompared } from './insert-at-once.js';
import { insertMissing, prepareEntries } from './insert-entries.js';
import type { EntryRecord } from './new-entry.js';

/**
 * Appends checked entries, all or none of them; those that are there with the same content are left as they are.
 *
 * @returns what `answer` makes of the stored entries, in the order given
 * @throws UnknownAccountError, EntryConflictError, UserNotFoundError; then nothing was written
 */
export async function appendEntries<T>(
  scope: UserScope,
  records: readonly EntryRecord[],
  answer: (stored: JournalEntry[]) => T,
): Promise<T> {
  const insertedAtOnce = insertAtOnce(scope, records);
  if (insertedAtOnce !== undefined) {
    try {
      return answer(inOrder(records, await insertedAtOnce));
    } catch (error) {
      if (!isBetterCompared(error)) throw error;
    }
  }
  return answer(inOrder(records, await insertCarefully(scope, records)));
}

function inOrder(records: readonly EntryRecord[], stored: JournalEntry[]): JournalEntry[] {
  if (records.length === 1) return stored;
  const byId = new Map(stored.map((entry) => [entry.id, entry]));
  return records.flatMap(({ id }) => byId.get(id) ?? []);
}

function insertCarefully(scope: UserScope, records: readonly EntryRecord[]): Promise<JournalEntry[]> {
  return scope.transaction(async (unit) => {
    const { conflicts } = await insertMissing(scope, prepareEntries(scope, records));
    if (conflicts.length > 0) throw new EntryConflictError(conflicts);
    return findEntries(
      unit,
      scope.userId,
      records.map(({ id }) => id),
    );
  }, repeatable);
}
