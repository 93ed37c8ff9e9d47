import type { Account } from '../../model/account.entity.js';
import type { JournalEntry } from '../../model/journal-entry.entity.js';

/** `created_at` and `updated_at` do not exist in the browser application. */
export function accountRow({ id, name, createdAt, updatedAt }: Account) {
  return { id, name, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}

/**
 * The entry as it was known at an instant: a later deletion and its reason are removed. If the
 * entry was made by a restoration, that restoration's `editedBy` and `editReason` are lost, because
 * the deletion has overwritten them.
 */
export function asKnownAt(entry: JournalEntry, instant: Date): JournalEntry {
  if (entry.deletedAt === null || entry.deletedAt <= instant) return entry;
  const { createdAt } = entry;
  return { ...entry, deletedAt: null, editedBy: null, editReason: null, updatedAt: createdAt };
}
