import { DataSource } from 'typeorm';
import type { DataSourceOptions, EntityManager, QueryRunner, ReplicationMode } from 'typeorm';
import type { PrivilegeCheck, SchemaCheck } from '../config/database.settings.js';
import { connectWithRetry } from '../driver/failures/connection-retry.js';
import { refuseOldPg } from '../driver/failures/pg-version.js';
import { Handle, pgModuleFor } from '../driver/typeorm-client.js';
import { JournalDriver, type CallContext, type DriverOptions } from '../driver/journal-driver.js';
import { registerDriver, unwrapDriverError } from '../driver/statements/run-statement.js';
import type { Transaction } from '../driver/transaction.js';
import { JournalEntityManager } from './journal-entity-manager.js';
import { attachHandle } from './journal-query-runner.js';
import { handleRejections } from './lazy-relations.js';
import { ScopeStorage } from './scope-storage.js';

/** TypeORM's options for PostgreSQL. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** TypeORM's options, and those of this package. */
export type JournalDataSourceOptions = PostgresOptions &
  DriverOptions & {
    /** Milliseconds for retries of the first connection; 0 for one attempt. */
    readonly connectRetryTime: number;
    /** Whether statements run in the user scope. False for migrations. */
    readonly isScoped: boolean;
    readonly privilegeCheck: PrivilegeCheck;
    readonly schemaCheck: SchemaCheck;
    /** Milliseconds that migrations wait for a concurrent run and for blocking transactions. */
    readonly migrationWaitTime: number;
    /** Milliseconds until a journal stream that is not read ends; 0: never. */
    readonly streamTimeout: number;
  };

/** A DataSource whose statements run in the scope and unit of work of their async context. */
export class IsolatedDataSource extends DataSource {
  declare readonly options: JournalDataSourceOptions;
  /** The user scope and the unit of work of each async context. @internal */
  readonly scopes: ScopeStorage;
  /** Sends all statements. @internal */
  readonly journal: JournalDriver;
  readonly #handles = new WeakMap<QueryRunner, Handle>();

  constructor(options: JournalDataSourceOptions) {
    const scopes = new ScopeStorage();
    const context = (): CallContext => {
      const { current } = scopes;
      return {
        scope: current,
        transaction: current.unit?.transaction,
        hasRunnerTransaction: current.runners?.hasOpenTransaction === true,
      };
    };
    const journal = new JournalDriver(options, context, (message) => {
      this.logger.log('warn', message);
    });
    super(options.isScoped ? { ...options, driver: pgModuleFor(journal) } : options);
    this.scopes = scopes;
    this.journal = journal;
    registerDriver(this, journal);
    if (options.isScoped) handleRejections(this.relationLoader);
  }

  /** @throws DatabaseConnectionError, SchemaMissingError, RoleRefusedError */
  override async initialize(): Promise<this> {
    refuseOldPg();
    const connect = () =>
      super.initialize().catch(async (error: unknown) => {
        // TypeORM leaves the pool open if its first statements fail. An open pool keeps the process
        // alive.
        await this.driver.disconnect().catch(() => undefined);
        throw unwrapDriverError(error);
      });
    await connectWithRetry(connect, this.options.url ?? '', this.options.connectRetryTime);
    if (this.journal.isStandby)
      this.logger.log('warn', 'DATABASE_URL leads to a standby: reads work, writes are refused.');
    return this;
  }

  override createEntityManager(queryRunner?: QueryRunner): EntityManager {
    // TypeORM's constructor calls this before the fields of this class exist, so use only options.
    return this.options.isScoped
      ? new JournalEntityManager(this, queryRunner)
      : super.createEntityManager(queryRunner);
  }

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    if (!this.options.isScoped) return super.createQueryRunner(mode);
    return this.#runnerWith(new Handle(this.journal));
  }

  /** Creates a query runner in the transaction of a unit of work. @internal */
  runnerOf(transaction: Transaction): QueryRunner {
    return this.#runnerWith(new Handle(this.journal, transaction));
  }

  /** The handle of a query runner; undefined for one of another DataSource. @internal */
  handleOf(runner: QueryRunner): Handle | undefined {
    return this.#handles.get(runner);
  }

  #runnerWith(handle: Handle): QueryRunner {
    const runner = attachHandle(super.createQueryRunner(), handle, this.scopes);
    this.#handles.set(runner, handle);
    return runner;
  }
}
