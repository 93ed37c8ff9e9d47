import type { JournalEntry } from '../entities/journal-entry.entity.js';
import { EntryConflictError } from '../errors/index.js';
import type { EntryConflict } from '../errors/index.js';
import { repeatable } from '../scope/run-unit.js';
import type { UserScope } from '../user-scope.js';
import { findEntries } from './find-entries.js';
import { insertAtOnce } from './insert-at-once.js';
import { insertMissing } from './insert-entries.js';
import type { EntryRecord } from './new-entry.js';

/** What an older server takes in and finds again at once; for many more it takes much longer each. */
const batchSize = 2_000;

/**
 * Appends checked entries, all or none of them; those that are there with the same content are left as they are.
 *
 * @returns the stored entries, in the order given
 * @throws UnknownAccountError, EntryConflictError, UserNotFoundError; then nothing was written
 */
export async function appendEntries(
  scope: UserScope,
  records: readonly EntryRecord[],
): Promise<JournalEntry[]> {
  const ids = records.map(({ id }) => id);
  const stored =
    (await insertAtOnce(scope, records)) ??
    (await scope.transaction(async (unit) => {
      const conflicts: EntryConflict[] = [];
      const found: JournalEntry[] = [];
      for (let first = 0; first < records.length; first += batchSize) {
        const batch = records.slice(first, first + batchSize);
        conflicts.push(...(await insertMissing(scope, batch)).conflicts);
        const batchIds = batch.map(({ id }) => id);
        found.push(...(await findEntries(unit, scope.userId, batchIds)));
      }
      if (conflicts.length > 0) throw new EntryConflictError(conflicts);
      return found;
    }, repeatable));
  const byId = new Map(stored.map((entry) => [entry.id, entry]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
