import type { CheckedFile } from '../check/check-file.js';
import type { FileSum } from '../check/control-totals.js';
import type {
  ChangedValue,
  EntriesWithoutAccount,
  RejectedRow,
  ValueChange,
  UnreadableItem,
  UntakenKey,
} from '../report/import-report.js';
import type {
  CorrectedEntry,
  MatchedCorrection,
  MatchedPurchase,
} from '../local-storage/local-storage-matcher.js';
import type { UnreadTable } from '../read/legacy-source.js';

/** The file for a reader process to check. */
export interface FileToRead {
  path: string;
  /** Path of a dump of localStorage. */
  localStorageFile?: string | undefined;
  timeZone?: string | undefined;
}

/**
 * Messages from the importing process to its reader process. `check` and `entries` begin a series
 * of answers. `next` requests each answer, and `end` closes the series, so that at most one answer
 * is in flight.
 */
export type Question = { kind: 'check'; file: FileToRead } | { kind: 'entries' } | { kind: 'next' };

/** The part of a checked file that fits into one message. */
type FileFacts = Pick<CheckedFile, 'format' | 'journalCount' | 'fileTotals' | 'days'>;

/** The lists of a checked file, each with the type of its rows. */
export interface ListRows {
  accounts: SentAccount;
  /** Several rows can belong to one account. */
  entriesWithoutAccount: EntriesWithoutAccount;
  ids: string;
  rejected: RejectedRow;
  changes: ChangedValue;
  totals: FileSum;
  notImported: UnreadTable;
  unreadColumns: string;
  journalColumns: string;
  expirations: MatchedCorrection;
  correctedEntries: CorrectedEntry;
  purchases: MatchedPurchase;
  notTaken: UntakenKey;
  unreadable: UnreadableItem;
}

export type ListName = keyof ListRows;

/** Rows of one list. Lists can be long, and are sent in chunks. */
export type ListChunk<Name extends ListName = ListName> = {
  [Each in Name]: { kind: 'list'; name: Each; rows: readonly ListRows[Each][] };
}[Name];

/**
 * Messages from the reader process, as JSON text, in which instants are text. `ready` and
 * `progress` are sent without a request.
 */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'progress'; rows: number; total: number }
  | ({ kind: 'facts' } & FileFacts)
  | ListChunk
  | { kind: 'entries'; entries: readonly SentEntry[] }
  | { kind: 'end' }
  | { kind: 'failed'; error: SentError };

/** `CheckedAccount` with its instant as text. */
export interface SentAccount {
  row: number;
  record: { id: string; name: string; closedAt?: string | null };
}

/** `CheckedEntry` with its instants as text. */
export interface SentEntry {
  row: number;
  record: Record<string, unknown>;
  rounding?: string;
  changes: readonly ValueChange[];
}

/** A serialised error. */
export interface SentError {
  name: string;
  message: string;
  stack: string | undefined;
  /** Its own enumerable properties, such as `code` and `path`. */
  properties: Record<string, unknown>;
}
