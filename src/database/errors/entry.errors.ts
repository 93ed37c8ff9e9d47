import { JournalDatabaseError } from './journal-database.error.js';

/** The user has no such entry, or it is deleted and deleted ones were not asked for. */
export class EntryNotFoundError extends JournalDatabaseError {
  readonly code = 'ENTRY_NOT_FOUND';

  constructor(readonly entryIds: readonly string[]) {
    super(`The user has no journal entry ${entryIds.join(', ')}.`);
  }
}

/** An entry has a live successor already, and can have only one. */
export class EntryAlreadyAmendedError extends JournalDatabaseError {
  readonly code = 'ENTRY_ALREADY_AMENDED';

  constructor(readonly entryIds: readonly string[]) {
    super(
      `The entry ${entryIds.join(', ')} has a live successor already; amend that one. Nothing was written.`,
    );
  }
}

/** An entry that stands under an id already, and the columns in which it differs from the one that was given. */
export interface EntryConflict {
  id: string;
  columns: readonly string[];
}

/** Entries with these ids exist already and hold something else. */
export class EntryConflictError extends JournalDatabaseError {
  readonly code = 'ENTRY_CONFLICT';

  constructor(readonly conflicts: readonly EntryConflict[]) {
    const shown = conflicts.slice(0, 5).map(({ id, columns }) => `${id} (${columns.join(', ')})`);
    super(
      `These ids stand for other entries already: ${shown.join('; ')}${conflicts.length > 5 ? '; …' : ''}. ` +
        'Nothing was written; use new ids, or amend the entries that are there.',
    );
  }
}
