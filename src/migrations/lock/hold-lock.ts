import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { migrationLock } from './advisory-locks.js';
import type { MigrationDataSource } from './migration-data-source.js';
import { refusePooler } from '../../driver/refuse-pooler.js';
import { holderOf } from './sessions.js';
import type { SessionDescription } from './sessions.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

/** Another run of the migrations has held the migration lock all the time. */
export class MigrationLockTimeoutError extends JournalDatabaseError {
  readonly code = 'MIGRATION_LOCK_TIMEOUT';

  constructor(
    /** For how many milliseconds this run has waited. */
    readonly waitTime: number,
    /** Who holds the lock; undefined if it was given up at that moment. */
    readonly holder: SessionDescription | undefined,
  ) {
    const who = holder
      ? `It is held by ${holder.text}. Let that run end and start this one again, or raise DATABASE_MIGRATION_WAIT_MS; ` +
        `if it hangs, end it with \`SELECT pg_terminate_backend(${holder.pid})\`.`
      : 'It was given up a moment ago; start again.';
    super(
      `Another run of the migrations kept the migration lock for the ${waitTime} ms that this one waited. ${who}`,
    );
  }
}

/**
 * Does migration work on a session that holds the migration lock, after waiting for it for up to
 * `migrationWaitTime`.
 *
 * The session that works is the one that holds the lock. Of a process that was killed, the server
 * may still be at the last statement, and so long nobody else can begin.
 *
 * @throws MigrationLockTimeoutError, MigrationThroughPoolerError
 */
export async function holdingMigrationLock<T>(
  dataSource: MigrationDataSource,
  work: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await refusePooler(dataSource, queryRunner);
    await noticeVanishedClient(queryRunner);
    await waitForLock(dataSource, queryRunner);
    try {
      return await work(queryRunner);
    } finally {
      // A session that broke has given up its locks.
      await queryRunner.query('SELECT pg_advisory_unlock($1, $2)', keys).catch(() => undefined);
    }
  } finally {
    await queryRunner.release();
  }
}

const keys = [migrationLock.classId, migrationLock.objectId];

/**
 * Has the server end the session soon after its client is gone, and also in the middle of a long
 * statement.
 */
async function noticeVanishedClient(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(
    `SELECT set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
       set_config('tcp_keepalives_count', '3', false)`,
  );
  // A server on Windows cannot look after its client while a statement runs, and refuses this.
  await queryRunner
    .query(`SELECT set_config('client_connection_check_interval', '1s', false)`)
    .catch(() => undefined);
}

// Polled: a session that waits within pg_advisory_lock() has a snapshot, for which CREATE INDEX
// CONCURRENTLY of the holder would wait in turn.
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
