import { TypeORMError, type Migration } from 'typeorm';
import { IsolatedDataSource } from '../isolation/isolated.data-source.js';
import { listMigrations, applyMigrations, undoMigration } from '../migrations/lock/migrate.js';
import type { MigrationRunOptions } from '../migrations/lock/migrate.js';
import type { DatabaseSettings } from '../config/database.settings.js';
import { readMigrationStatus } from '../schema/status/migration-status.js';
import { migrationOptions, type ApplicationSchema } from './data-source-options.js';
import { SchemaTooNewError } from '../schema/status/schema.errors.js';

/**
 * A TypeORM DataSource whose statements run in the user scope and the unit of work of their async
 * context. `initialize` retries while the server is starting. Migrations hold an advisory lock, so
 * they run in one process at a time.
 */
export class JournalDataSource extends IsolatedDataSource {
  /**
   * Applies the pending migrations, in one process at a time.
   *
   * @returns the applied migrations
   * @throws TypeORMError on the application's DataSource; nothing was run
   * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError,
   * MigrationsUnreadableError, TablesTakenError
   */
  override async runMigrations(options?: MigrationRunOptions): Promise<Migration[]> {
    this.#refuseMigrationsOfApplication();
    return applyMigrations(this, options);
  }

  /**
   * Reverts the last migration.
   *
   * @throws TypeORMError on the application's DataSource; nothing was run
   * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError,
   * MigrationsUnreadableError
   */
  override async undoLastMigration(options?: MigrationRunOptions): Promise<void> {
    this.#refuseMigrationsOfApplication();
    return undoMigration(this, options);
  }

  /**
   * Returns whether migrations are pending. Takes no lock and writes nothing.
   *
   * @throws MigrationsUnreadableError
   */
  override showMigrations(): Promise<boolean> {
    return listMigrations(this);
  }

  /** Migrations run as the owner of the tables, over one connection that keeps its session. */
  #refuseMigrationsOfApplication(): void {
    if (!this.options.isScoped) return;
    throw new TypeORMError(
      "The DataSource of the application cannot run migrations: its login does not own the tables. Call the package's " +
        '`runMigrations(settings)`, run `typeorm migration:run`, or set DATABASE_RUN_MIGRATIONS=true.',
    );
  }
}

/**
 * Applies the pending migrations of this package and of the application, as the login of
 * `migrationUrl`, under the migration lock: concurrent calls run one after the other.
 *
 * ```ts
 * await runMigrations(readDatabaseSettings(process.env));
 * ```
 *
 * @returns the names of the migrations that were applied
 * @throws SchemaTooNewError if a newer release has changed the schema incompatibly; nothing was
 * applied
 * @throws MigrationLockTimeoutError if another run held the migration lock too long
 * @throws MigrationBlockedError if other transactions held a lock too long
 * @throws MigrationThroughPoolerError if `migrationUrl` is a transaction pooler
 * @throws MigrationsUnreadableError if the tables belong to another role; nothing was applied
 * @throws TablesTakenError if another application has tables of the same names; nothing was applied
 */
export async function runMigrations(
  settings: DatabaseSettings,
  application: ApplicationSchema = {},
): Promise<string[]> {
  const dataSource = new JournalDataSource(migrationOptions(settings, application));
  await dataSource.initialize();
  try {
    const { breaking } = await readMigrationStatus(dataSource);
    if (breaking.length > 0) throw new SchemaTooNewError(breaking);
    return (await dataSource.runMigrations()).map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
