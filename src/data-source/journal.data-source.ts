import { TypeORMError } from 'typeorm';
import type { Migration } from 'typeorm';
import { IsolatedDataSource } from '../isolation/isolated.data-source.js';
import { listMigrations, applyMigrations, undoMigration } from '../migrations/lock/migrate.js';
import type { MigrationRunOptions } from '../migrations/lock/migrate.js';

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
   * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError
   */
  override async runMigrations(options?: MigrationRunOptions): Promise<Migration[]> {
    this.#refuseMigrationsOfApplication();
    return applyMigrations(this, options);
  }

  /**
   * Reverts the last migration.
   *
   * @throws TypeORMError on the application's DataSource; nothing was run
   * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError
   */
  override async undoLastMigration(options?: MigrationRunOptions): Promise<void> {
    this.#refuseMigrationsOfApplication();
    return undoMigration(this, options);
  }

  /** Returns whether migrations are pending. Takes no lock and writes nothing. */
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
