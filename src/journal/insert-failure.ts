import { Any } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Account } from '../model/account.entity.js';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { EntryAlreadyAmendedError, EntryNotFoundError, UnknownAccountError } from './entry.errors.js';
import { UserNotFoundError } from '../users/user.errors.js';
import type { UserScope } from '../isolation/user-scope.js';
import { constraintOf } from '../driver/failures/failures.js';
import type { EntryRecord } from './new-entry.js';

/**
 * Turns a foreign-key violation into an error with the ids at fault; returns other errors as is.
 */
export async function insertFailure(
  error: unknown,
  { manager, userId }: UserScope,
  entries: readonly EntryRecord[],
): Promise<unknown> {
  switch (constraintOf(error)) {
    case 'fk_journal_user':
      return new UserNotFoundError(userId);
    case 'fk_journal_account':
    case 'fk_journal_target_account':
      return new UnknownAccountError(await unknownAccounts(manager, userId, entries));
    case 'fk_journal_original_entry': {
      const missing = await missingOriginals(manager, userId, entries);
      // No original is missing if ON CONFLICT skipped it: it is itself a second successor.
      return missing.length > 0
        ? new EntryNotFoundError(missing)
        : new EntryAlreadyAmendedError(await amendedTwice(manager, userId, entries));
    }
    default:
      return error;
  }
}

async function unknownAccounts(manager: EntityManager, userId: string, entries: readonly EntryRecord[]) {
  const named = [
    ...new Set(
      entries.flatMap(({ accountId, targetAccountId }) => [accountId, targetAccountId ?? accountId]),
    ),
  ];
  const accounts = await manager.findBy(Account, { userId, id: Any(named) });
  return without(named, accounts);
}

async function missingOriginals(manager: EntityManager, userId: string, entries: readonly EntryRecord[]) {
  const named = originalsOf(entries);
  const stored = await manager.find(JournalEntry, {
    where: { userId, id: Any(named) },
    withDeleted: true,
  });
  return without(named, [...stored, ...entries]);
}

async function amendedTwice(manager: EntityManager, userId: string, entries: readonly EntryRecord[]) {
  const stored = await manager.find(JournalEntry, {
    where: { userId, originalEntryId: Any(originalsOf(entries)) },
    withDeleted: true,
  });
  const successors = new Map<string, Set<string>>();
  for (const { id, originalEntryId } of [...stored, ...entries]) {
    if (originalEntryId == null) continue;
    successors.set(originalEntryId, (successors.get(originalEntryId) ?? new Set()).add(id));
  }
  return [...successors].filter(([, ids]) => ids.size > 1).map(([original]) => original);
}

function originalsOf(entries: readonly EntryRecord[]): string[] {
  return [...new Set(entries.flatMap(({ originalEntryId }) => originalEntryId ?? []))];
}

function without(ids: readonly string[], found: readonly { id: string }[]): string[] {
  const known = new Set(found.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}
