import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { howToMigrate } from '../../driver/failures/how-to-migrate.js';

/**
 * A newer release has changed the schema incompatibly. The application does not start.
 *
 * @remedy Update the application, or revert the migrations with the newer release.
 */
export class SchemaTooNewError extends JournalDatabaseError {
  readonly code = 'SCHEMA_TOO_NEW';

  constructor(
    /** The migrations that this release does not know, and after which it must not start. */
    readonly migrations: readonly string[],
  ) {
    super(
      `A newer release has changed the database incompatibly (${migrations.join(', ')}). ` +
        'Update the application to that release; or revert these migrations with the newer release.',
    );
  }
}

/**
 * Migrations of this release are not applied.
 *
 * @remedy Run the migrations before the application starts.
 */
export class MigrationsPendingError extends JournalDatabaseError {
  readonly code = 'MIGRATIONS_PENDING';

  constructor(readonly migrations: readonly string[]) {
    super(
      `The database is older than this release; pending migrations: ${migrations.join(', ')}. ` +
        `Run them first: ${howToMigrate}; or set DATABASE_RUN_MIGRATIONS=true.`,
    );
  }
}
