import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, TransactionNotStartedError } from 'typeorm';
import type { EntityManager, QueryRunner } from 'typeorm';
import { authRole, userRole } from '../driver/roles.js';
import { InvalidUserIdError, isUserId } from '../model/user-id.js';
import { UserScopeMismatchError } from './scope.errors.js';
import { UserScopeMissingError } from '../driver/transaction.errors.js';
import { IsolatedDataSource } from './isolated.data-source.js';
import { endWhenAborted } from './end-when-aborted.js';
import type { InternalUnitOptions, UnitOfWorkOptions } from './run-unit.js';
import type { ScopeStorage } from './scope-storage.js';
import { transact, unitOf } from './transact.js';

/**
 * The current user of each async context. It holds no connection. PostgreSQL enforces it by
 * row-level security for everything that goes through the module's DataSource: focused and plain
 * repositories, query builders, SQL.
 *
 * ```ts
 * await userScope.run(userId, () => journal.page());
 * ```
 */
@Injectable()
export class UserScope {
  readonly #scopes: ScopeStorage;
  readonly #dataSource: IsolatedDataSource;

  constructor(@InjectDataSource() dataSource: DataSource) {
    if (!(dataSource instanceof IsolatedDataSource))
      throw new TypeError('UserScope needs the DataSource of DatabaseModule');
    this.#dataSource = dataSource;
    this.#scopes = dataSource.scopes;
  }

  /**
   * Runs `work` for one user. Within a unit of work that has no user yet, or has this one, `work`
   * joins it.
   *
   * @throws InvalidUserIdError before anything is sent, if `userId` is no UUID
   * @throws UserScopeMismatchError within a unit of work of another user
   */
  run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    try {
      if (!isUserId(userId)) throw new InvalidUserIdError(userId);
      const { userId: current, unit } = this.#scopes.current;
      const wanted = userId.toLowerCase();
      if (unit !== undefined && current !== '' && current !== wanted) throw new UserScopeMismatchError();
      // Not an async function: every call of an application passes here, and the promise of `work`
      // is enough.
      return Promise.resolve(this.#scopes.open({ role: userRole, userId: wanted }, work));
    } catch (error) {
      const refusal = error as Error;
      return Promise.reject(refusal);
    }
  }

  /**
   * Runs `work` for sign-in and sign-up: it reaches all of `users`, and nothing else. Within a unit
   * of work it joins that unit. With `DATABASE_AUTH_URL`, it uses the login of sign-in.
   *
   * @throws SignInWithinUnitError from a statement within a unit of work of the other login
   */
  async withAllUsers<T>(work: () => Promise<T>): Promise<T> {
    return this.#scopes.open({ role: authRole, userId: this.#scopes.current.userId }, work);
  }

  /** @deprecated Use `withAllUsers`. */
  signIn<T>(work: () => Promise<T>): Promise<T> {
    return this.withAllUsers(work);
  }

  /** The user in scope, as a UUID in lower case. @throws UserScopeMissingError */
  get userId(): string {
    const { userId } = this.#scopes.current;
    if (userId === '') throw new UserScopeMissingError();
    return userId;
  }

  /**
   * Runs `work` as one unit of work: one transaction, in which every statement of its async context
   * takes part. It is committed when `work` resolves and rolled back when it rejects. A nested call
   * is a savepoint; until it ends, other statements of the outer unit wait.
   *
   * A unit in which a statement failed is rolled back even if the failure was caught. A unit that
   * lost against another transaction (deadlock, serialization failure), or lost its connection
   * before COMMIT was sent, is run again from the beginning, up to `attempts` times; so is what
   * `work` does beside the database.
   *
   * ```ts
   * await userScope.transaction(async () => {
   *   await journal.append(sold);
   *   await journal.append(fee);
   * });
   * ```
   *
   * @throws UnitOfWorkAbortedError, CommitOutcomeUnknownError, IsolationLevelError, and what `work`
   * throws
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    return transact(this.#dataSource, work, options);
  }

  /**
   * Runs `work` as part of the transaction that a query runner has begun by `startTransaction()`.
   *
   * @throws TransactionNotStartedError if it has begun none
   */
  async join<T>(queryRunner: QueryRunner, work: () => Promise<T>): Promise<T> {
    const unit = unitOf(this.#dataSource, queryRunner);
    if (unit === undefined) throw new TransactionNotStartedError();
    return this.#scopes.run({ ...this.#scopes.current, unit }, work);
  }

  /** The entity manager of the open unit of work, or else the one of the DataSource. */
  get manager(): EntityManager {
    return this.#scopes.current.unit?.manager ?? this.#dataSource.manager;
  }

  /**
   * A unit of work that signs in, too: with `DATABASE_AUTH_URL` it has the login of sign-in.
   *
   * @internal
   */
  transactionWithAuth<T>(work: () => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    const internal: InternalUnitOptions = { ...options, withAuth: true };
    return transact(this.#dataSource, work, internal);
  }

  /**
   * Runs `work` in the open unit of work, whose connection is closed if the signal is aborted until
   * then.
   *
   * @internal
   */
  endWhenAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return endWhenAborted(this.#dataSource, signal, work);
  }
}
