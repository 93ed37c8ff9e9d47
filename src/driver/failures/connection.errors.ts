import { JournalDatabaseError } from '../../model/journal-database.error.js';
import { quoted } from '../../model/sql-text.js';
import { howToMigrate } from './how-to-migrate.js';

/**
 * Connecting to PostgreSQL failed. Nothing was sent. The message names the cause and the remedy.
 *
 * @remedy Start the server, or correct the URL, as the message says. Repeat the request later.
 */
export class DatabaseConnectionError extends JournalDatabaseError {
  readonly code = 'DATABASE_CONNECTION';

  constructor(
    /** `user@host:port/database`, without the password. */
    readonly target: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot connect to PostgreSQL at ${target}. ${remedy}`, options);
  }
}

/**
 * The database lacks tables, columns, roles, policies or grants of the journal. Nothing was
 * written.
 *
 * @remedy Run the migrations. If no migration is pending, run `journal-db status --drift`, which
 * lists the missing objects.
 */
export class SchemaMissingError extends JournalDatabaseError {
  readonly code = 'SCHEMA_MISSING';

  constructor(options?: ErrorOptions) {
    super(
      `The database lacks tables or roles of the journal. Run the migrations first: ${howToMigrate}. ` +
        'If none is pending, as after a restore without the roles, `npx journal-db status --drift` names what is missing.',
      options,
    );
  }
}

/**
 * The login role is not a member of a role of the package. Nothing was written.
 *
 * @remedy As an administrator, run `GRANT journal_user, journal_auth TO my_login`.
 */
export class RoleRefusedError extends JournalDatabaseError {
  readonly code = 'ROLE_REFUSED';

  /** @param login the login role; unknown if the server chose it */
  constructor(
    readonly role: string,
    readonly login?: string,
    options?: ErrorOptions,
  ) {
    const grantee = login === undefined ? '<login role>' : quoted(login);
    super(
      `The login role${login === undefined ? '' : ` ${login}`} may not act as ${role}. Let an administrator run: ` +
        `\`GRANT ${role} TO ${grantee}\`. The login of DATABASE_URL needs journal_user. The login of DATABASE_AUTH_URL, or ` +
        'without this variable the login of DATABASE_URL, needs journal_user and journal_auth.',
      options,
    );
  }
}

/**
 * The server lost a prepared statement, probably because of a connection pooler. Nothing was
 * written.
 *
 * @remedy Set `DATABASE_PREPARED_STATEMENTS=false`.
 */
export class PreparedStatementsUnavailableError extends JournalDatabaseError {
  readonly code = 'PREPARED_STATEMENTS_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super(
      'The server does not know a statement that was prepared on this connection; nothing was written. If a connection pooler ' +
        'is in between, set DATABASE_PREPARED_STATEMENTS=false.',
      options,
    );
  }
}

/**
 * The outcome of a call whose connection was lost. `unsent`: the statement was not sent. `undone`:
 * it was sent and rolled back. `unknown`: the server may have committed it.
 */
export type LostOutcome = 'unsent' | 'undone' | 'unknown';

/**
 * The connection was lost during a call. `outcome` tells whether anything can be stored.
 *
 * @remedy If `outcome` is `unsent` or `undone`, repeat the call. If it is `unknown`, read the data
 * first, or repeat the call with the same ids.
 */
export class ConnectionLostError extends JournalDatabaseError {
  readonly code: 'CONNECTION_LOST' | 'STATEMENT_TIMEOUT' = 'CONNECTION_LOST';

  constructor(
    readonly outcome: LostOutcome,
    options?: ErrorOptions,
    message?: string,
  ) {
    const { cause } = options ?? {};
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    super(message ?? `The connection to PostgreSQL was lost${why}. ${advice(outcome)}`, options);
  }
}

/**
 * The server did not answer a statement within `DATABASE_STATEMENT_LIMIT_MS`. The connection was
 * closed. `outcome` tells whether anything can be stored.
 *
 * @remedy Find the cause of the slow statement, or raise `DATABASE_STATEMENT_LIMIT_MS`. Read
 * `outcome` before you repeat the call.
 */
export class StatementTimeoutError extends ConnectionLostError {
  override readonly code = 'STATEMENT_TIMEOUT';

  constructor(
    /** Milliseconds. */
    readonly limit: number,
    outcome: LostOutcome,
  ) {
    super(
      outcome,
      undefined,
      `PostgreSQL did not answer a statement within ${limit} ms (DATABASE_STATEMENT_LIMIT_MS); its connection ` +
        `was closed. ${advice(outcome)}`,
    );
  }
}

function advice(outcome: LostOutcome): string {
  return outcome === 'unknown'
    ? 'It is unknown whether the statement was executed; read the rows before repeating the call.'
    : 'Nothing was stored; repeat the call.';
}

/**
 * The server refused a write: it is a standby, or its transactions are read-only. Nothing was
 * stored.
 *
 * @remedy Repeat the call when `DATABASE_URL` leads to the primary.
 */
export class ReadOnlyServerError extends JournalDatabaseError {
  readonly code = 'DATABASE_READ_ONLY';

  constructor(options?: ErrorOptions) {
    super(
      'The server is read-only (a standby, for instance) and refused a write; nothing was stored. The connection was ' +
        'closed; repeat the call when DATABASE_URL leads to the primary.',
      options,
    );
  }
}

/**
 * All connections of the pool stayed in use for `DATABASE_CONNECTION_TIMEOUT_MS`. Nothing was sent.
 *
 * @remedy Shorten units of work, or raise `DATABASE_POOL_MAX`.
 */
export class PoolExhaustedError extends JournalDatabaseError {
  readonly code = 'POOL_EXHAUSTED';

  constructor(
    /** DATABASE_POOL_MAX. */
    readonly size: number,
    /** Milliseconds. */
    readonly waited: number,
  ) {
    super(
      `All ${size} connections of the pool were in use for ${waited} ms (DATABASE_CONNECTION_TIMEOUT_MS); nothing was sent. ` +
        'Shorten units of work, or raise DATABASE_POOL_MAX.',
    );
  }
}

/**
 * A call came while the application was closing, or after. Nothing was sent.
 *
 * @remedy Await all work before the application closes. Use the database in the hook
 * `beforeApplicationShutdown`, not in `onApplicationShutdown`. Send the request to another
 * instance.
 */
export class PoolClosedError extends JournalDatabaseError {
  readonly code = 'POOL_CLOSED';

  constructor() {
    super('The application is closing its database connections; nothing was sent.');
  }
}

/** Whether a call failed because of its connection rather than its statement. */
export function isConnectionError(error: unknown): boolean {
  return (
    error instanceof ConnectionLostError ||
    error instanceof DatabaseConnectionError ||
    error instanceof PoolExhaustedError ||
    error instanceof PoolClosedError ||
    error instanceof ReadOnlyServerError
  );
}
