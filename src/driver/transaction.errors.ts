import { JournalDatabaseError } from '../model/journal-database.error.js';

/** A repository that works for one user was used where no user is in scope. */
export class UserScopeMissingError extends JournalDatabaseError {
  readonly code = 'USER_SCOPE_MISSING';

  constructor(options?: ErrorOptions) {
    super('No user is in scope. Wrap the call in `userScope.run(userId, () => …)`.', options);
  }
}

/**
 * A statement of a unit of work failed, so the unit is rolled back. Thrown by each later statement
 * of the unit, and by the unit itself if its code caught the failure.
 */
export class UnitOfWorkAbortedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_ABORTED';

  constructor(
    /** Its `cause` is the first failure. */
    options?: ErrorOptions,
    /** The text of the statement that failed first, without its parameters. */
    readonly statement?: string,
  ) {
    const { cause } = options ?? {};
    const of = statement === undefined ? '' : ` (in ${statement.slice(0, 200)})`;
    const first = cause instanceof Error ? ` The first failure: ${cause.message}${of}` : '';
    super(
      'A statement of this unit of work failed, so nothing of the unit is stored, even if the failure was caught. Wrap a ' +
        `statement that may fail in a nested \`userScope.transaction(() => …)\`, which can fail alone.${first}`,
      options,
    );
  }
}

/** A statement came after the callback of its unit of work had settled. */
export class UnitOfWorkEndedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_ENDED';

  constructor() {
    super(
      'The unit of work of this statement has ended; nothing was sent. Await every statement inside the unit.',
    );
  }
}

/** A statement of a unit of work waited for a nested unit that is open and sends nothing. */
export class UnitOfWorkBlockedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_BLOCKED';

  constructor(
    /** Milliseconds. */
    readonly waited: number,
  ) {
    super(
      `A statement waited for a nested unit of work that has sent nothing for ${waited} ms, so both may wait for each other; ` +
        'nothing was sent, and the outer unit is rolled back. Await the nested unit before the outer one goes on.',
    );
  }
}

/** The text of a statement begins or ends a transaction or a savepoint. */
export class TransactionControlError extends JournalDatabaseError {
  readonly code = 'TRANSACTION_CONTROL';

  constructor() {
    super(
      'BEGIN, COMMIT, ROLLBACK, SAVEPOINT and PREPARE TRANSACTION cannot be sent as text; nothing was sent. Use ' +
        '`userScope.transaction(() => …)`, or `startTransaction()` of a query runner.',
    );
  }
}

/**
 * A transaction that was begun by `startTransaction()` is open in this async context, and a call
 * would have gone over another connection, outside of it.
 */
export class TransactionNotJoinedError extends JournalDatabaseError {
  readonly code = 'TRANSACTION_NOT_JOINED';

  constructor() {
    super(
      'A transaction that a query runner began is open here, and this call would not be part of it; nothing was sent. ' +
        'Use `userScope.transaction(() => …)` or `dataSource.transaction(…)` instead of `startTransaction()`; or wrap the ' +
        'call in `userScope.join(queryRunner, () => …)`.',
    );
  }
}

/** COPY was sent as text. */
export class CopyRefusedError extends JournalDatabaseError {
  readonly code = 'COPY_REFUSED';

  constructor() {
    super(
      'COPY as text has nobody who sends or takes its data, and is refused; nothing was sent. Use `journal.load()` to write ' +
        'many rows, and `queryRunner.stream()` or `journal.stream()` to read them.',
    );
  }
}

/**
 * A query object, such as one of pg-cursor, pg-query-stream or pg-copy-streams, was given to a
 * connection.
 */
export class QueryObjectRefusedError extends JournalDatabaseError {
  readonly code = 'QUERY_OBJECT_REFUSED';

  constructor() {
    super(
      'Query objects speak to the server past the user scope and are refused; nothing was sent. Use `queryRunner.stream()` or ' +
        '`journal.stream()` to read, and `journal.load()` to write many rows.',
    );
  }
}

/** A sign-in was attempted within a unit of work of the users' login. */
export class SignInWithinUnitError extends JournalDatabaseError {
  readonly code = 'SIGN_IN_WITHIN_UNIT';

  constructor() {
    super(
      'With DATABASE_AUTH_URL, sign-in has a login of its own, and a unit of work of the other login is open here; nothing was ' +
        'sent. Call it before or after the unit of work.',
    );
  }
}

/**
 * The connection was lost while a unit of work was being committed: whether it was kept is not
 * known.
 */
export class CommitOutcomeUnknownError extends JournalDatabaseError {
  readonly code = 'COMMIT_OUTCOME_UNKNOWN';

  constructor(options?: ErrorOptions) {
    super(
      'The connection was lost while the unit of work was being committed, so it is not known whether it was kept. Look for what ' +
        'it wrote, or repeat it with the same ids. An idempotent unit is tried again by itself with `{ idempotent: true }`.',
      options,
    );
  }
}
