import { JournalDatabaseError } from '../model/journal-database.error.js';

/** No user has this id. */
export class UserNotFoundError extends JournalDatabaseError {
  readonly code = 'USER_NOT_FOUND';

  constructor(
    /** The id or the address that was looked for. */
    readonly user: string,
    remedy?: string,
  ) {
    super([`There is no user ${user}.`, remedy].filter(Boolean).join(' '));
  }
}

/** Something that is being written for the user, such as an import, did not end in time. */
export class UserBusyError extends JournalDatabaseError {
  readonly code = 'USER_BUSY';

  constructor(
    readonly userId: string,
    options?: ErrorOptions,
  ) {
    super(
      `The user ${userId} is being written for, perhaps by an import; nothing was deleted. Try again when that has finished.`,
      options,
    );
  }
}

/**
 * A table of the application holds rows of the user, and its foreign key does not let the user go
 * without them.
 */
export class UserStillReferencedError extends JournalDatabaseError {
  readonly code = 'USER_STILL_REFERENCED';

  constructor(
    /** The id or the address of the user. */
    readonly user: string,
    readonly tables: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `Rows of the user ${user} in ${tables.join(', ')} keep the user from being deleted, by a foreign key without ON DELETE CASCADE; ` +
        'nothing was deleted. Delete these rows first, or change the foreign key.',
      options,
    );
  }
}

/** The address belongs to a user already. */
export class EmailTakenError extends JournalDatabaseError {
  readonly code = 'EMAIL_TAKEN';

  constructor(readonly email: string) {
    super(`A user with the address ${email} exists already; sign in, or use another address.`);
  }
}
