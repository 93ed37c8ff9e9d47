import { JournalDatabaseError } from '../../model/journal-database.error.js';

const howToMigrate =
  '`npx typeorm migration:run -d node_modules/trading-journal-database/dist/ormconfig.js`, or your own DataSource after `-d`';

/** The database was migrated by a newer release, in a way that this one cannot work with. */
export class SchemaTooNewError extends JournalDatabaseError {
  readonly code = 'SCHEMA_TOO_NEW';

  constructor(
    /** The migrations that this release does not know, and that older releases cannot work with. */
    readonly migrations: readonly string[],
  ) {
    super(
      `The database was changed by a newer release in a way that this one cannot work with (${migrations.join(', ')}). ` +
        'Update the application to that release; or, with the newer release, revert these migrations.',
    );
  }
}

/** The database lacks migrations that this release needs. */
export class MigrationsPendingError extends JournalDatabaseError {
  readonly code = 'MIGRATIONS_PENDING';

  constructor(readonly migrations: readonly string[]) {
    super(
      `The database is older than this release; pending migrations: ${migrations.join(', ')}. ` +
        `Run them first: ${howToMigrate}; or set DATABASE_RUN_MIGRATIONS=true.`,
    );
  }
}

/** Which migrations were applied may not be read. */
export class MigrationsUnreadableError extends JournalDatabaseError {
  readonly code = 'MIGRATIONS_UNREADABLE';

  constructor(readonly table: string) {
    super(
      `Which migrations were applied cannot be told: ${table} may not be read. Either the database is older than ` +
        `ReadableMigrations20261125111000, which grants that; then run the pending migrations: ${howToMigrate}. ` +
        `Or the grant is gone; then let the owner run \`GRANT SELECT ON ${table} TO journal_user\`.`,
    );
  }
}
