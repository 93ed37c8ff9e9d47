import type { Entry, Filter, Position, Row, Stamps, Totals } from '../model/entry.js';

/** What is the same for all contenders. */
export interface Context {
  poolSize: number;
}

/** Opens a contender on a database. A module of this folder exports one as `open`. */
export type Open = (url: string, context: Context) => Promise<Contender>;

/** One way of reaching the journal. A work that it has no way of its own for is left out. */
export interface Contender {
  /** Inserts one entry. */
  insert?: (userId: string, entry: Entry) => Promise<Stamps>;
  /** Inserts the entries of a trade, all or none. */
  append?: (userId: string, trade: readonly Entry[]) => Promise<readonly Stamps[]>;
  /** The newest 50 live entries. */
  newestPage?: (userId: string) => Promise<readonly Row[]>;
  /** The newest 50 live entries that pass the filter. */
  filteredPage?: (userId: string, filter: Filter) => Promise<readonly Row[]>;
  /** Makes a cursor of a position, and returns what reads the 50 live entries after it. */
  pageAfter?: (userId: string, position: Position) => Promise<() => Promise<readonly Row[]>>;
  /** Sums over the live entries. */
  totals?: (userId: string) => Promise<Totals>;
  /** One live entry, which is there. */
  get?: (userId: string, id: string) => Promise<Row>;
  /** Inserts many entries, all or none. */
  load?: (userId: string, entries: readonly Entry[]) => Promise<void>;
  /**
   * Imports a database of the browser application for a user: accounts and entries, all or none.
   */
  importFile?: (userId: string, path: string) => Promise<void>;
  /** Hands out every live entry, newest first. */
  export?: (userId: string, each: (row: Row) => void) => Promise<void>;
  close: () => Promise<void>;
}

export const pageSize = 50;

/** The one row of an answer that must have one. */
export function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('a row that must be there was not found');
  return row;
}

/** Pieces of a list, none longer than `size`. */
export function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
