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
  /** @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError */
  override runMigrations(options?: MigrationRunOptions): Promise<Migration[]> {
    return applyMigrations(this, options);
  }

  /** @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError */
  override undoLastMigration(options?: MigrationRunOptions): Promise<void> {
    return undoMigration(this, options);
  }

  /** Returns whether migrations are pending. Takes no lock and writes nothing. */
  override showMigrations(): Promise<boolean> {
    return listMigrations(this);
  }
}
