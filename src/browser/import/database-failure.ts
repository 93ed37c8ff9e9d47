import { QueryFailedError } from 'typeorm';
import { isBlocked } from '../../driver/failures.js';
import { isConnectionError } from '../../driver/connection.errors.js';
import { ImportFailedError } from './import-errors.js';
import { ImportBusyError } from './merge/import-busy.error.js';

/** A failure of the database as an error that says what to do; undefined for any other. */
export function databaseFailure(error: unknown): Error | undefined {
  if (!(error instanceof QueryFailedError || isConnectionError(error))) return undefined;
  const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: string };
  const cause = { cause: error };
  if (isBlocked(error)) return new ImportBusyError(cause);
  return new ImportFailedError(code, (error as Error).message, cause);
}
