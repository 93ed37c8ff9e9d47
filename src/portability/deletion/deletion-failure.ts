import { QueryFailedError } from 'typeorm';
import { isBlocked } from '../../driver/failures.js';
import { CommitOutcomeUnknownError } from '../../driver/transaction.errors.js';
import { isConnectionError } from '../../driver/connection.errors.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { UserBusyError } from '../../users/user.errors.js';
import { DeletionFailedError, DeletionInterruptedError } from './deletion-errors.js';

/** @throws DeletionInterruptedError */
export function refuseInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DeletionInterruptedError();
}

/**
 * A failure before the deletion was committed, as an error that says that nothing was deleted and
 * what to do.
 */
export function deletionFailure(email: string, signal: AbortSignal | undefined, error: unknown): unknown {
  // It may have been committed.
  if (error instanceof CommitOutcomeUnknownError || error instanceof DeletionInterruptedError) return error;
  const cause = { cause: error };
  if (signal?.aborted) return new DeletionInterruptedError(cause);
  if (isBlocked(error)) return error instanceof UserBusyError ? error : new UserBusyError(email, cause);
  const isDatabases = error instanceof QueryFailedError || isConnectionError(error);
  return isDatabases ? new DeletionFailedError(email, (error as Error).message, cause) : error;
}

/**
 * The same error, which also says where the export is; its class, code and cause are what programs
 * look at.
 */
export function sayingExported(error: unknown, file: string | undefined): unknown {
  if (file !== undefined && error instanceof JournalDatabaseError)
    error.message += ` The export was written to ${file}, and stays there.`;
  return error;
}
