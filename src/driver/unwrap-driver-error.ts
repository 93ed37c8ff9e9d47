import { QueryFailedError } from 'typeorm';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/** The error of this package that TypeORM wrapped; any other error as it is. */
export function unwrapDriverError(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : undefined;
  return cause instanceof JournalDatabaseError ? cause : error;
}
