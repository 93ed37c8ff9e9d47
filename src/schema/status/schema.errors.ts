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

/**
 * The role may not read the table of migrations, or not use its schema.
 *
 * @remedy Run pending migrations, or run the GRANT that the message names.
 */
export class MigrationsUnreadableError extends JournalDatabaseError {
  readonly code = 'MIGRATIONS_UNREADABLE';

  constructor(
    /** Quoted for SQL. */
    readonly table: string,
    /** Quoted for SQL: the schema of the table, if the role lacks USAGE on it. */
    closedSchema?: string,
  ) {
    super(
      closedSchema === undefined
        ? unreadableTable(table)
        : `The applied migrations are unknown: the schema ${closedSchema} may not be used. ` +
            `Run \`GRANT USAGE ON SCHEMA ${closedSchema} TO journal_user, journal_auth\` as its owner.`,
    );
  }
}

function unreadableTable(table: string): string {
  return (
    `The applied migrations are unknown: ${table} may not be read. If the database is older than ` +
    `ReadableMigrations20261125111000, which grants SELECT, run the pending migrations: ${howToMigrate}. ` +
    `If the grant was revoked, run \`GRANT SELECT ON ${table} TO journal_user\` as the owner.`
  );
}
