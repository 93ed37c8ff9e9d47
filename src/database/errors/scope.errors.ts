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

/** A unit of work belongs to one user, and was to go on for another. */
export class UserScopeMismatchError extends JournalDatabaseError {
  readonly code = 'USER_SCOPE_MISMATCH';

  constructor() {
    super('This unit of work belongs to another user. Finish it before `userScope.run` for the next one.');
  }
}
