import type { Account } from '../../model/account.entity.js';
import type { JournalEntry } from '../../model/journal-entry.entity.js';

/** An account, with the two columns that the browser application had not. */
export function accountRow({ id, name, createdAt, updatedAt }: Account) {
  return { id, name, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}

/**
 * An entry as it was known at an instant: what was deleted later was live then, and nobody had said
 * why. What had been said of the restoration that made it is overwritten by the deletion, and not
 * known any more.
 */
export function asKnownAt(entry: JournalEntry, instant: Date): JournalEntry {
  if (entry.deletedAt === null || entry.deletedAt <= instant) return entry;
  const { createdAt } = entry;
  return { ...entry, deletedAt: null, editedBy: null, editReason: null, updatedAt: createdAt };
}
