import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { rowsOf } from '../driver/statements/entity-rows.js';
import type { OwnStatement } from '../driver/contract/contract.js';
import type { HeldRow } from '../driver/contract/row.js';
import { readRows } from '../driver/statements/run-statement.js';
import type { UserScope } from '../isolation/user-scope.js';
import type { EntrySelection } from './entry-selection.js';
import type { JournalPosition } from './journal-cursor.js';
import { filteredEntries, planOf, type JournalFilter } from './journal-filter.js';

/** Orders of entries: by `ts`, then by `id`. */
export const entryOrders = ['newest-first', 'oldest-first'] as const;
export type EntryOrder = (typeof entryOrders)[number];

/** A range of entries; the filter is checked already. */
export interface EntryRange {
  filter: JournalFilter;
  /** Defaults to `newest-first`. */
  order?: EntryOrder | undefined;
  limit: number;
  /** Exclusive start. */
  after?: JournalPosition | undefined;
}

/**
 * The largest limit of a page request plus one. For a larger limit than an average user has
 * entries, the generic plan reads and sorts all entries of the user, once per batch.
 */
const maxPageLimit = 101;

/** Reads the first entries of a range by keyset, at the same cost at any depth. */
export function readEntries({ manager, userId }: UserScope, range: EntryRange): Promise<JournalEntry[]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  return readRows(manager, { ...rangeStatement(columns, userId, range), map });
}

/** `readEntries` as held rows; the mapper of `rowsOf` builds the entries later. */
export function holdEntries(manager: EntityManager, userId: string, range: EntryRange): Promise<HeldRow[]> {
  const { columns } = rowsOf(manager, JournalEntry);
  return readRows(manager, { ...rangeStatement(columns, userId, range), map: (row) => row.held() });
}

function rangeStatement(
  columns: string,
  userId: string,
  range: EntryRange,
): Omit<OwnStatement<unknown>, 'map'> {
  const { filter, order = 'newest-first', limit, after } = range;
  const selection = filteredEntries(userId, filter);
  const [before, direction] = order === 'newest-first' ? ['<', 'DESC'] : ['>', 'ASC'];
  if (after !== undefined) {
    const { ts, id } = after;
    const position = `${selection.parameter(ts.toISOString())}, ${selection.parameter(id)}`;
    selection.and(`(ts, id) ${before} (${position})`);
  }
  // The limit is not a parameter: for an unknown limit a plan assumes 10 % of all rows.
  const first = (selected: string, where: string) =>
    `SELECT ${selected} FROM journal WHERE ${where} ORDER BY ts ${direction}, id ${direction} LIMIT ${limit}`;
  const isMixed = includesLiveAndDeleted(filter);
  const text = first(columns, isMixed ? firstLiveAndDeleted(selection, first) : selection.where);
  const plan = limit > maxPageLimit ? 'custom' : planOf(filter);
  return { text, values: selection.values, ...(plan && { plan }) };
}

function includesLiveAndDeleted({ status, asOf }: JournalFilter): boolean {
  return status === 'all' || (asOf !== undefined && status !== 'deleted');
}

/**
 * Merges two index scans: one index orders the live entries, another the deleted ones, and none
 * orders both.
 */
function firstLiveAndDeleted(
  { where }: EntrySelection,
  first: (columns: string, where: string) => string,
): string {
  const [live, deleted] = ['IS NULL', 'IS NOT NULL'].map((state) =>
    first('id', `${where} AND deleted_at ${state}`),
  );
  return `user_id = $1 AND id = ANY(ARRAY((${live}) UNION ALL (${deleted})))`;
}
