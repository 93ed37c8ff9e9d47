import { DataSource } from 'typeorm';
import type { DataSourceOptions, EntityManager, QueryRunner, ReplicationMode } from 'typeorm';
import type { PrivilegeCheck } from '../config/database.settings.js';
import { connectWithRetry } from '../driver/connection-retry.js';
import type { Handle } from '../driver/handle.js';
import { JournalDriver } from '../driver/journal-driver.js';
import type { CallContext, DriverOptions } from '../driver/journal-driver.js';
import { registerDriver } from '../driver/run-statement.js';
import type { Transaction } from '../driver/transaction.js';
import { unwrapDriverError } from '../driver/unwrap-driver-error.js';
import { JournalEntityManager } from './journal-entity-manager.js';
import { attachHandle } from './journal-query-runner.js';
import { handleRejections } from './lazy-relations.js';
import { ScopeStorage } from './scope-storage.js';

/** TypeORM's options for PostgreSQL. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** TypeORM's options and, beside them: */
export type JournalDataSourceOptions = PostgresOptions &
  DriverOptions & {
    /** For how many milliseconds a first connection is tried. */
    readonly connectRetryTime: number;
    /** Whether every statement is sent in the scope of a user; migrations are not. */
    readonly isScoped: boolean;
    /** What `DatabaseModule` does about unsafe privileges. */
    readonly privilegeCheck: PrivilegeCheck;
    /**
     * For how many milliseconds a run of the migrations waits for another one, and for other
     * transactions.
     */
    readonly migrationWaitTime: number;
    /** After how many milliseconds a journal stream that is not read ends; 0 never. */
    readonly streamTimeout: number;
  };

/**
 * A DataSource that waits for a server that is not up yet. Every statement runs in the user scope
 * and the unit of work of its async context.
 */
export class IsolatedDataSource extends DataSource {
  declare readonly options: JournalDataSourceOptions;
  /** The user and the unit of work of each async context. */
  readonly scopes: ScopeStorage;
  /** The way to the database. */
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
    super(options.isScoped ? { ...options, driver: journal.module } : options);
    this.scopes = scopes;
    this.journal = journal;
    registerDriver(this, journal);
    if (options.isScoped) handleRejections(this.relationLoader);
  }

  /** @throws DatabaseConnectionError, SchemaMissingError, RoleRefusedError */
  override initialize(): Promise<this> {
    const connect = () =>
      super.initialize().catch(async (error: unknown) => {
        // TypeORM leaves the pool open if its own first statements are refused, and the process
        // would not end.
        await this.driver.disconnect().catch(() => undefined);
        throw unwrapDriverError(error);
      });
    return connectWithRetry(connect, this.options.url ?? '', this.options.connectRetryTime).then(
      (connected) => {
        if (this.journal.isStandby)
          this.logger.log('warn', 'DATABASE_URL leads to a standby: reads work, and every write is refused.');
        return connected;
      },
    );
  }

  override createEntityManager(queryRunner?: QueryRunner): EntityManager {
    // TypeORM's constructor calls it before the fields of this class exist.
    return this.options.isScoped
      ? new JournalEntityManager(this, queryRunner)
      : super.createEntityManager(queryRunner);
  }

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    if (!this.options.isScoped) return super.createQueryRunner(mode);
    return this.#attachHandle(this.journal.handle());
  }

  /** A query runner for the code of a unit of work. */
  runnerOf(transaction: Transaction): QueryRunner {
    return this.#attachHandle(this.journal.handle(transaction));
  }

  /** The handle of a query runner of this DataSource. */
  handleOf(runner: QueryRunner): Handle | undefined {
    return this.#handles.get(runner);
  }

  #attachHandle(handle: Handle): QueryRunner {
    const runner = attachHandle(super.createQueryRunner(), handle, this.journal, this.scopes);
    this.#handles.set(runner, handle);
    return runner;
  }
}
