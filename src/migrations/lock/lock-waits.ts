import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { refusePooler } from '../../driver/migration-connections.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { isBlocked } from '../../driver/failures/failures.js';
import type { IsolatedDataSource } from '../../isolation/isolated.data-source.js';

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
  dataSource: IsolatedDataSource,
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

/**
 * The keys of the advisory lock. The first is "jrnl", distinct from the locks of an application.
 * Advisory locks belong to a database, not to the server.
 */
const keys = [0x6a_72_6e_6c, 1];

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
async function waitForLock(dataSource: IsolatedDataSource, queryRunner: QueryRunner): Promise<void> {
  const { migrationWaitTime: waitTime } = dataSource.options;
  const deadline = performance.now() + waitTime;
  let pause = 100;
  while (!(await tryLock(queryRunner))) {
    const left = deadline - performance.now();
    const holder = await lockHolder(queryRunner);
    if (left <= 0) throw new MigrationLockTimeoutError(waitTime, holder);
    if (pause === 100 && holder)
      dataSource.logger.logMigration(`Waiting for another run of the migrations: ${holder.text}.`);
    await sleep(Math.min(left, shortened(pause)));
    pause = Math.min(1_000, pause * 1.5);
  }
}

async function tryLock(queryRunner: QueryRunner): Promise<boolean> {
  const select = 'SELECT pg_try_advisory_lock($1, $2) AS locked';
  const [row] = (await queryRunner.query(select, keys)) as { locked: boolean }[];
  return row?.locked === true;
}

/**
 * The pause, shortened at random by at most a half, so that waiting sessions do not try again at
 * the same moment.
 */
function shortened(pause: number): number {
  return pause * (0.5 + Math.random() / 2);
}

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
  dataSource: IsolatedDataSource,
  queryRunner: QueryRunner,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + dataSource.options.migrationWaitTime;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBlocked(error)) throw error;
      const pause = shortened(Math.min(5_000, 250 * 2 ** (attempts - 1)));
      if (performance.now() + pause > deadline)
        throw new MigrationBlockedError(attempts, await oldestTransactions(queryRunner), { cause: error });
      dataSource.logger.logMigration(
        `Another transaction holds a lock that the migration needs; trying again in ${Math.round(pause)} ms.`,
      );
      await sleep(pause);
    }
  }
}

/** A session of the server, with the columns by which an administrator finds it. */
export interface SessionDescription {
  pid: number;
  /** Process, role, application, address, times and state as one text. */
  text: string;
}

// For sessions of other roles PostgreSQL shows an ordinary role the process and the names only.
const description = `
  a.pid, concat_ws(', ',
    format('process %s (role %s', a.pid, coalesce(quote_ident(a.usename), '?')),
    'application ' || quote_ident(nullif(a.application_name, '')),
    'from ' || coalesce(a.client_hostname || ' ', '') || coalesce(host(a.client_addr) || ':' || a.client_port, 'a Unix socket'),
    'connected since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'in a transaction since ' || to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    a.state) || ')' AS text`;

/** The session that holds the lock; undefined if it is free. */
async function lockHolder(queryRunner: QueryRunner): Promise<SessionDescription | undefined> {
  const [holder] = (await queryRunner.query(
    `SELECT ${description}
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
       AND l.classid = $1::int8::oid AND l.objid = $2::int8::oid
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    keys,
  )) as SessionDescription[];
  return holder;
}

/** The three sessions of this database with the oldest open transactions. */
async function oldestTransactions(queryRunner: QueryRunner): Promise<SessionDescription[]> {
  return (await queryRunner.query(
    `SELECT ${description}
     FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL
     ORDER BY a.xact_start LIMIT 3`,
  )) as SessionDescription[];
}
