/** A row under the legacy column names; values as the source holds them. */
export type LegacyRow = Readonly<Record<string, unknown>>;

/**
 * What a legacy file is: the database itself, its base64 text out of localStorage, a JSON export,
 * or an export of this package with a JSON object a line.
 */
export type LegacyFormat = 'sqlite' | 'base64' | 'json' | 'ndjson';

/** A table of a legacy file that is not read, and how many rows it holds. */
export interface UnreadTable {
  table: string;
  rows: number;
}

/**
 * A legacy file, opened and found to be whole. Close it when done: `base64` and `json` are held in
 * memory.
 */
export interface LegacySource {
  /** The file as it was named to the importer. */
  readonly path: string;
  readonly format: LegacyFormat;
  /** The columns that the journal has: files made before the audit columns lack them. */
  readonly journalColumns: ReadonlySet<string>;
  readonly journalCount: number;
  /** The rows of `accounts`; none where the file has no such table. */
  accounts(): Iterable<LegacyRow>;
  /**
   * The rows of `journal` in the file's order, one at a time; each call starts anew. Every row has
   * exactly the columns of `journalColumns`; one that a JSON row leaves out is null.
   *
   * @throws LegacyFileError when the file turns out to be unreadable on the way.
   */
  journal(): Iterable<LegacyRow>;
  /**
   * Tables which hold rows and are not imported, such as `symbols` and `ticker_min_strikes`, by
   * name.
   */
  readonly notImported: readonly UnreadTable[];
  /**
   * Columns of `accounts` and `journal` that no version of the old application had, as
   * `journal.strategy`.
   */
  readonly unreadColumns: readonly string[];
  close(): void;
}
