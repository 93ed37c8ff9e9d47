import { JournalDatabaseError } from '../../model/journal-database.error.js';
import type { UserTable } from './user-tables.js';

/** Tables of the application would hold rows of a user who is not there any more. */
export class UserDataLeftError extends JournalDatabaseError {
  readonly code = 'USER_DATA_LEFT';

  constructor(
    readonly email: string,
    readonly tables: readonly UserTable[],
  ) {
    const named = tables.map(({ table, rows }) => `${table} (${rows} rows)`).join(', ');
    super(
      `Rows of ${email} would be left in ${named}, which have no foreign key to users; nothing was deleted. Delete them first, or ` +
        'let the application give these tables one with ON DELETE CASCADE.',
    );
  }
}

/** A deletion was interrupted before it was committed. */
export class DeletionInterruptedError extends JournalDatabaseError {
  readonly code = 'DELETION_INTERRUPTED';

  constructor(options?: ErrorOptions) {
    super('The deletion was interrupted; nothing was deleted.', options);
  }
}

/** The database refused a statement of a deletion, or went away. */
export class DeletionFailedError extends JournalDatabaseError {
  readonly code = 'DELETION_FAILED';

  constructor(
    readonly email: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(
      `The database did not delete ${email} (${message}); nothing was deleted. Correct what it complains about, or wait until it ` +
        'answers again, and delete again. Whatever cancels statements, such as a time limit of a pooler, has to let this one take its time.',
      options,
    );
  }
}

/** A user is gone, and it could not be read afterwards whether anything of theirs is left. */
export class DeletionUnverifiedError extends JournalDatabaseError {
  readonly code = 'DELETION_UNVERIFIED';

  constructor(
    readonly email: string,
    readonly userId: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(
      `${email} was deleted, with all accounts and entries, but it could not be checked whether anything is left (${message}). ` +
        `Look for the id ${userId} in the tables that hold rows of users; deleting again would find nobody.`,
      options,
    );
  }
}
