import pg from 'pg';
import { DataSource } from 'typeorm';
import type { Migration, QueryRunner, ReplicationMode } from 'typeorm';
import { connectWithRetry } from './connection-retry.js';
import type { JournalDataSourceOptions } from './data-source-options.js';
import { listMigrations } from './migration-lock/list-migrations.js';
import { applyMigrations, undoMigration } from './migration-lock/migrate.js';
import type { MigrationRunOptions } from './migration-lock/migrate.js';
import { joinedRunner, namingErrors, streamingInTransactions } from './scope/query-runners.js';
import { named } from './scope/named-error.js';
import { ScopeStorage } from './scope/scope-storage.js';
import { scopedClientClass } from './scope/scoped-client.js';
import { ScopedPool } from './scope/scoped-pool.js';

/**
 * A DataSource that waits for a server that is not up yet, and says in one sentence what keeps it from connecting. Each
 * statement that leaves it goes in the scope of the moment, and within a unit of work over that unit's connection. Migrations run
 * one process at a time, whatever starts them.
 */
export class JournalDataSource extends DataSource {
  declare readonly options: JournalDataSourceOptions;
  /** What `UserScope` opens. */
  readonly scopes: ScopeStorage;

  constructor(options: JournalDataSourceOptions) {
    const scopes = new ScopeStorage();
    super(options.isScoped ? withScopedClient(options, scopes) : options);
    this.scopes = scopes;
  }

  /** @throws DatabaseConnectionError, SchemaMissingError, RoleRefusedError */
  override initialize(): Promise<this> {
    const connect = () =>
      super.initialize().catch(async (error: unknown) => {
        // TypeORM leaves the pool open if its own first statements are refused, and the process would not end.
        await this.driver.disconnect().catch(() => undefined);
        throw named(error);
      });
    return connectWithRetry(connect, this.options.url ?? '', this.options.connectRetryTime);
  }

  /** @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError */
  override runMigrations(options?: MigrationRunOptions): Promise<Migration[]> {
    return applyMigrations(this, options);
  }

  /** @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError */
  override undoLastMigration(options?: MigrationRunOptions): Promise<void> {
    return undoMigration(this, options);
  }

  /** Needs no lock, and writes nothing. */
  override showMigrations(): Promise<boolean> {
    return listMigrations(this);
  }

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    const { unit } = this.scopes.current;
    const runner = unit?.manager.queryRunner;
    if (runner) return joinedRunner(runner);
    const own = namingErrors(super.createQueryRunner(mode));
    return this.options.isScoped ? streamingInTransactions(own) : own;
  }
}

function withScopedClient(options: JournalDataSourceOptions, scopes: ScopeStorage): JournalDataSourceOptions {
  const extra = { ...(options.extra as object), Client: scopedClientClass(scopes, options) };
  return { ...options, driver: { ...pg, Pool: ScopedPool }, extra };
}
