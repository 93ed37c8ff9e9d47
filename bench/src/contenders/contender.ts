import type { Entry, Filter, Position, Row, Stamps, Totals } from '../model/entry.js';

/** Settings shared by all contenders. */
export interface Context {
  poolSize: number;
}

/** Opens a contender on a database. Each module of this folder exports its contender as `open`. */
export type Open = (url: string, context: Context) => Promise<Contender>;

/** A way to access the journal. A contender omits operations for which it has no API of its own. */
export interface Contender {
  /** Inserts one entry. */
  insert?: (userId: string, entry: Entry) => Promise<Stamps>;
  /** Inserts the entries of a trade atomically. */
  append?: (userId: string, trade: readonly Entry[]) => Promise<readonly Stamps[]>;
  /** The newest 50 live entries. */
  newestPage?: (userId: string) => Promise<readonly Row[]>;
  /** The newest 50 live entries that match the filter. */
  filteredPage?: (userId: string, filter: Filter) => Promise<readonly Row[]>;
  /**
   * Creates a cursor for a position.
   *
   * @returns a function that reads the 50 live entries after it
   */
  pageAfter?: (userId: string, position: Position) => Promise<() => Promise<readonly Row[]>>;
  /** Sums over the live entries. */
  totals?: (userId: string) => Promise<Totals>;
  /** An existing live entry. */
  get?: (userId: string, id: string) => Promise<Row>;
  /** Inserts many entries atomically. */
  load?: (userId: string, entries: readonly Entry[]) => Promise<void>;
  /** Imports a database of the browser application for a user atomically: accounts and entries. */
  importFile?: (userId: string, path: string) => Promise<void>;
  /** Passes every live entry to `each`, newest first. */
  export?: (userId: string, each: (row: Row) => void) => Promise<void>;
  close: () => Promise<void>;
}

export const pageSize = 50;

/**
 * The only row of a result.
 *
 * @throws Error if there is no row
 */
export function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('a row that must be there was not found');
  return row;
}

/** Slices of a list, with at most `size` elements each. */
export function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
