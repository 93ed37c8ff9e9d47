import { QueryFailedError } from 'typeorm';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/** Returns this package's error from TypeORM's QueryFailedError; any other error unchanged. */
export function unwrapDriverError(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : undefined;
  return cause instanceof JournalDatabaseError ? cause : error;
}
