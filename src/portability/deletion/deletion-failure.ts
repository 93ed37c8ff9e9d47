import { QueryFailedError } from 'typeorm';
import { isBlocked } from '../../driver/failures/failures.js';
import { CommitOutcomeUnknownError } from '../../driver/failures/transaction.errors.js';
import { isConnectionError } from '../../driver/failures/connection.errors.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { UserBusyError } from '../../users/user.errors.js';
import { DeletionFailedError, DeletionInterruptedError } from './deletion-errors.js';

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
  if (isBlocked(error)) return error instanceof UserBusyError ? error : new UserBusyError(email, cause);
  const isDatabaseError = error instanceof QueryFailedError || isConnectionError(error);
  return isDatabaseError ? new DeletionFailedError(email, (error as Error).message, cause) : error;
}

/** Adds the path of the export to the error's message. Keeps the object: its class, code, cause. */
export function mentionExport(error: unknown, file: string | undefined): unknown {
  if (file !== undefined && error instanceof JournalDatabaseError)
    error.message += ` The export was written to ${file}, and stays there.`;
  return error;
}
