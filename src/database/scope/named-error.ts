import { QueryFailedError } from 'typeorm';
import { JournalDatabaseError } from '../errors/index.js';

/** An error of this package that TypeORM has wrapped, as it was; any other as it is. */
export function named(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : undefined;
  return cause instanceof JournalDatabaseError ? cause : error;
}
