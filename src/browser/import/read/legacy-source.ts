/**
 * A row of a legacy file, with unconverted values by the file's column names. `Legacy` stands for
 * the browser application in all names.
 */
export type LegacyRow = Readonly<Record<string, unknown>>;

/**
 * `sqlite`: the browser application's database. `base64`: its text in localStorage. `json`,
 * `ndjson`: exports of this package.
 */
export type LegacyFormat = 'sqlite' | 'base64' | 'json' | 'ndjson';

/** A table of a legacy file that is not read, and its number of rows. */
export interface UnreadTable {
  table: string;
  rows: number;
}

/** An open legacy file, to be closed. `base64` and `json` are held in memory. */
export interface LegacySource {
  readonly format: LegacyFormat;
  /** Whether this package wrote the file. The browser application may have used it since. */
  readonly isExport: boolean;
  /** The columns of the journal. Old files lack the audit columns. */
  readonly journalColumns: ReadonlySet<string>;
  readonly journalCount: number;
  /** The rows of `accounts`; empty if the file has no such table. */
  accounts(): Iterable<LegacyRow>;
  /**
   * Iterates over the rows of `journal` in the order of the file; each call starts again. Every row
   * has the columns of `journalColumns`; columns that a JSON row lacks are null. A row with kept
   * values has further columns.
   *
   * @throws FileProblem if the file becomes unreadable during the iteration
   */
  journal(): Iterable<LegacyRow>;
  /** Tables with rows that are not imported, such as `symbols`, in the order of their names. */
  readonly notImported: readonly UnreadTable[];
  /** Unknown columns of `accounts` and `journal`, such as `journal.strategy`. */
  readonly unreadColumns: readonly string[];
  close(): void;
}
