import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * The embedded PostgreSQL cannot be started or stopped.
 *
 * @remedy The message says why, and what to do.
 */
export class EmbeddedPostgresError extends JournalDatabaseError {
  readonly code = 'EMBEDDED_POSTGRES';
}
