import { EntryAlreadyAmendedError } from '../../../journal/entry.errors.js';
import type { ImportedJournal } from '../../../journal/imported-journal.js';
import type { PastRemoval } from '../../../journal/mark-deleted.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { ImportBusyError } from './import-busy.error.js';

/** The pending writes of an import. */
export interface EntryWrites {
  readonly removals: PastRemoval[];
  readonly appended: EntryRecord[];
}

/**
 * Marks live entries as deleted, and appends entries whose ids are not stored.
 *
 * @returns the ids of the appended entries
 * @throws ImportBusyError if another session deleted or replaced an entry concurrently
 */
export async function storeChanges(
  journal: ImportedJournal,
  { removals, appended }: EntryWrites,
): Promise<readonly string[]> {
  if (removals.length > 0) {
    const marked = await journal.removeInPast(removals);
    if (marked.length < removals.length) throw new ImportBusyError();
  }
  if (appended.length === 0) return [];
  try {
    return (await journal.appendMissing(appended)).inserted;
  } catch (error) {
    throw error instanceof EntryAlreadyAmendedError ? new ImportBusyError({ cause: error }) : error;
  }
}
