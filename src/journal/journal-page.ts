import { z } from 'zod';
import { rowsOf } from '../driver/statements/entity-rows.js';
import type { Row } from '../driver/contract/row.js';
import { readRows } from '../driver/statements/run-statement.js';
import type { UserScope } from '../isolation/user-scope.js';
import { checkReadInput } from '../model/input-check.js';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { decodeCursor, encodeCursor } from './journal-cursor.js';
import { filteredEntries, journalFilter, type JournalFilter } from './journal-filter.js';
import { readEntries } from './read-entries.js';

/** A filter, a page size and a cursor. */
export interface PageRequest extends JournalFilter {
  /** Entries per page, from 1 to 100. Defaults to 50. */
  limit?: number;
  /** `next` of the previous page; the first page without it. */
  after?: string;
}

/** One page of the journal. */
export interface JournalPage {
  /** Newest first: by descending `ts`, then by descending `id`. */
  entries: JournalEntry[];
  /** The cursor of the next page; null on the last one. */
  next: string | null;
}

/** A filter, a page size and the number of a page. */
export interface NumberedPageRequest extends JournalFilter {
  /** From 1. Defaults to 1. */
  page?: number;
  /** Entries per page, 1 to 100. Defaults to 50. */
  limit?: number;
}

/** One page of the journal, by its number. */
export interface NumberedPage {
  /** Newest first: by descending `ts`, then by descending `id`. Empty after the last page. */
  items: JournalEntry[];
  /** The number of entries that match the filter. */
  total: number;
  /** The number of this page, from 1. */
  page: number;
  /** The number of pages; 0 if no entry matches. */
  pages: number;
}

const whole = z.int('must be a whole number').min(1, 'must be at least 1');
const limit = whole.max(100, 'must be at most 100').default(50);

/** The rules of a page request. */
export const pageRequest = journalFilter.extend({ limit, after: z.string('must be text').optional() });

/** The rules of a request for a numbered page. */
export const numberedPageRequest = journalFilter.extend({ page: whole.default(1), limit });

/** @throws InvalidInputError, InvalidCursorError */
export async function page(scope: UserScope, request: PageRequest): Promise<JournalPage> {
  const { limit, after, ...filter } = checkReadInput('page request', pageRequest, request);
  const position = after === undefined ? undefined : decodeCursor(after);
  const found = await readEntries(scope, { filter, limit: limit + 1, after: position });
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return new FoundPage(entries, found.length > limit && last !== undefined ? encodeCursor(last) : null);
}

/** A class: V8 may allocate a literal here in its old generation, which keeps the entries alive. */
class FoundPage implements JournalPage {
  constructor(
    readonly entries: JournalEntry[],
    readonly next: string | null,
  ) {}
}

/** @throws InvalidInputError */
export async function numberedPage(
  { manager, userId }: UserScope,
  request: NumberedPageRequest,
): Promise<NumberedPage> {
  const { page, limit, ...filter } = checkReadInput('page request', numberedPageRequest, request);
  const { columns, properties, map } = rowsOf(manager, JournalEntry);
  const selection = filteredEntries(userId, filter);
  const offset = selection.parameter(String((page - 1) * limit));
  const { where, values } = selection;
  // One statement, so that the count and the page come from one snapshot. The outer join returns
  // the count also for a page without entries.
  const text = `
    SELECT ${columns}, total FROM (SELECT count(*) AS total FROM journal WHERE ${where}) counted
    LEFT JOIN (
      SELECT ${columns} FROM journal WHERE ${where} ORDER BY ts DESC, id DESC LIMIT ${limit} OFFSET ${offset}
    ) page ON true ORDER BY ts DESC, id DESC`;
  const rows = await readRows(manager, {
    text,
    values,
    map: (row: Row) => ({
      entry: row.ascii(0) === null ? undefined : map(row),
      total: Number(row.ascii(properties.length)),
    }),
    // For an unknown offset a generic plan assumes a tenth of all rows.
    plan: 'custom',
  });
  const total = rows[0]?.total ?? 0;
  const items = rows.flatMap(({ entry }) => entry ?? []);
  return { items, total, page, pages: Math.ceil(total / limit) };
}
