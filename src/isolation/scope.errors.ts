import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * `queryRunner.stream()` was called outside a unit of work. Nothing was sent.
 *
 * @remedy Wrap the call in `userScope.transaction()`.
 */
export class UnitOfWorkMissingError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_MISSING';

  constructor() {
    super('A stream needs an open unit of work. Wrap it in `userScope.transaction(() => …)`.');
  }
}

/**
 * `startTransaction()` was called outside any scope. Nothing was sent.
 *
 * @remedy Use `dataSource.transaction()`, or call it inside `userScope.run()`.
 */
export class TransactionOutsideScopeError extends JournalDatabaseError {
  readonly code = 'TRANSACTION_OUTSIDE_SCOPE';

  constructor() {
    super(
      'No scope is open here, so a query runner cannot begin a transaction; nothing was sent. Use ' +
        '`dataSource.transaction(…)`, or call `startTransaction()` inside `userScope.run(userId, () => …)`.',
    );
  }
}

/**
 * `startTransaction()`, `commitTransaction()` or `rollbackTransaction()` of a query runner was
 * called inside a unit of work. Nothing was sent.
 *
 * @remedy Nest `userScope.transaction()` for a savepoint.
 */
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
 * A nested unit of work asked for another isolation level than its outer transaction has. The
 * nested unit did not run.
 *
 * @remedy Set the level in the outermost unit.
 */
export class IsolationLevelError extends JournalDatabaseError {
  readonly code = 'ISOLATION_LEVEL';

  constructor(
    readonly wanted: string,
    readonly given: string,
  ) {
    super(
      `A nested unit of work cannot be ${wanted}: its transaction is ${given}. Set ${wanted} in the outermost unit of work.`,
    );
  }
}

/**
 * A unit of work returned an Observable or an async generator, whose statements would run after the
 * transaction. Nothing is stored.
 *
 * @remedy Read it inside the unit, for example by `lastValueFrom(observable)`.
 */
export class UnitOfWorkDeferredError extends JournalDatabaseError {
  readonly code = 'UNIT_OF_WORK_DEFERRED';

  constructor() {
    super(
      'This unit of work returned an Observable or an async generator, whose statements would run after the transaction; ' +
        'nothing is stored. Read it inside the unit: `lastValueFrom(observable)`, or a `for await` loop.',
    );
  }
}

/**
 * A request reached UserScopeInterceptor inside an open unit of work, so its handler would have run
 * outside the unit. The handler did not run.
 *
 * @remedy Provide an interceptor that opens a unit after `provideUserScope`.
 */
export class RequestWithinUnitError extends JournalDatabaseError {
  readonly code = 'REQUEST_WITHIN_UNIT';

  constructor() {
    super(
      'A unit of work is open around this request, and its handler would run outside the unit; the handler did not run. ' +
        'Provide an interceptor that opens a unit after `provideUserScope`, and call the application outside units.',
    );
  }
}
