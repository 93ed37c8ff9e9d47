import { MigrationExecutor } from 'typeorm';
import type { Migration, QueryRunner } from 'typeorm';
import { withMigrationLock } from './hold-lock.js';
import { invalidIndexes, invalidIndexText } from './invalid-indexes.js';
import type { MigrationDataSource } from './migration-data-source.js';
import { retryWhileBlocked } from './retry-blocked.js';

/** The options of TypeORM's `runMigrations` and `undoLastMigration`. */
export interface MigrationRunOptions {
  transaction?: 'all' | 'none' | 'each';
  fake?: boolean;
}

/**
 * `DataSource.runMigrations` under the migration lock, with retries while locks are not available.
 *
 * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError
 */
export function applyMigrations(
  dataSource: MigrationDataSource,
  options: MigrationRunOptions = {},
): Promise<Migration[]> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    const executor = executorOf(dataSource, queryRunner, options);
    const pending = await executor.getPendingMigrations();
    const apply = () => executor.executePendingMigrations();
    const last = await retryIfSafe(dataSource, queryRunner, executor.transaction, apply);
    for (const index of await invalidIndexes(queryRunner))
      dataSource.logger.log('warn', invalidIndexText(index));
    // The last attempt returns only the migrations that earlier attempts had not applied.
    return last.length > 0 ? pending : last;
  });
}

/** `DataSource.undoLastMigration` under the migration lock, with the same retries. */
export function undoMigration(
  dataSource: MigrationDataSource,
  options: MigrationRunOptions = {},
): Promise<void> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    const executor = executorOf(dataSource, queryRunner, options);
    const { transaction } = executor;
    // TypeORM honours `transaction = false` of a migration in `up` only.
    if (await isLastOutsideTransaction(dataSource, executor)) executor.transaction = 'none';
    const undo = () => executor.undoLastMigration();
    await retryIfSafe(dataSource, queryRunner, transaction, undo);
  });
}

function executorOf(
  dataSource: MigrationDataSource,
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
  dataSource: MigrationDataSource,
  queryRunner: QueryRunner,
  transaction: MigrationExecutor['transaction'],
  attempt: () => Promise<T>,
): Promise<T> {
  return transaction === 'none' ? attempt() : retryWhileBlocked(dataSource, queryRunner, attempt);
}

async function isLastOutsideTransaction(
  dataSource: MigrationDataSource,
  executor: MigrationExecutor,
): Promise<boolean> {
  const [last] = await executor.getExecutedMigrations();
  const migration = dataSource.migrations.find(
    ({ name, constructor }) => (name ?? constructor.name) === last?.name,
  );
  return migration?.transaction === false;
}
