import type { CheckedAccount, CheckedFile } from '../check/check-file.js';
import type { FileSum } from '../check/control-totals.js';
import type { ChangedValue, EntriesWithoutAccount, RejectedRow } from '../report/import-report.js';
import type { UnreadableItem, UntakenKey } from '../report/local-storage-report.js';
import type {
  CorrectedEntry,
  MatchedCorrection,
  MatchedPurchase,
} from '../local-storage/local-storage-matcher.js';
import type { UnreadTable } from '../read/legacy-source.js';

/** The file that a reader process is to check. */
export interface FileToRead {
  path: string;
  /** Path of a dump of localStorage. */
  localStorageFile: string | undefined;
  timeZone: string | undefined;
}

/**
 * What the importing process asks its reader process. `check` and `entries` begin a series of
 * answers, each of which has to be asked for with `next`; an `end` closes the series. So no more
 * than one answer is on its way at a time.
 */
export type Question =
  { kind: 'check'; file: FileToRead } | { kind: 'entries' } | { kind: 'next' } | { kind: 'close' };

/** What is said of a checked file at once. */
export type FileFacts = Pick<CheckedFile, 'format' | 'journalCount' | 'fileTotals' | 'days'>;

/** The rows of the lists of a checked file; each list can be long, and is sent in chunks. */
export interface ListRows {
  accounts: CheckedAccount;
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

/**
 * A chunk of one list. The rows of an account stand in several items of `entriesWithoutAccount`.
 */
export type ListChunk = {
  [Name in keyof ListRows]: { kind: 'list'; name: Name; rows: readonly ListRows[Name][] };
}[keyof ListRows];

/**
 * What the reader process answers, as JSON text; `ready` and `progress` come without being asked
 * for. Instants become text on the way. `isBroken` says that the process cannot be trusted with
 * another file.
 */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'progress'; rows: number; total: number }
  | ({ kind: 'facts' } & FileFacts)
  | ListChunk
  | { kind: 'entries'; entries: readonly SentEntry[] }
  | { kind: 'end' }
  | { kind: 'failed'; error: SentError; isBroken: boolean };

/** An entry as it is sent: `CheckedEntry` with its instants as text. */
export interface SentEntry {
  row: number;
  record: Record<string, unknown>;
  rounding?: string;
}

/** An error as it is sent. */
export interface SentError {
  name: string;
  message: string;
  stack: string | undefined;
  /** Its own enumerable properties, such as `code` and `path`. */
  properties: Record<string, unknown>;
}
