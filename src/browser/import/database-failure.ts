import { QueryFailedError } from 'typeorm';
import { isBlocked } from '../../driver/failures/failures.js';
import { isConnectionError } from '../../driver/failures/connection.errors.js';
import { ImportFailedError } from './import-errors.js';
import { ImportBusyError } from './merge/import-busy.error.js';

/** Turns a failure of the database into an error of the import; undefined for any other error. */
export function databaseFailure(error: unknown): Error | undefined {
  if (!(error instanceof QueryFailedError || isConnectionError(error))) return undefined;
  const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: string };
  const cause = { cause: error };
  if (isBlocked(error)) return new ImportBusyError(cause);
  return new ImportFailedError(code, (error as Error).message, cause);
}
