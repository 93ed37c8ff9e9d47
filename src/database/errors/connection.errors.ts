import { JournalDatabaseError } from './journal-database.error.js';

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

/** The database lacks journal tables, columns or roles, or what protects them: migrations are pending. */
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

/** The login role of `DATABASE_URL` may not act as one of the roles of the package. */
export class RoleRefusedError extends JournalDatabaseError {
  readonly code = 'ROLE_REFUSED';

  constructor(
    readonly role: string,
    options?: ErrorOptions,
  ) {
    super(
      `The login role of DATABASE_URL may not act as ${role}. Let an administrator run: ` +
        '`GRANT journal_user, journal_auth TO <login role>`.',
      options,
    );
  }
}

/** A prepared statement is not there any more: something between the application and the server does not keep them. */
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

/** The migrating role may not create the roles of the package. */
export class RolesMissingError extends JournalDatabaseError {
  readonly code = 'ROLES_MISSING';

  constructor(readonly sql: string) {
    super(
      `The roles of the journal are missing, and the migrating role may not create roles. Let an administrator run: \`${sql}\`.`,
    );
  }
}
