import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { rowsOf } from '../driver/entity-rows.js';
import type { HeldRow } from '../driver/row.js';
import { runStatement } from '../driver/run-statement.js';
import type { OwnStatement } from '../driver/run-statement.js';
import type { EntrySelection } from './entry-selection.js';
import type { JournalPosition } from './journal-cursor.js';
import { filteredEntries, planOf } from './journal-filter.js';
import type { JournalFilter } from './journal-filter.js';

/** By `ts`, and where that is the same by id. */
export const entryOrders = ['newest-first', 'oldest-first'] as const;
export type EntryOrder = (typeof entryOrders)[number];

/** Some entries in order; the filter is checked already. */
export interface EntryRange {
  filter: JournalFilter;
  /** Newest first unless given. */
  order?: EntryOrder | undefined;
  limit: number;
  /** Begins after this place. */
  after?: JournalPosition | undefined;
}

/**
 * For more than an ordinary user has, the plan for all values would take all entries of a user, and
 * sort them: for each part of a long journal once more.
 */
const mostOnPages = 101;

/** The first entries of a range, found by key: it costs the same at any depth. */
export function readEntries(
  manager: EntityManager,
  userId: string,
  range: EntryRange,
): Promise<JournalEntry[]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  return runStatement(manager, { ...firstOf(columns, userId, range), map });
}

/** The same as rows, of which `rowsOf` makes entries when they are wanted. */
export function holdEntries(manager: EntityManager, userId: string, range: EntryRange): Promise<HeldRow[]> {
  const { columns } = rowsOf(manager, JournalEntry);
  return runStatement(manager, { ...firstOf(columns, userId, range), map: (row) => row.held() });
}

function firstOf(columns: string, userId: string, range: EntryRange): Omit<OwnStatement<unknown>, 'map'> {
  const { filter, order = 'newest-first', limit, after } = range;
  const selection = filteredEntries(userId, filter);
  const [before, direction] = order === 'newest-first' ? ['<', 'DESC'] : ['>', 'ASC'];
  if (after !== undefined) {
    const { ts, id } = after;
    selection.and((parameter) => `(ts, id) ${before} (${parameter(ts.toISOString())}, ${parameter(id)})`);
  }
  // The limit stands in the text: a plan that is made for any limit expects a tenth of all rows.
  const first = (what: string, where: string) =>
    `SELECT ${what} FROM journal WHERE ${where} ORDER BY ts ${direction}, id ${direction} LIMIT ${limit}`;
  const text = first(columns, isOfBoth(filter) ? firstOfBoth(selection, first) : selection.where);
  const plan = limit > mostOnPages ? 'custom' : planOf(filter);
  return { text, values: selection.values, ...(plan && { plan }) };
}

/** Whether live and deleted entries pass a filter. */
function isOfBoth({ status, asOf }: JournalFilter): boolean {
  return status === 'all' || (asOf !== undefined && status !== 'deleted');
}

/**
 * There is an index of live entries in their order, and one of deleted ones, but none of both: the
 * first of both are among the first of each.
 */
function firstOfBoth({ where }: EntrySelection, first: (columns: string, where: string) => string): string {
  const [live, deleted] = ['IS NULL', 'IS NOT NULL'].map((state) =>
    first('id', `${where} AND deleted_at ${state}`),
  );
  return `user_id = $1 AND id = ANY(ARRAY((${live}) UNION ALL (${deleted})))`;
}
