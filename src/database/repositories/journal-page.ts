import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import type { JournalEntry } from '../entities/journal-entry.entity.js';
import { checkInput } from './input-check.js';
import { decodeCursor, encodeCursor } from './journal-cursor.js';
import type { JournalPosition } from './journal-cursor.js';
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
  const position = after === undefined ? undefined : decodeCursor(after);
  const newest = (query: SelectQueryBuilder<JournalEntry>) => newestOf(query, limit + 1, position);
  const isOfBoth = filter.status === 'all' || (filter.asOf !== undefined && filter.status !== 'deleted');
  const query = isOfBoth ? merged(manager, userId, filter, newest) : filteredEntries(manager, userId, filter);
  const found = await newest(query).getMany();
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? encodeCursor(last) : null };
}

function newestOf(
  query: SelectQueryBuilder<JournalEntry>,
  count: number,
  after: JournalPosition | undefined,
): SelectQueryBuilder<JournalEntry> {
  if (after !== undefined) {
    const { ts, id } = after;
    query.andWhere('(entry.ts, entry.id) < (:ts, :id)', { ts: ts.toISOString(), id });
  }
  return query.orderBy('entry.ts', 'DESC').addOrderBy('entry.id', 'DESC').limit(count);
}

/**
 * There is an index of live entries in the order of a page, and one of deleted ones, but none of both: the newest of both are
 * among the newest of each.
 */
function merged(
  manager: EntityManager,
  userId: string,
  filter: JournalFilter,
  newest: (query: SelectQueryBuilder<JournalEntry>) => SelectQueryBuilder<JournalEntry>,
): SelectQueryBuilder<JournalEntry> {
  const [live, deleted] = ['IS NULL', 'IS NOT NULL'].map((state) =>
    newest(
      filteredEntries(manager, userId, filter).select('entry.id').andWhere(`entry.deletedAt ${state}`),
    ).getQuery(),
  );
  return filteredEntries(manager, userId, filter).andWhere(
    `entry.id = ANY(ARRAY((${live}) UNION ALL (${deleted})))`,
  );
}
