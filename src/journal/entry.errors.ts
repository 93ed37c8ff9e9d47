import { JournalDatabaseError } from '../model/journal-database.error.js';

/** The user has no such entry, or it is deleted and deleted ones were not asked for. */
export class EntryNotFoundError extends JournalDatabaseError {
  readonly code = 'ENTRY_NOT_FOUND';

  constructor(readonly entryIds: readonly string[]) {
    super(`The user has no journal entry ${entryIds.join(', ')}.`);
  }
}

/** An entry has been replaced by another one, and can be replaced only once. */
export class EntryAlreadyAmendedError extends JournalDatabaseError {
  readonly code = 'ENTRY_ALREADY_AMENDED';

  constructor(
    readonly entryIds: readonly string[],
    /** The live entry that stands in its place now, where it is known. */
    readonly successorId?: string,
  ) {
    super(
      `The entry ${entryIds.join(', ')} has been replaced already` +
        (successorId === undefined
          ? '; an entry has one successor at most, so amend the one that stands in its place. '
          : ` by ${successorId}; amend or remove that one. `) +
        'Nothing was written.',
    );
  }
}

/** An entry was removed, and nothing stands in its place. */
export class EntryRemovedError extends JournalDatabaseError {
  readonly code = 'ENTRY_REMOVED';

  constructor(readonly entryId: string) {
    super(`The entry ${entryId} has been removed; restore it first. Nothing was written.`);
  }
}

/**
 * An entry that stands under an id already, and the columns in which it differs from the one that
 * was given.
 */
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

/** Entries name accounts that the user does not have. */
export class UnknownAccountError extends JournalDatabaseError {
  readonly code = 'UNKNOWN_ACCOUNT';

  constructor(readonly accountIds: readonly string[]) {
    super(`The user has no account ${accountIds.join(', ')}; create it first. Nothing was written.`);
  }
}
