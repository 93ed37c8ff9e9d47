import { MigrationExecutor } from 'typeorm';
import type { Migration, QueryRunner } from 'typeorm';
import { holdingMigrationLock } from './hold-lock.js';
import { invalidIndexes, invalidIndexText } from './invalid-indexes.js';
import type { MigrationDataSource } from './migration-data-source.js';
import { retryWhileBlocked } from './retry-blocked.js';

/** What TypeORM's `runMigrations` and `undoLastMigration` take. */
export interface MigrationRunOptions {
  transaction?: 'all' | 'none' | 'each';
  fake?: boolean;
}

/**
 * `DataSource.runMigrations`, under the migration lock.
 *
 * @throws MigrationLockTimeoutError, MigrationThroughPoolerError, MigrationBlockedError
 */
export function applyMigrations(
  dataSource: MigrationDataSource,
  options: MigrationRunOptions = {},
): Promise<Migration[]> {
  return holdingMigrationLock(dataSource, async (queryRunner) => {
    const executor = executorOf(dataSource, queryRunner, options);
    const pending = await executor.getPendingMigrations();
    const apply = () => executor.executePendingMigrations();
    const last = await patiently(dataSource, queryRunner, executor.transaction, apply);
    for (const index of await invalidIndexes(queryRunner))
      dataSource.logger.log('warn', invalidIndexText(index));
    // The last attempt knows only of what the ones before it have left.
    return last.length > 0 ? pending : last;
  });
}

/** `DataSource.undoLastMigration`, in the same way. */
export function undoMigration(
  dataSource: MigrationDataSource,
  options: MigrationRunOptions = {},
): Promise<void> {
  return holdingMigrationLock(dataSource, async (queryRunner) => {
    const executor = executorOf(dataSource, queryRunner, options);
    const { transaction } = executor;
    // TypeORM itself obeys `transaction = false` on the way up only.
    if (await isLastOutsideTransaction(dataSource, executor)) executor.transaction = 'none';
    const undo = () => executor.undoLastMigration();
    await patiently(dataSource, queryRunner, transaction, undo);
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

/**
 * Tries again where that is safe: a migration that `--transaction none` has cut short is not made
 * to be repeated.
 */
function patiently<T>(
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
