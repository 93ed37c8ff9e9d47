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
  return withExecutor(dataSource, options, async (executor, queryRunner, retry) => {
    const pending = await executor.getPendingMigrations();
    if (!executor.fake) await refuseTakenTables(queryRunner, pending);
    const last = await retry(() => executor.executePendingMigrations());
    // The last attempt returns only the migrations that earlier attempts had not applied.
    return last.length > 0 ? pending : last;
  });
}

/** `DataSource.undoLastMigration` under the migration lock, with the same retries. */
export function undoMigration(
  dataSource: IsolatedDataSource,
  options: MigrationRunOptions = {},
): Promise<void> {
  return withExecutor(dataSource, options, async (executor, _, retry) => {
    // TypeORM honours `transaction = false` of a migration in `up` only.
    if (await isLastOutsideTransaction(dataSource, executor)) executor.transaction = 'none';
    await retry(() => executor.undoLastMigration());
  });
}

type Retry = <T>(attempt: () => Promise<T>) => Promise<T>;

/**
 * Runs `work` with TypeORM's executor under the migration lock. Afterwards, also if `work` fails,
 * reports the invalid indexes.
 */
function withExecutor<T>(
  dataSource: IsolatedDataSource,
  { transaction = dataSource.options.migrationsTransactionMode ?? 'all', fake = false }: MigrationRunOptions,
  work: (executor: MigrationExecutor, queryRunner: QueryRunner, retry: Retry) => Promise<T>,
): Promise<T> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    await refuseUnreadableMigrations(dataSource, queryRunner);
    const executor = Object.assign(new MigrationExecutor(dataSource, queryRunner), { transaction, fake });
    // No retry with `--transaction none`: a migration that failed halfway may not be repeatable.
    const retry: Retry = (attempt) =>
      transaction === 'none' ? attempt() : retryWhileBlocked(dataSource, queryRunner, attempt);
    try {
      return await work(executor, queryRunner, retry);
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
