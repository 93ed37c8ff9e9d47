import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * The user has no entry with these ids, or `get` found an entry that was amended or removed.
 * Nothing was written.
 *
 * @remedy Use an id that `page` returns. `get` with `withDeleted` returns the entry, and `history`
 * its successors.
 */
export class EntryNotFoundError extends JournalDatabaseError {
  readonly code = 'ENTRY_NOT_FOUND';

  /** @param isDeleted true for an entry that was amended or removed */
  constructor(
    readonly entryIds: readonly string[],
    isDeleted = false,
  ) {
    super(
      isDeleted
        ? `The journal entry ${entryIds.join(', ')} was amended or removed. Set withDeleted to get it; history returns its successors.`
        : `The user has no journal entry ${entryIds.join(', ')}.`,
    );
  }
}

/**
 * The entry has a successor already, and an entry can have only one. Nothing was written.
 *
 * @remedy Amend the live entry of the chain (`successorId`) instead.
 */
export class EntryAlreadyAmendedError extends JournalDatabaseError {
  readonly code = 'ENTRY_ALREADY_AMENDED';

  constructor(
    readonly entryIds: readonly string[],
    /** The live entry of the chain, if known. */
    readonly successorId?: string,
  ) {
    super(
      `The entry ${entryIds.join(', ')} has been replaced already` +
        (successorId === undefined
          ? '; an entry can have only one successor. Amend the successor instead. '
          : ` by ${successorId}; amend or remove ${successorId} instead. `) +
        'Nothing was written.',
    );
  }
}

/**
 * The entry was removed and has no live successor. Nothing was written.
 *
 * @remedy Call `restore` first.
 */
export class EntryRemovedError extends JournalDatabaseError {
  readonly code = 'ENTRY_REMOVED';

  constructor(readonly entryId: string) {
    super(`The entry ${entryId} has been removed; restore it first. Nothing was written.`);
  }
}

/** A stored entry that differs from the given entry with the same id. */
export interface EntryConflict {
  id: string;
  /** The names of the database columns that differ. */
  columns: readonly string[];
}

/**
 * Entries with these ids are stored with other content. Nothing was written. `conflicts` lists the
 * ids and the columns that differ.
 *
 * @remedy Use new ids, or amend the stored entries.
 */
export class EntryConflictError extends JournalDatabaseError {
  readonly code = 'ENTRY_CONFLICT';

  constructor(readonly conflicts: readonly EntryConflict[]) {
    const shown = conflicts.slice(0, 5).map(({ id, columns }) => `${id} (${columns.join(', ')})`);
    super(
      `Other entries are stored under these ids: ${shown.join('; ')}${conflicts.length > 5 ? '; …' : ''}. ` +
        'Nothing was written; use new ids, or amend the stored entries.',
    );
  }
}

/**
 * Entries refer to accounts that the user does not have. Nothing was written.
 *
 * @remedy Create the accounts first, with `AccountsRepository.create()`.
 */
export class UnknownAccountError extends JournalDatabaseError {
  readonly code = 'UNKNOWN_ACCOUNT';

  constructor(readonly accountIds: readonly string[]) {
    super(`The user has no account ${accountIds.join(', ')}; create it first. Nothing was written.`);
  }
}
