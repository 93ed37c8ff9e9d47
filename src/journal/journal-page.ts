import { z } from 'zod';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import type { UserScope } from '../isolation/user-scope.js';
import { checkReadInput } from '../model/input-check.js';
import { decodeCursor, encodeCursor } from './journal-cursor.js';
import { journalFilter } from './journal-filter.js';
import type { JournalFilter } from './journal-filter.js';
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

/** The rules of a page request. */
export const pageRequest = journalFilter.extend({
  limit: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100')
    .default(50),
  after: z.string('must be text').optional(),
});

/** @throws InvalidInputError, InvalidCursorError */
export async function page({ manager, userId }: UserScope, request: PageRequest): Promise<JournalPage> {
  const { limit, after, ...filter } = checkReadInput('page request', pageRequest, request);
  const position = after === undefined ? undefined : decodeCursor(after);
  const found = await readEntries(manager, userId, { filter, limit: limit + 1, after: position });
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
