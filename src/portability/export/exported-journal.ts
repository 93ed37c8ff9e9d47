import type { Account } from '../../model/account.entity.js';
import type { JournalEntry } from '../../model/journal-entry.entity.js';

/** What an export says of itself. */
export interface ExportHeader {
  format: 'trading-journal';
  version: 1;
  exported_at: string;
  /** The instant as of which the journal is shown; null for now. */
  as_of: string | null;
  user: { email: string; subscription_tier: string; created_at: string };
  /** How many rows follow. */
  accounts: number;
  entries: number;
}

/** A journal on its way out: one state of it. */
export interface ExportedJournal {
  header: ExportHeader;
  accounts: readonly Account[];
  /** Oldest first, deleted ones included; they can be read once. */
  entries: AsyncIterable<JournalEntry>;
}

/** Writes a journal in a format, chunk by chunk. */
export type ExportWriter = (journal: ExportedJournal) => AsyncIterable<string | Uint8Array>;
