import { JournalDatabaseError } from '../model/journal-database.error.js';

/** No connection could be made. */
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
 * The database lacks journal tables, columns or roles, or what protects them: migrations are
 * pending.
 */
export class SchemaMissingError extends JournalDatabaseError {
  readonly code = 'SCHEMA_MISSING';

  constructor(options?: ErrorOptions) {
    super(
      'The database has no journal tables or roles yet. Run the migrations first: ' +
        '`npx typeorm migration:run -d node_modules/trading-journal-database/dist/ormconfig.js`.',
      options,
    );
  }
}

/** A login role may not act as one of the roles of the package. */
export class RoleRefusedError extends JournalDatabaseError {
  readonly code = 'ROLE_REFUSED';

  constructor(
    readonly role: string,
    options?: ErrorOptions,
  ) {
    super(
      `The login role may not act as ${role}. Let an administrator run: \`GRANT ${role} TO <login role>\`. The login of ` +
        'DATABASE_URL needs journal_user, and journal_auth unless DATABASE_AUTH_URL is set, whose login needs both.',
      options,
    );
  }
}

/**
 * A prepared statement is not there any more: something between the application and the server does
 * not keep them.
 */
export class PreparedStatementsUnavailableError extends JournalDatabaseError {
  readonly code = 'PREPARED_STATEMENTS_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super(
      'The server does not know a statement that was prepared on this connection; nothing was done. If a connection pooler ' +
        'is in between, set DATABASE_PREPARED_STATEMENTS=false.',
      options,
    );
  }
}

/**
 * How far a call had got when its connection was lost. `unsent`: its statement was not sent.
 * `undone`: it was sent, and nothing is stored. `unknown`: the server may have stored what it says.
 */
export type LostOutcome = 'unsent' | 'undone' | 'unknown';

/** The connection to the server was lost while a call used it. */
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

/** A statement was not answered within the client's limit. Its connection was closed. */
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
    ? 'It is unknown whether the statement was carried out.'
    : 'Nothing was stored; the call can be repeated.';
}

/** The server takes no writes: it is a standby, or its transactions are read-only. */
export class ReadOnlyServerError extends JournalDatabaseError {
  readonly code = 'DATABASE_READ_ONLY';

  constructor(options?: ErrorOptions) {
    super(
      'The server refused a write, as it is read-only (a standby, for instance); nothing was stored. The connection was ' +
        'closed; repeat the call when DATABASE_URL leads to the primary.',
      options,
    );
  }
}

/** All connections of the pool were in use for as long as a call may wait. */
export class PoolExhaustedError extends JournalDatabaseError {
  readonly code = 'POOL_EXHAUSTED';

  constructor(
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

/** A statement was sent when the application was closing, or had closed. */
export class PoolClosedError extends JournalDatabaseError {
  readonly code = 'POOL_CLOSED';

  constructor() {
    super('The application is closing its database connections; nothing was sent.');
  }
}

/** Whether a call failed for want of a working connection, and not by what it asked for. */
export function isConnectionError(error: unknown): boolean {
  return (
    error instanceof ConnectionLostError ||
    error instanceof DatabaseConnectionError ||
    error instanceof PoolExhaustedError ||
    error instanceof PoolClosedError ||
    error instanceof ReadOnlyServerError
  );
}
