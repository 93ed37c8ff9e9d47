import { JournalDatabaseError } from '../model/journal-database.error.js';

/** A stream was started outside a unit of work. */
export class UnitOfWorkMissingError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_MISSING';

  constructor() {
    super('A stream needs an open unit of work. Wrap it in `userScope.transaction(() => …)`.');
  }
}

/** `startTransaction()` was called outside of any scope. */
export class TransactionOutsideScopeError extends JournalDatabaseError {
  readonly code = 'TRANSACTION_OUTSIDE_SCOPE';

  constructor() {
    super(
      'No scope is open here, so a query runner cannot begin a transaction; nothing was sent. Use ' +
        '`dataSource.transaction(…)`, or call `startTransaction()` inside `userScope.run(userId, () => …)`.',
    );
  }
}

/** A query runner was to begin or end a transaction inside a unit of work. */
export class TransactionWithinUnitError extends JournalDatabaseError {
  readonly code = 'TRANSACTION_WITHIN_UNIT';

  constructor() {
    super(
      'A unit of work is open here, so a query runner cannot begin or end a transaction; nothing was sent. Use a nested ' +
        '`userScope.transaction(() => …)` for a savepoint.',
    );
  }
}

/**
 * A nested unit of work asks for another isolation level than that of the transaction it is part
 * of.
 */
export class IsolationLevelError extends JournalDatabaseError {
  readonly code = 'ISOLATION_LEVEL';

  constructor(
    readonly wanted: string,
    readonly given: string,
  ) {
    super(
      `A unit of work within one of ${given} cannot be ${wanted}. Ask for ${wanted} in the outermost one.`,
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
