import { setTimeout as sleep } from 'node:timers/promises';
import { QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { MigrationBlockedError } from '../errors/index.js';
import type { MigrationDataSource } from './migration-data-source.js';
import { oldestTransactions } from './sessions.js';

/**
 * Runs `attempt`, and again while other transactions keep it from a lock, until `migrationWaitTime` has passed. In between it
 * lets go of what it holds, so that whoever queues behind it gets on.
 *
 * @throws MigrationBlockedError that names the oldest open transactions
 */
export async function retryWhileBlocked<T>(
  dataSource: MigrationDataSource,
  queryRunner: QueryRunner,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + dataSource.options.migrationWaitTime;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBlocked(error)) throw error;
      const pause = Math.min(5_000, 250 * 2 ** (attempts - 1)) * (0.5 + Math.random() / 2);
      if (performance.now() + pause > deadline)
        throw new MigrationBlockedError(attempts, await oldestTransactions(queryRunner), { cause: error });
      dataSource.logger.logMigration(
        `Another transaction holds what the migration needs; trying again in ${Math.round(pause)} ms.`,
      );
      await sleep(pause);
    }
  }
}

/** Not had in time (lock_timeout, NOWAIT), or given up to resolve a deadlock. */
function isBlocked(error: unknown): error is QueryFailedError {
  const { code } = (error instanceof QueryFailedError ? error.driverError : {}) as { code?: string };
  return code === '55P03' || code === '40P01';
}
