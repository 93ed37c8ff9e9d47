import { JournalDatabaseError } from '../../model/journal-database.error.js';

/** A session of the server, as its administrator would look for it. */
export interface SessionDescription {
  pid: number;
  /** Role, application, address and times, as one text. */
  text: string;
}

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
 * The connection of the migrations leads through a pooler that changes the server's session between
 * transactions.
 */
export class MigrationThroughPoolerError extends JournalDatabaseError {
  readonly code = 'MIGRATION_THROUGH_POOLER';

  constructor(
    /** `user@host:port/database`, without the password. */
    readonly target: string,
  ) {
    super(
      `Migrations cannot run through a connection pooler in transaction or statement mode, as ${target} is: the lock that keeps ` +
        'two runs apart belongs to a session, and the pooler gives each transaction another one. Set DATABASE_MIGRATION_URL to the ' +
        'server itself, or to a pooler in session mode.',
    );
  }
}

/** Other transactions have kept a migration from a lock that it needs, again and again. */
export class MigrationBlockedError extends JournalDatabaseError {
  readonly code = 'MIGRATION_BLOCKED';

  constructor(
    readonly attempts: number,
    /** The oldest open transactions of the database, which are who to suspect. */
    readonly suspects: readonly SessionDescription[],
    options: { cause: Error },
  ) {
    const open = suspects.map(({ text }) => text).join('; ') || 'none any more';
    super(
      `A migration did not get a lock that it needs in ${attempts} attempts (${options.cause.message}). What it had begun is rolled ` +
        `back, or will be taken up by the next run. The oldest open transactions are: ${open}. Let them end, or end one with ` +
        '`SELECT pg_terminate_backend(pid)`, and run the migrations again.',
      options,
    );
  }
}

/** `CREATE INDEX CONCURRENTLY` was asked for where PostgreSQL cannot do it. */
export class ConcurrentlyInTransactionError extends JournalDatabaseError {
  readonly code = 'CONCURRENTLY_IN_TRANSACTION';

  constructor(readonly index: string) {
    super(
      `The index ${index} cannot be made or dropped CONCURRENTLY in a transaction. Give the migration \`transaction = false\`, ` +
        'and run it without `--transaction all`.',
    );
  }
}

/** The name of an index is taken by something else than the index that is wanted. */
export class IndexConflictError extends JournalDatabaseError {
  readonly code = 'INDEX_CONFLICT';

  constructor(
    readonly index: string,
    readonly existing: string,
    readonly wanted: string,
  ) {
    super(
      `The name ${index} is taken by: ${existing}; wanted is: ${wanted}. Give the new index another name, and drop the ` +
        'old one in a later migration.',
    );
  }
}
