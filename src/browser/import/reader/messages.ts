import type { CheckedEntry, CheckedFile } from '../check/check-file.js';

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
type FileFacts = Pick<CheckedFile, 'format' | 'journalCount' | 'missingColumns' | 'fileTotals' | 'days'>;

/** The lists of a checked file. Several rows of `entriesWithoutAccount` can have one account. */
export type Lists = Omit<CheckedFile, keyof FileFacts | 'entries'>;

/** The type of the rows of a list. */
export type RowOf<List> = List extends Iterable<infer Row> ? Row : never;

/** Rows of one list. Lists can be long, and are sent in chunks. */
export type ListChunk = {
  [Name in keyof Lists]: { kind: 'list'; name: Name; rows: readonly RowOf<Lists[Name]>[] };
}[keyof Lists];

/**
 * Messages from the reader process, as JSON text, in which instants are text. `ready` and
 * `progress` are sent without a request.
 */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'progress'; rows: number; total: number }
  | ({ kind: 'facts' } & FileFacts)
  | ListChunk
  | { kind: 'entries'; entries: readonly CheckedEntry[] }
  | { kind: 'end' }
  | { kind: 'failed'; error: SentError };

/** A serialised error. */
export interface SentError {
  name: string;
  message: string;
  stack: string | undefined;
  /** Its own enumerable properties, such as `code` and `path`. */
  properties: Record<string, unknown>;
}
