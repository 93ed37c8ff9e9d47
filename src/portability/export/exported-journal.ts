import type { Account } from '../../model/account.entity.js';
import type { JournalEntry } from '../../model/journal-entry.entity.js';

/** The metadata of an export. */
export interface ExportHeader {
  format: 'trading-journal';
  version: 1;
  exported_at: string;
  /** `JournalExport.asOf`; null for the current journal. */
  as_of: string | null;
  user: { email: string; subscription_tier: string; created_at: string };
  /** Number of rows. */
  accounts: number;
  entries: number;
}

/** The input of a format: a journal as one snapshot contains it. */
export interface ExportedJournal {
  header: ExportHeader;
  accounts: readonly Account[];
  /** Oldest first, including deleted entries. Can be iterated once. */
  entries: AsyncIterable<JournalEntry>;
}

/** Encodes a journal in a format, chunk by chunk. */
export type ExportWriter = (journal: ExportedJournal) => AsyncIterable<string | Uint8Array>;

/** `closed_at`, `created_at` and `updated_at` do not exist in the browser application. */
export function accountRow({ id, name, closedAt, createdAt, updatedAt }: Account) {
  return {
    id,
    name,
    closed_at: closedAt?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
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
