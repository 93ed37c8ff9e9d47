/** An error of this package: `code` is stable and for programs, the message is for people and says what to do next. */
export abstract class JournalDatabaseError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

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

/** The database has no journal tables. */
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

/** A repository that works for one user was used where no user is in scope. */
export class UserScopeMissingError extends JournalDatabaseError {
  readonly code = 'USER_SCOPE_MISSING';

  constructor(options?: ErrorOptions) {
    super('No user is in scope. Wrap the call in `userScope.run(userId, () => …)`.', options);
  }
}

/** A stream, a cursor or COPY was started outside a unit of work, where it would have no user. */
export class UnitOfWorkMissingError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_MISSING';

  constructor() {
    super(
      'Streams, cursors and COPY need an open unit of work. Wrap them in `userScope.transaction(() => …)`.',
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

/** The migrating role may not create the roles of the package. */
export class RolesMissingError extends JournalDatabaseError {
  readonly code = 'ROLES_MISSING';

  constructor(readonly sql: string) {
    super(
      `The roles of the journal are missing, and the migrating role may not create roles. Let an administrator run: \`${sql}\`.`,
    );
  }
}

/** A unit of work belongs to one user, and was to go on for another. */
export class UserScopeMismatchError extends JournalDatabaseError {
  readonly code = 'USER_SCOPE_MISMATCH';

  constructor() {
    super('This unit of work belongs to another user. Finish it before `userScope.run` for the next one.');
  }
}

/** A user id that is not a UUID. */
export class InvalidUserIdError extends JournalDatabaseError {
  readonly code = 'INVALID_USER_ID';

  constructor(readonly userId: string) {
    super(`"${userId}" is not a user id; expected a UUID.`);
  }
}

/** No user has this id. */
export class UserNotFoundError extends JournalDatabaseError {
  readonly code = 'USER_NOT_FOUND';

  constructor(
    /** The id or the address that was looked for. */
    readonly user: string,
    remedy?: string,
  ) {
    super([`There is no user ${user}.`, remedy].filter(Boolean).join(' '));
  }
}

/** The address belongs to a user already. */
export class EmailTakenError extends JournalDatabaseError {
  readonly code = 'EMAIL_TAKEN';

  constructor(readonly email: string) {
    super(`A user with the address ${email} exists already; sign in, or use another address.`);
  }
}

/** One thing that is wrong with an input: where it stands, what it held, and what was expected. */
export interface InputProblem {
  /** Position in the list that was given; 0 for a single object. */
  index: number;
  /** The id of the row, where it has one. */
  id: string | undefined;
  /** The column, by its name in the database. */
  column: string;
  /** The value found, shortened for printing. */
  value: string;
  reason: string;
}

/** Something that was handed over for storing cannot be stored. Nothing was written. */
export class InvalidInputError extends JournalDatabaseError {
  readonly code = 'INVALID_INPUT';

  constructor(
    what: string,
    readonly problems: readonly InputProblem[],
  ) {
    const shown = problems.slice(0, 5).map(({ id, column, value, reason }) => {
      const row = id === undefined ? '' : `${id}: `;
      return `${row}${column} ${reason} (found ${value})`;
    });
    const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
    super(`Invalid ${what}, nothing was written: ${shown.join('; ')}${more}.`);
  }
}

/** A cursor that this version did not make. */
export class InvalidCursorError extends JournalDatabaseError {
  readonly code = 'INVALID_CURSOR';

  constructor(options?: ErrorOptions) {
    super('The cursor is not one that `page` returned; start again without a cursor.', options);
  }
}

/** An account of that id exists already, with another name. */
export class AccountConflictError extends JournalDatabaseError {
  readonly code = 'ACCOUNT_CONFLICT';

  constructor(readonly accountId: string) {
    super(`The account ${accountId} exists already under another name; nothing was written.`);
  }
}

/** The user has no such account. */
export class AccountNotFoundError extends JournalDatabaseError {
  readonly code = 'ACCOUNT_NOT_FOUND';

  constructor(readonly accountId: string) {
    super(`The user has no account ${accountId}.`);
  }
}

/** Entries name accounts that the user does not have. */
export class UnknownAccountError extends JournalDatabaseError {
  readonly code = 'UNKNOWN_ACCOUNT';

  constructor(readonly accountIds: readonly string[]) {
    super(`The user has no account ${accountIds.join(', ')}; create it first. Nothing was written.`);
  }
}

/** The user has no such entry, or it is deleted and deleted ones were not asked for. */
export class EntryNotFoundError extends JournalDatabaseError {
  readonly code = 'ENTRY_NOT_FOUND';

  constructor(readonly entryIds: readonly string[]) {
    super(`The user has no journal entry ${entryIds.join(', ')}.`);
  }
}

/** An entry has a live successor already, and can have only one. */
export class EntryAlreadyAmendedError extends JournalDatabaseError {
  readonly code = 'ENTRY_ALREADY_AMENDED';

  constructor(readonly entryIds: readonly string[]) {
    super(
      `The entry ${entryIds.join(', ')} has a live successor already; amend that one. Nothing was written.`,
    );
  }
}

/** An entry that stands under an id already, and the columns in which it differs from the one that was given. */
export interface EntryConflict {
  id: string;
  columns: readonly string[];
}

/** Entries with these ids exist already and hold something else. */
export class EntryConflictError extends JournalDatabaseError {
  readonly code = 'ENTRY_CONFLICT';

  constructor(readonly conflicts: readonly EntryConflict[]) {
    const shown = conflicts.slice(0, 5).map(({ id, columns }) => `${id} (${columns.join(', ')})`);
    super(
      `These ids stand for other entries already: ${shown.join('; ')}${conflicts.length > 5 ? '; …' : ''}. ` +
        'Nothing was written; use new ids, or amend the entries that are there.',
    );
  }
}
