import { JournalEntry } from '../model/journal-entry.entity.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import { chainOf, refusalOf } from './entry-chain.js';
import type { Removal } from './entry-edit.js';
import { markDeleted } from './mark-deleted.js';

/**
 * Marks a live entry as deleted. One of several concurrent calls marks it.
 *
 * @returns the removed entry, also if an earlier call removed it with the same reason and
 * `editedBy`
 * @throws EntryNotFoundError, EntryAlreadyAmendedError, EntryRemovedError
 */
export function removeEntry(scope: UserScope, id: string, removal: Removal): Promise<JournalEntry> {
  const { userId } = scope;
  return scope.transaction(async (unit) => {
    if (await markDeleted(unit, userId, id, removal))
      return unit.findOneOrFail(JournalEntry, { where: { userId, id }, withDeleted: true });
    const links = await chainOf(unit, userId, id);
    const last = links.at(-1);
    if (last?.id === id && isRemovedBy(last, removal)) return last;
    throw refusalOf(id, links);
  }, idempotent);
}

function isRemovedBy({ editReason, editedBy }: JournalEntry, removal: Removal): boolean {
  return editReason === removal.reason && editedBy === (removal.editedBy ?? null);
}
