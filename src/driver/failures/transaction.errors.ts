import { JournalDatabaseError } from '../../model/journal-database.error.js';

/**
 * A call needs a user scope and none is open. Nothing was written.
 *
 * @remedy Wrap the call in `userScope.run(userId, …)`, or open the scope of each request with
 * `provideUserScope`.
 */
export class UserScopeMissingError extends JournalDatabaseError {
  readonly code = 'USER_SCOPE_MISSING';

  constructor(options?: ErrorOptions) {
    super(
      'No user is in scope. Wrap the call in `userScope.run(userId, () => …)`. `provideUserScope` opens the ' +
        'scope of a request if its function returns the id of a user. Guards, middleware and exception filters run outside the scope.',
      options,
    );
  }
}

/**
 * `userScope.run` was called for a second user inside a unit of work, and its callback did not run;
 * or a statement of a second user came to a transaction through its query runner or entity manager.
 * Nothing was sent.
 *
 * @remedy End the unit of work first. Do not share a query runner between users.
 */
export class UserScopeMismatchError extends JournalDatabaseError {
  readonly code = 'USER_SCOPE_MISMATCH';

  constructor(
    message = 'This unit of work belongs to another user; nothing was sent. End it before you call `userScope.run` for a ' +
      'second user, and do not share a query runner between users.',
  ) {
    super(message);
  }
}

/**
 * A statement of a unit of work failed, so the unit is rolled back: nothing is stored. Thrown by
 * later statements of the unit, and by the unit itself if its code caught the first failure.
 *
 * @remedy Correct the failure in `cause`. Wrap a statement that may fail in a nested
 * `userScope.transaction()`.
 */
export class UnitOfWorkAbortedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_ABORTED';

  constructor(
    /** `cause`: the first failure. */
    options?: ErrorOptions,
    /** The text of the first failed statement, without parameter values. */
    readonly statement?: string,
  ) {
    const { cause } = options ?? {};
    const of = statement === undefined ? '' : ` (in ${statement.slice(0, 200)})`;
    const first = cause instanceof Error ? ` The first failure: ${cause.message}${of}` : '';
    super(
      'A statement of this unit of work failed, so nothing of the unit is stored, even if the failure was caught. Wrap a ' +
        `statement that may fail in a nested \`userScope.transaction(() => …)\`.${first}`,
      options,
    );
  }
}

/**
 * A statement came after its unit of work had ended. Nothing was sent.
 *
 * @remedy Await every statement inside the callback, also those of event handlers, or emit the
 * event after the unit.
 */
export class UnitOfWorkEndedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_ENDED';

  constructor() {
    super(
      'The unit of work of this statement has ended; nothing was sent. Await every statement inside the unit. Emit events ' +
        'after it if their handlers are not awaited.',
    );
  }
}

/**
 * A statement of the outer unit waited for a nested unit that sends nothing; they may wait for each
 * other. Nothing was sent, and the outer unit is rolled back.
 *
 * @remedy Await the nested unit first.
 */
export class UnitOfWorkBlockedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_BLOCKED';

  constructor(
    /** Milliseconds. */
    readonly waited: number,
  ) {
    super(
      `A statement waited for a nested unit of work that has sent nothing for ${waited} ms, so both may wait for each other; ` +
        'nothing was sent, and the outer unit is rolled back. Await the nested unit before the next statement of the outer unit.',
    );
  }
}

/**
 * SQL text begins or ends a transaction or a savepoint. Nothing was sent.
 *
 * @remedy Use `userScope.transaction()`; nest it for a savepoint.
 */
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
 * `startTransaction()` of a query runner has opened a transaction in this scope, and the call would
 * have run outside it, on another connection. Nothing was sent.
 *
 * @remedy Make the call inside `userScope.join(queryRunner, …)`.
 */
export class TransactionNotJoinedError extends JournalDatabaseError {
  readonly code = 'TRANSACTION_NOT_JOINED';

  constructor() {
    super(
      'A query runner has an open transaction in this scope, and this call would run outside it; nothing was sent. ' +
        'Use `userScope.transaction(() => …)` or `dataSource.transaction(…)` instead of `startTransaction()`; or wrap the ' +
        'call in `userScope.join(queryRunner, () => …)`.',
    );
  }
}

/**
 * SQL text is a COPY. Nothing was sent.
 *
 * @remedy Use `journal.load()` or `journal.stream()`.
 */
export class CopyRefusedError extends JournalDatabaseError {
  readonly code = 'COPY_REFUSED';

  constructor() {
    super(
      'COPY as text is not supported: no code would transfer its data; nothing was sent. Use `journal.load()` to write ' +
        'many rows, and `queryRunner.stream()` or `journal.stream()` to read them.',
    );
  }
}

/**
 * A query object (pg-cursor, pg-query-stream, pg-copy-streams) was passed to a query runner's
 * connection. It would bypass the user scope. Nothing was sent.
 *
 * @remedy Use `journal.stream()`, `journal.load()` or `queryRunner.stream()`.
 */
export class QueryObjectRefusedError extends JournalDatabaseError {
  readonly code = 'QUERY_OBJECT_REFUSED';

  constructor() {
    super(
      'Query objects bypass the user scope and are refused; nothing was sent. Use `queryRunner.stream()` or ' +
        '`journal.stream()` to read, and `journal.load()` to write many rows.',
    );
  }
}

/**
 * `userScope.withAllUsers` was used inside a unit of work of the users' login, with
 * `DATABASE_AUTH_URL`. Nothing was sent.
 *
 * @remedy Sign in before or after the unit.
 */
export class SignInWithinUnitError extends JournalDatabaseError {
  readonly code = 'SIGN_IN_WITHIN_UNIT';

  constructor() {
    super(
      'With DATABASE_AUTH_URL, sign-in has a separate login, and a unit of work of the login of DATABASE_URL is open here; nothing ' +
        'was sent. Sign in before or after the unit of work.',
    );
  }
}

/**
 * The connection was lost during COMMIT. It is unknown whether the unit of work is stored. It is
 * never stored in part.
 *
 * @remedy Read what the unit wrote, or repeat it with the same ids.
 */
export class CommitOutcomeUnknownError extends JournalDatabaseError {
  readonly code = 'COMMIT_OUTCOME_UNKNOWN';

  constructor(options?: ErrorOptions) {
    super(
      'The connection was lost during COMMIT, so it is unknown whether the unit of work is stored. Read what it wrote, or repeat it ' +
        'with the same ids. With `{ idempotent: true }` an idempotent unit is retried automatically.',
      options,
    );
  }
}
