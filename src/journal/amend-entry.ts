import { Any } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { EntryAlreadyAmendedError, EntryConflictError, UnknownAccountError } from './entry.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import { constraintOf } from '../driver/failures/failures.js';
import { refuseInvalidSuccessor } from './check-entries.js';
import { appendCopy, differencesFromCopy } from './copy-entry.js';
import { chainOf, refusalOf } from './entry-chain.js';
import type { EntryChanges, Removal } from './entry-edit.js';
import { markDeleted } from './mark-deleted.js';

/** The successor's id is chosen before the unit of work, so that the unit is idempotent. */
export interface AmendmentOf {
  /** The id of the amended entry. */
  id: string;
  changes: EntryChanges;
  edit: Removal;
  successorId: string;
}

/**
 * Marks a live entry as deleted and appends its successor in one unit of work. One of several
 * concurrent calls succeeds.
 *
 * @returns the successor, also if an earlier call has stored it with the same content
 * @throws EntryNotFoundError, EntryAlreadyAmendedError, EntryRemovedError, EntryConflictError,
 * UnknownAccountError, InvalidInputError (the changed entry breaks a rule of its type)
 */
export async function amendEntry(scope: UserScope, amendment: AmendmentOf): Promise<JournalEntry> {
  const { userId } = scope;
  const { id, changes, edit, successorId } = amendment;
  try {
    return await scope.transaction(async (unit) => {
      const isNew = await markDeleted(unit, userId, id, edit);
      if (isNew) await appendSuccessor(unit, userId, amendment);
      else await requireRepetition(unit, userId, amendment);
      const stored = await unit.find(JournalEntry, {
        where: { userId, id: Any([id, successorId]) },
        withDeleted: true,
      });
      const [predecessor, successor] = [id, successorId].map((one) =>
        stored.find((entry) => entry.id === one),
      );
      if (!predecessor || !successor) throw new Error('The amended entry could not be read.');
      // The content is known only now, because the server copies what the changes leave out.
      if (isNew) refuseInvalidSuccessor(successor, predecessor);
      return successor;
    }, idempotent);
  } catch (error) {
    const unknown = unknownAccountOf(error, changes);
    throw unknown == null ? error : new UnknownAccountError([unknown]);
  }
}

function unknownAccountOf(error: unknown, { accountId, targetAccountId }: EntryChanges) {
  switch (constraintOf(error)) {
    case 'fk_journal_account':
      return accountId;
    case 'fk_journal_target_account':
      return targetAccountId;
    default:
      return undefined;
  }
}

async function appendSuccessor(unit: EntityManager, userId: string, amendment: AmendmentOf): Promise<void> {
  const { id, changes, successorId } = amendment;
  const copy = { userId, source: id, changes, id: successorId };
  if (await appendCopy(unit, { ...copy, after: id })) return;
  const conflicting = await differencesFromCopy(unit, copy);
  if (conflicting !== undefined)
    throw new EntryConflictError([{ id: successorId, columns: [...conflicting, 'original_entry_id'] }]);
  // Imported live entries can have a successor already. The new one then follows the last entry of
  // the chain.
  const last = (await chainOf(unit, userId, id)).at(-1);
  if (last === undefined || !(await appendCopy(unit, { ...copy, after: last.id })))
    throw new EntryAlreadyAmendedError([id]);
}

async function requireRepetition(unit: EntityManager, userId: string, amendment: AmendmentOf): Promise<void> {
  const { id, changes, successorId } = amendment;
  const links = await chainOf(unit, userId, id);
  const place = (wanted: string) => links.findIndex((link) => link.id === wanted);
  const differing =
    place(successorId) > place(id)
      ? await differencesFromCopy(unit, { userId, source: id, changes, id: successorId })
      : undefined;
  if (differing?.length !== 0) throw refusalOf(id, links);
}
