import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { isBlocked } from '../../driver/failures/failures.js';
import type { MigrationDataSource } from './migration-data-source.js';
import { oldestTransactions } from './sessions.js';
import type { SessionDescription } from './sessions.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * A migration did not get a lock within `migrationWaitTime`, in several attempts. Its transaction
 * was rolled back; steps of a migration without a transaction are repeated by the next run.
 *
 * @remedy End the transactions in `suspects`, and migrate again.
 */
export class MigrationBlockedError extends JournalDatabaseError {
  readonly code = 'MIGRATION_BLOCKED';

  constructor(
    readonly attempts: number,
    /** The oldest open transactions of the database, which probably hold the lock. */
    readonly suspects: readonly SessionDescription[],
    options: { cause: Error },
  ) {
    const open = suspects.map(({ text }) => text).join('; ') || 'none any more';
    super(
      `A migration did not get a lock that it needs in ${attempts} attempts (${options.cause.message}). It is rolled back, or the ` +
        `next run continues it. The oldest open transactions are: ${open}. Let them finish, or end one with ` +
        '`SELECT pg_terminate_backend(pid)`, and run the migrations again.',
      options,
    );
  }
}

/**
 * Runs `attempt`, and repeats it after lock timeouts and deadlocks until `migrationWaitTime` has
 * passed. Between attempts it holds no locks, so that sessions queued behind it can proceed.
 *
 * @throws MigrationBlockedError with the oldest open transactions
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
        `Another transaction holds a lock that the migration needs; trying again in ${Math.round(pause)} ms.`,
      );
      await sleep(pause);
    }
  }
}
