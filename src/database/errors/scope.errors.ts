import { JournalDatabaseError } from './journal-database.error.js';

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

/** A unit of work came to its end although one of its statements had failed, or had ended its transaction. */
export class UnitOfWorkAbortedError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_ABORTED';

  constructor(
    /** Whether a statement failed; otherwise one was a COMMIT or ROLLBACK. */
    readonly hasFailed: boolean,
  ) {
    super(
      hasFailed
        ? 'A statement of this unit of work failed, so nothing of it was kept, although the failure was caught. ' +
            'Wrap what may fail in a nested `userScope.transaction(() => …)`, which can fail alone.'
        : 'A statement of this unit of work was a COMMIT or ROLLBACK and ended it too early. Leave both to `userScope.transaction`.',
    );
  }
}

/** The connection was lost while a unit of work was being committed: whether it was kept is not known. */
export class CommitOutcomeUnknownError extends JournalDatabaseError {
  readonly code = 'COMMIT_OUTCOME_UNKNOWN';

  constructor(options?: ErrorOptions) {
    super(
      'The connection was lost while the unit of work was being committed, so it is not known whether it was kept. Look for what ' +
        'it wrote, or repeat it with the same ids. A unit that can be repeated is tried again by itself with `{ repeatable: true }`.',
      options,
    );
  }
}

/** A nested unit of work asks for another isolation level than that of the transaction it is part of. */
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
