import { z } from 'zod';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import type { UserScope } from '../isolation/user-scope.js';
import { checkInput } from '../model/input-check.js';
import { decodeCursor, encodeCursor } from './journal-cursor.js';
import { journalFilter } from './journal-filter.js';
import type { JournalFilter } from './journal-filter.js';
import { readEntries } from './read-entries.js';

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

/**
 * A page of the entries that pass the filter, found by key.
 * @throws InvalidInputError, InvalidCursorError
 */
export async function page({ manager, userId }: UserScope, request: PageRequest): Promise<JournalPage> {
  const { limit, after, ...filter } = checkInput('page request', pageRequest, request);
  const position = after === undefined ? undefined : decodeCursor(after);
  const found = await readEntries(manager, userId, { filter, limit: limit + 1, after: position });
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return new FoundPage(entries, found.length > limit && last !== undefined ? encodeCursor(last) : null);
}

/** No literal, for the reason that the rows of an answer are none: see `MappedQuery`. */
class FoundPage implements JournalPage {
  constructor(
    readonly entries: JournalEntry[],
    readonly next: string | null,
  ) {}
}
