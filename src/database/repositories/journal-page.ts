import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import { rowsOf } from '../statements/row-mapper.js';
import { runStatement } from '../statements/run-statement.js';
import type { EntrySelection } from './entry-selection.js';
import { checkInput } from './input-check.js';
import { decodeCursor, encodeCursor } from './journal-cursor.js';
import { filteredEntries, journalFilter } from './journal-filter.js';
import type { JournalFilter } from './journal-filter.js';

/** Which page. */
export interface PageRequest extends JournalFilter {
  /** Entries on a page: 50 unless given, 100 at most. */
  limit?: number;
  /** `next` of the page before. */
  after?: string;
}

/** One page of the journal. */
export interface JournalPage {
  /** Newest first; those of the same instant by descending id. */
  entries: JournalEntry[];
  /** The cursor of the next page; null on the last one. */
  next: string | null;
}

const pageRequest = journalFilter.extend({
  limit: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100')
    .default(50),
  after: z.string('must be text').optional(),
});

/** A page of the entries that pass the filter, found by key. @throws InvalidInputError, InvalidCursorError */
export async function page(
  manager: EntityManager,
  userId: string,
  request: PageRequest,
): Promise<JournalPage> {
  const { limit, after, ...filter } = checkInput('page request', pageRequest, request);
  const selection = filteredEntries(userId, filter);
  if (after !== undefined) {
    const { ts, id } = decodeCursor(after);
    selection.and((parameter) => `(ts, id) < (${parameter(ts.toISOString())}, ${parameter(id)})`);
  }
  const isOfBoth = filter.status === 'all' || (filter.asOf !== undefined && filter.status !== 'deleted');
  const { columns, map } = rowsOf(manager, JournalEntry);
  const { values } = selection;
  const where = isOfBoth
    ? `user_id = $1 AND id = ANY(${newestOfBoth(selection, limit + 1)})`
    : selection.where;
  const text = newest(columns, where, limit + 1);
  const found = await runStatement(manager, { text, values, map });
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? encodeCursor(last) : null };
}

// The limit stands in the text: a plan that is made for any limit expects a tenth of all rows.
function newest(columns: string, where: string, limit: number): string {
  return `SELECT ${columns} FROM journal WHERE ${where} ORDER BY ts DESC, id DESC LIMIT ${limit}`;
}

/**
 * There is an index of live entries in the order of a page, and one of deleted ones, but none of both: the newest of both are
 * among the newest of each.
 */
function newestOfBoth({ where }: EntrySelection, limit: number): string {
  const [live, deleted] = ['IS NULL', 'IS NOT NULL'].map((state) =>
    newest('id', `${where} AND deleted_at ${state}`, limit),
  );
  return `ARRAY((${live}) UNION ALL (${deleted}))`;
}
