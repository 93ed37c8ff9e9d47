import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { migrationLock, holderOf } from './sessions.js';
import type { MigrationDataSource } from './migration-data-source.js';
import { refusePooler } from '../../driver/migration-connections.js';
import type { SessionDescription } from './sessions.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * Another run held the migration lock for the whole `migrationWaitTime`
 * (`DATABASE_MIGRATION_WAIT_MS`). Nothing was migrated.
 *
 * @remedy Let that run finish, and start again.
 */
export class MigrationLockTimeoutError extends JournalDatabaseError {
  readonly code = 'MIGRATION_LOCK_TIMEOUT';

  constructor(
    /** Milliseconds. */
    readonly waitTime: number,
    /** The session that holds the lock; undefined if it has just released it. */
    readonly holder: SessionDescription | undefined,
  ) {
    const who = holder
      ? `It is held by ${holder.text}. Let that run finish and start again, or raise DATABASE_MIGRATION_WAIT_MS; ` +
        `if it hangs, end it with \`SELECT pg_terminate_backend(${holder.pid})\`.`
      : 'It was released a moment ago; start again.';
    super(`Another run of the migrations has held the migration lock for ${waitTime} ms. ${who}`);
  }
}

/**
 * Runs `work` on a session that holds the migration lock. Waits for the lock up to
 * `migrationWaitTime`.
 *
 * The session that holds the lock also runs the statements. So while the server still executes the
 * last statement of a killed process, the lock is held, and no other run can begin.
 *
 * @throws MigrationLockTimeoutError, MigrationThroughPoolerError
 */
export async function withMigrationLock<T>(
  dataSource: MigrationDataSource,
  work: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await refusePooler(dataSource, queryRunner);
    await detectLostClient(queryRunner);
    await waitForLock(dataSource, queryRunner);
    try {
      return await work(queryRunner);
    } finally {
      // Fails on a broken session, whose locks the server has released.
      await queryRunner.query('SELECT pg_advisory_unlock($1, $2)', keys).catch(() => undefined);
    }
  } finally {
    await queryRunner.release();
  }
}

const keys = [migrationLock.classId, migrationLock.objectId];

/** Makes the server end the session soon after its client is gone, even during a long statement. */
async function detectLostClient(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(
    `SELECT set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
       set_config('tcp_keepalives_count', '3', false)`,
  );
  // A server on Windows refuses this setting: it cannot check the connection during a statement.
  await queryRunner
    .query(`SELECT set_config('client_connection_check_interval', '1s', false)`)
    .catch(() => undefined);
}

// Polls, because pg_advisory_lock() would deadlock: a session that waits in it has a snapshot, for
// which CREATE INDEX CONCURRENTLY of the lock's holder waits.
async function waitForLock(dataSource: MigrationDataSource, queryRunner: QueryRunner): Promise<void> {
  const { migrationWaitTime: waitTime } = dataSource.options;
  const deadline = performance.now() + waitTime;
  let pause = 100;
  while (!(await tryLock(queryRunner))) {
    const left = deadline - performance.now();
    const holder = await holderOf(queryRunner, migrationLock);
    if (left <= 0) throw new MigrationLockTimeoutError(waitTime, holder);
    if (pause === 100 && holder)
      dataSource.logger.logMigration(`Waiting for another run of the migrations: ${holder.text}.`);
    await sleep(Math.min(left, pause * (0.5 + Math.random() / 2)));
    pause = Math.min(1_000, pause * 1.5);
  }
}

async function tryLock(queryRunner: QueryRunner): Promise<boolean> {
  const rows = (await queryRunner.query('SELECT pg_try_advisory_lock($1, $2) AS locked', keys)) as {
    locked: boolean;
  }[];
  return rows[0]?.locked === true;
}
