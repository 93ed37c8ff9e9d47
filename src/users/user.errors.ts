import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * No user has this id or e-mail address. Nothing was written.
 *
 * @remedy If the request acts for the signed-in user, the user was deleted: ask for a new sign-in.
 * If the request names a user, answer 404.
 */
export class UserNotFoundError extends JournalDatabaseError {
  readonly code = 'USER_NOT_FOUND';

  constructor(
    /** The id or the e-mail address. */
    readonly user: string,
    remedy?: string,
  ) {
    super([`There is no user ${user}.`, remedy].filter(Boolean).join(' '));
  }
}

/**
 * A concurrent write for the user, such as an import, held a lock longer than
 * `DATABASE_LOCK_TIMEOUT_MS`. Nothing was deleted or changed.
 *
 * @remedy Repeat the call after the write.
 */
export class UserBusyError extends JournalDatabaseError {
  readonly code = 'USER_BUSY';

  constructor(
    /** The id or the e-mail address. */
    readonly user: string,
    options?: ErrorOptions,
  ) {
    super(
      `Another transaction is writing data of the user ${user}, perhaps an import; nothing was deleted or changed. Try again after it.`,
      options,
    );
  }

  /** @deprecated Use `user`. */
  get userId(): string {
    return this.user;
  }
}

/**
 * A table of the application has rows that refer to the user by a foreign key without ON DELETE
 * CASCADE. Nothing was deleted.
 *
 * @remedy Delete these rows first, or change the foreign key.
 */
export class UserStillReferencedError extends JournalDatabaseError {
  readonly code = 'USER_STILL_REFERENCED';

  constructor(
    /** The id or the e-mail address. */
    readonly user: string,
    readonly tables: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `Rows in ${tables.join(', ')} refer to the user ${user} by a foreign key without ON DELETE CASCADE; ` +
        'nothing was deleted. Delete these rows first, or change the foreign key.',
      options,
    );
  }
}

/**
 * Another user has this e-mail address. Nothing was written.
 *
 * @remedy Use another address.
 */
export class EmailTakenError extends JournalDatabaseError {
  readonly code = 'EMAIL_TAKEN';

  constructor(readonly email: string) {
    super(`A user with the address ${email} exists already; sign in, or use another address.`);
  }
}
