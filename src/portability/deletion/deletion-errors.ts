import { QueryFailedError } from 'typeorm';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import type { UserTable } from './user-deletion.js';
import { isServerError } from '../../driver/failures/failures.js';
import { CommitOutcomeUnknownError } from '../../driver/failures/transaction.errors.js';
import { isConnectionError } from '../../driver/failures/connection.errors.js';
import { namingUser } from '../../users/users.repository.js';

/**
 * Tables of the application without a foreign key to `users` hold rows of the user. Nothing was
 * deleted.
 *
 * @remedy Delete these rows first, or add a foreign key with ON DELETE CASCADE.
 */
export class UserDataLeftError extends JournalDatabaseError {
  readonly code = 'USER_DATA_LEFT';

  constructor(
    readonly email: string,
    readonly tables: readonly UserTable[],
  ) {
    const counts = tables.map(({ table, rows }) => `${table} (${rows} rows)`).join(', ');
    super(
      `Tables without a foreign key to users would keep rows of ${email}: ${counts}; nothing was deleted. Delete these rows first, ` +
        'or add a foreign key with ON DELETE CASCADE in a migration of the application.',
    );
  }
}

/**
 * The signal of a deletion was aborted before COMMIT. Nothing was deleted.
 *
 * @remedy Delete again.
 */
export class DeletionInterruptedError extends JournalDatabaseError {
  readonly code = 'DELETION_INTERRUPTED';

  constructor(options?: ErrorOptions) {
    super('The deletion was interrupted; nothing was deleted.', options);
  }
}

/**
 * The database refused a statement of a deletion, or the connection was lost before COMMIT. Nothing
 * was deleted. `cause` is the database's error.
 *
 * @remedy Correct the cause, and delete again.
 */
export class DeletionFailedError extends JournalDatabaseError {
  readonly code = 'DELETION_FAILED';

  constructor(
    readonly email: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(
      `The database did not delete ${email} (${message}); nothing was deleted. Correct the cause and delete again. If a pooler or ` +
        'another client cancelled a statement, allow it more time: the duration grows with the journal.',
      options,
    );
  }
}

/**
 * The user was deleted, but the check for remaining rows failed.
 *
 * @remedy Do not delete again. Check the tables of the application for rows of the user.
 */
export class DeletionUnverifiedError extends JournalDatabaseError {
  readonly code = 'DELETION_UNVERIFIED';

  constructor(
    readonly email: string,
    readonly userId: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(
      `${email} was deleted, with all accounts and entries, but the check for remaining rows failed (${message}). ` +
        `Search the tables that hold rows of users for the id ${userId}. Do not delete again: the user no longer exists.`,
      options,
    );
  }
}

/** @throws DeletionInterruptedError */
export function refuseInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DeletionInterruptedError();
}

/** Turns a failure before COMMIT into an error that says that nothing was deleted. */
export function deletionFailure(email: string, signal: AbortSignal | undefined, error: unknown): unknown {
  // After CommitOutcomeUnknownError the user may be deleted, so the error must stay as it is.
  if (error instanceof CommitOutcomeUnknownError || error instanceof DeletionInterruptedError) return error;
  const cause = { cause: error };
  if (signal?.aborted) return new DeletionInterruptedError(cause);
  const named = namingUser(email, error);
  const isDatabaseError =
    named instanceof QueryFailedError || isServerError(named) || isConnectionError(named);
  return isDatabaseError ? new DeletionFailedError(email, (error as Error).message, cause) : named;
}

/** Adds the path of the export to the error's message. Keeps the object: its class, code, cause. */
export function mentionExport(error: unknown, file: string | undefined): unknown {
  if (file !== undefined && error instanceof JournalDatabaseError)
    error.message += ` The export was written to ${file}, and stays there.`;
  return error;
}
