import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, TransactionNotStartedError, type EntityManager, type QueryRunner } from 'typeorm';
import { authRole, userRole, type Isolation } from '../driver/contract/contract.js';
import { InvalidUserIdError, isUserId } from '../model/user-id.js';
import { UserScopeMismatchError, UserScopeMissingError } from '../driver/failures/transaction.errors.js';
import { IsolatedDataSource } from './isolated.data-source.js';
import { transact, unitOf, type UnitOfWorkOptions } from './run-unit.js';
import type { ScopeStorage } from './scope-storage.js';
import { CallAbandoned } from '../driver/connection.js';

/**
 * The current user of the async context (AsyncLocalStorage). Holds no connection. PostgreSQL
 * enforces the scope by row-level security for every statement of the module's DataSource: the
 * package's repositories, TypeORM's repositories, query builders and SQL.
 *
 * @example
 * await userScope.run(userId, () => journal.page());
 */
@Injectable()
export class UserScope {
  readonly #scopes: ScopeStorage;
  readonly #dataSource: IsolatedDataSource;

  constructor(@InjectDataSource() dataSource: DataSource) {
    if (!(dataSource instanceof IsolatedDataSource))
      throw new TypeError(
        'UserScope needs the DataSource of DatabaseModule. For a second DataSource give TypeOrmModule.forRoot a name.',
      );
    this.#dataSource = dataSource;
    this.#scopes = dataSource.scopes;
  }

  /**
   * Runs `work` as one user. Opens no transaction. Inside a unit of work of the same user, or of no
   * user yet, the statements of `work` join that unit.
   *
   * @param userId a UUID, in upper or lower case
   * @throws InvalidUserIdError if `userId` is not a UUID; `work` does not run
   * @throws UserScopeMismatchError inside a unit of work of another user; `work` does not run
   */
  run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    // Not an async function: every call of an application passes here, and a second promise costs
    // time.
    if (!isUserId(userId)) return Promise.reject(new InvalidUserIdError(userId));
    const { userId: current, unit } = this.#scopes.current;
    const wanted = userId.toLowerCase();
    if (unit !== undefined && current !== '' && current !== wanted)
      return Promise.reject(new UserScopeMismatchError());
    return this.#scopes.open({ role: userRole, userId: wanted }, work);
  }

  /**
   * Runs `work` as `journal_auth`, for sign-in and sign-up: all rows of `users` are reachable, and
   * no other table. Inside a unit of work the statements join that unit. With `DATABASE_AUTH_URL`
   * they use its login.
   *
   * @throws SignInWithinUnitError from the first statement inside a unit of work of the users'
   * login, if `DATABASE_AUTH_URL` is set
   * @example
   * const user = await userScope.withAllUsers(() => users.findByEmailWithPasswordHash(email));
   */
  async withAllUsers<T>(work: () => Promise<T>): Promise<T> {
    return this.#scopes.open({ role: authRole, userId: this.#scopes.current.userId }, work);
  }

  /** @deprecated Use `withAllUsers`. */
  signIn<T>(work: () => Promise<T>): Promise<T> {
    return this.withAllUsers(work);
  }

  /**
   * The id of the current user: a UUID in lower case.
   *
   * @throws UserScopeMissingError outside `run`
   */
  get userId(): string {
    const { userId } = this.#scopes.current;
    if (userId === '') throw new UserScopeMissingError();
    return userId;
  }

  /**
   * Runs `work` as one unit of work: a transaction that every statement of the async context joins.
   * Commits when `work` resolves, rolls back when it rejects. A nested call is a savepoint; other
   * statements of the outer unit wait until it ends.
   *
   * A failed statement dooms its unit, even if `work` catches the error: the unit is rolled back.
   * `work` runs again from the beginning, up to `attempts` times in all, after a deadlock, a
   * serialization failure, or a connection lost before COMMIT was sent. Effects of `work` outside
   * the database, such as e-mails, are repeated too.
   *
   * @throws UnitOfWorkAbortedError if a statement failed and `work` caught the error; nothing is
   * stored
   * @throws UnitOfWorkDeferredError if `work` returns an Observable or an async generator; nothing
   * is stored
   * @throws CommitOutcomeUnknownError if the connection was lost during COMMIT
   * @throws InvalidInputError if `attempts` is not a whole number from 1, or for an unknown
   * isolation level; `work` does not run
   * @throws IsolationLevelError if a nested call asks for another isolation level
   * @throws the error of `work`; nothing is stored
   * @example
   * await userScope.transaction(async () => {
   *   await journal.append(sold);
   *   await journal.append(bought);
   * });
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    return transact(this.#dataSource, work, options);
  }

  /**
   * Runs `work` in the transaction that a query runner has begun by `startTransaction()`.
   *
   * @throws TransactionNotStartedError if the query runner has no open transaction
   * @throws UserScopeMismatchError if the transaction belongs to another user; `work` does not run
   */
  async join<T>(queryRunner: QueryRunner, work: () => Promise<T>): Promise<T> {
    const found = unitOf(this.#dataSource, queryRunner);
    const unit = found instanceof Promise ? await found : found;
    if (unit === undefined) throw new TransactionNotStartedError();
    return this.#scopes.runInUnit(unit, work);
  }

  /** Runs `work` outside of any scope and unit of work. @internal */
  leave<T>(work: () => T): T {
    return this.#scopes.leave(work);
  }

  /** Whether the call belongs to a unit of work, open or ended. @internal */
  get hasUnit(): boolean {
    return this.#scopes.current.unit !== undefined;
  }

  /** Whether a unit of work is open and has not begun to end. @internal */
  get hasOpenUnit(): boolean {
    return this.#scopes.current.unit?.transaction.isOpen === true;
  }

  /** The isolation level of the open unit of work; undefined outside a unit. @internal */
  get isolation(): Isolation | undefined {
    return this.#scopes.current.unit?.transaction.isolation;
  }

  /** The entity manager of the open unit of work; outside a unit, the one of the DataSource. */
  get manager(): EntityManager {
    return this.#scopes.current.unit?.manager ?? this.#dataSource.manager;
  }

  /**
   * `transaction` for work that also calls `withAllUsers`. With `DATABASE_AUTH_URL` it uses that
   * login.
   *
   * @internal
   */
  transactionWithAuth<T>(work: () => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    return transact(this.#dataSource, work, { ...options, withAuth: true });
  }

  /**
   * Runs `work` and closes the connection of the open unit of work as soon as `signal` is aborted;
   * the server then rolls back. Closing is the only way to stop a statement that is running or
   * waits for a lock. Does not run `work` if the signal is aborted already.
   *
   * @throws the reason of the signal
   * @internal
   */
  async endWhenAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const { unit } = this.#scopes.current;
    const close = () => unit?.transaction.close(new CallAbandoned('The unit of work was interrupted.'));
    signal?.addEventListener('abort', close);
    try {
      return await work();
    } finally {
      signal?.removeEventListener('abort', close);
    }
  }
}
