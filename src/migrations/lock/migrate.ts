import { MigrationExecutor, type Migration, type QueryRunner, type DataSource } from 'typeorm';
import { nameOf } from './migration-order.js';
import type { IsolatedDataSource } from '../../isolation/isolated.data-source.js';
import { withMigrationLock, retryWhileBlocked } from './lock-waits.js';
import { refuseTakenTables } from './taken-tables.js';
import { refuseUnreadableMigrations } from './unreadable-migrations.js';

/** The options of TypeORM's `runMigrations` and `undoLastMigration`. */
export interface MigrationRunOptions {
  transaction?: 'all' | 'none' | 'each';
  fake?: boolean;
}

/**
 * `DataSource.runMigrations` under the migration lock, with retries while locks are not available.
 *
 * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError,
 * MigrationsUnreadableError, TablesTakenError
 */
export function applyMigrations(
  dataSource: IsolatedDataSource,
  options: MigrationRunOptions = {},
): Promise<Migration[]> {
  return withLockAndReport(dataSource, async (queryRunner) => {
    const executor = executorOf(dataSource, queryRunner, options);
    const pending = await executor.getPendingMigrations();
    if (!executor.fake) await refuseTakenTables(queryRunner, pending);
    const apply = () => executor.executePendingMigrations();
    const last = await retryIfSafe(dataSource, queryRunner, executor.transaction, apply);
    // The last attempt returns only the migrations that earlier attempts had not applied.
    return last.length > 0 ? pending : last;
  });
}

/** `DataSource.undoLastMigration` under the migration lock, with the same retries. */
export function undoMigration(
  dataSource: IsolatedDataSource,
  options: MigrationRunOptions = {},
): Promise<void> {
  return withLockAndReport(dataSource, async (queryRunner) => {
    const executor = executorOf(dataSource, queryRunner, options);
    const { transaction } = executor;
    // TypeORM honours `transaction = false` of a migration in `up` only.
    if (await isLastOutsideTransaction(dataSource, executor)) executor.transaction = 'none';
    const undo = () => executor.undoLastMigration();
    await retryIfSafe(dataSource, queryRunner, transaction, undo);
  });
}

function executorOf(
  dataSource: IsolatedDataSource,
  queryRunner: QueryRunner,
  { transaction, fake }: MigrationRunOptions,
): MigrationExecutor {
  const executor = new MigrationExecutor(dataSource, queryRunner);
  executor.transaction = transaction ?? dataSource.options.migrationsTransactionMode ?? 'all';
  executor.fake = fake ?? false;
  return executor;
}

/** No retry with `--transaction none`: a migration that failed halfway may not be repeatable. */
function retryIfSafe<T>(
  dataSource: IsolatedDataSource,
  queryRunner: QueryRunner,
  transaction: MigrationExecutor['transaction'],
  attempt: () => Promise<T>,
): Promise<T> {
  return transaction === 'none' ? attempt() : retryWhileBlocked(dataSource, queryRunner, attempt);
}

/** `withMigrationLock`, which reports the invalid indexes after `work`, also if `work` fails. */
function withLockAndReport<T>(
  dataSource: IsolatedDataSource,
  work: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    await refuseUnreadableMigrations(dataSource, queryRunner);
    try {
      return await work(queryRunner);
    } finally {
      // Fails on a broken session; the error of `work` says why.
      for (const index of await invalidIndexes(queryRunner).catch(() => []))
        dataSource.logger.log('warn', invalidIndexText(index));
    }
  });
}

async function isLastOutsideTransaction(
  dataSource: IsolatedDataSource,
  executor: MigrationExecutor,
): Promise<boolean> {
  const [last] = await executor.getExecutedMigrations();
  const migration = dataSource.migrations.find((one) => nameOf(one) === last?.name);
  return migration?.transaction === false;
}

/** An index whose build was interrupted: PostgreSQL maintains it, but queries do not use it. */
interface InvalidIndex {
  name: string;
  table: string;
}

/** The invalid indexes of the schema, except those being built at the moment. */
async function invalidIndexes(queryRunner: QueryRunner): Promise<InvalidIndex[]> {
  return (await queryRunner.query(`
    SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS table
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT indisvalid AND relkind = 'i' AND nspname = ANY (current_schemas(false))
      AND indexrelid NOT IN (SELECT index_relid FROM pg_stat_progress_create_index)
    ORDER BY 1`)) as InvalidIndex[];
}

function invalidIndexText({ name, table }: InvalidIndex): string {
  return (
    `The index ${name} on ${table} is INVALID, because its build was interrupted: PostgreSQL maintains it, but queries do not use it. ` +
    `Rebuild it with \`REINDEX INDEX CONCURRENTLY ${name}\`, or drop it with \`DROP INDEX CONCURRENTLY ${name}\`.`
  );
}

/**
 * `DataSource.showMigrations` without side effects: TypeORM creates a missing table of migrations,
 * which can collide with a concurrent run that creates it.
 *
 * @returns whether any migration is pending
 */
export async function listMigrations(dataSource: DataSource): Promise<boolean> {
  await refuseUnreadableMigrations(dataSource);
  const executor = new MigrationExecutor(dataSource);
  const executed = await executor.getExecutedMigrations();
  const pending = await executor.getPendingMigrations();
  const { logger } = dataSource;
  for (const { id, name } of executed.toReversed()) logger.logSchemaBuild(`[X] ${id} ${name}`);
  for (const { name } of pending) logger.logSchemaBuild(`[ ] ${name}`);
  return pending.length > 0;
}
