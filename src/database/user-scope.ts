import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { InvalidUserIdError, UserScopeMismatchError, UserScopeMissingError } from './errors/index.js';
import { JournalDataSource } from './journal.data-source.js';
import { authRole, userRole } from './scope/roles.js';
import type { ScopeStorage } from './scope/scope-storage.js';
import { runUnit } from './scope/run-unit.js';
import type { UnitOfWorkOptions } from './scope/run-unit.js';
import type { UnitOfWork } from './scope/unit-of-work.js';
import { isUserId } from './user-id.js';

/**
 * For whom the database is reached, carried along the asynchronous calls; it holds no connection. PostgreSQL enforces it by
 * row-level security, for whatever goes through the module's DataSource: focused and plain repositories, query builders, SQL.
 *
 * ```ts
 * await userScope.run(userId, () => journal.page());
 * ```
 */
@Injectable()
export class UserScope {
  readonly #scopes: ScopeStorage;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    if (!(dataSource instanceof JournalDataSource))
      throw new TypeError('UserScope needs the DataSource of DatabaseModule');
    this.#scopes = dataSource.scopes;
  }

  /**
   * Runs `work` for one user. Within a unit of work that has no user yet, or has this one, `work` joins it.
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
      // As every statement goes through here, without another promise around that of `work`.
      return Promise.resolve(this.#scopes.run({ role: userRole, userId: wanted, unit }, work));
    } catch (error) {
      const refusal = error as Error;
      return Promise.reject(refusal);
    }
  }

  /**
   * Runs `work` for sign-in and sign-up: it reaches the users, all of them, and nothing else. Within a unit of work it joins
   * that, whose own scope stands again afterwards.
   */
  async signIn<T>(work: () => Promise<T>): Promise<T> {
    return this.#scopes.run({ ...this.#scopes.current, role: authRole }, work);
  }

  /** The user in scope, as a UUID in lower case. @throws UserScopeMissingError */
  get userId(): string {
    const { userId } = this.#scopes.current;
    if (userId === '') throw new UserScopeMissingError();
    return userId;
  }

  /**
   * Runs `work` as one unit: one transaction, which everything that goes through the DataSource in it joins; it is committed
   * when `work` resolves and rolled back when it rejects. A nested call is a savepoint of the outer one, and those that are made
   * at once take turns; other statements of a unit are better awaited one by one, as they all go over one connection.
   *
   * If it lost against another transaction (a deadlock, a serialization failure), or lost its connection before COMMIT was sent,
   * the outermost unit is run again from the beginning, a few times. So what `work` does beside the database is done again too.
   *
   * @throws UnitOfWorkAbortedError, CommitOutcomeUnknownError, IsolationLevelError, and what `work` throws
   */
  async transaction<T>(
    work: (manager: EntityManager) => Promise<T>,
    options: UnitOfWorkOptions = {},
  ): Promise<T> {
    const scope = this.#scopes.current;
    const begun = (unit: UnitOfWork) => this.#scopes.run({ ...scope, unit }, () => work(unit.manager));
    return scope.unit
      ? scope.unit.nested(begun, options.isolation)
      : runUnit(this.dataSource, options, begun);
  }

  /** The entity manager of the open unit of work, or else the one of the DataSource. */
  get manager(): EntityManager {
    return this.#scopes.current.unit?.manager ?? this.dataSource.manager;
  }
}
