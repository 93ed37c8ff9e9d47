import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { EntryAlreadyAmendedError, EntryConflictError, EntryNotFoundError } from './entry.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import { appendCopy, differencesFromCopy } from './copy-entry.js';
import { chainOf, liveIn } from './entry-chain.js';
import type { Restoration } from './entry-edit.js';

/** The new entry's id is chosen before the unit of work, so that the unit is idempotent. */
export interface RestorationOf {
  /** The id of the deleted entry. */
  id: string;
  edit: Restoration;
  restoredId: string;
}

/**
 * Appends a new entry with the content of a deleted one to the end of its chain. One of several
 * concurrent calls succeeds.
 *
 * @returns the new entry, also if an earlier call has stored it with the same content; the entry
 * itself if it is live
 * @throws EntryNotFoundError, EntryAlreadyAmendedError, EntryConflictError
 */
export function restoreEntry(scope: UserScope, restoration: RestorationOf): Promise<JournalEntry> {
  const { userId } = scope;
  return scope.transaction((unit) => restoreWithin(unit, userId, restoration), idempotent);
}

async function restoreWithin(
  unit: EntityManager,
  userId: string,
  restoration: RestorationOf,
): Promise<JournalEntry> {
  const { id, edit, restoredId } = restoration;
  const links = await chainOf(unit, userId, id);
  const [entry, restored] = [id, restoredId].map((wanted) => links.find((link) => link.id === wanted));
  const last = links.at(-1);
  if (entry === undefined || last === undefined) throw new EntryNotFoundError([id]);
  if (entry.deletedAt === null) return entry;

  const copy = { userId, source: id, changes: {}, id: restoredId };
  const conflict = (columns: readonly string[]) =>
    new EntryConflictError([{ id: restoredId, columns: [...columns, 'original_entry_id'] }]);
  const differing = restored === undefined ? undefined : await differencesFromCopy(unit, copy);
  if (restored !== undefined && differing?.length === 0) return restored;
  const live = liveIn(links);
  if (live !== undefined) throw new EntryAlreadyAmendedError([id], live.id);
  if (differing !== undefined) throw conflict(differing);

  if (await appendCopy(unit, { ...copy, after: last.id, edit }))
    return unit.findOneOrFail(JournalEntry, { where: { userId, id: restoredId }, withDeleted: true });
  // Either the id belongs to an entry outside the chain, or a concurrent call extended the chain.
  const taken = await differencesFromCopy(unit, copy);
  const isElsewhere = !(await chainOf(unit, userId, id)).some((link) => link.id === restoredId);
  if (taken !== undefined && isElsewhere) throw conflict(taken);
  return restoreWithin(unit, userId, restoration);
}
