import { QueryFailedError } from 'typeorm';
import { ImportBusyError, ImportFailedError } from './import-errors.js';

/** A failure of the database as an error that says what to do; undefined for any other. */
export function databaseFailure(error: unknown): Error | undefined {
  const isDatabases =
    error instanceof QueryFailedError || (error as Error).message.startsWith('Connection terminated');
  if (!isDatabases) return undefined;
  const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: string };
  const cause = { cause: error };
  // Another transaction held what this one needed for too long, or each waited for the other.
  if (code === '55P03' || code === '40P01') return new ImportBusyError(cause);
  return new ImportFailedError(code, (error as Error).message, cause);
}
