import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { InvalidUserIdError, UserScopeMismatchError, UserScopeMissingError } from './errors.js';
import { isUserId } from './user-id.js';

interface Scope {
  userId?: string;
  /** The open unit of work, if there is one. */
  unit?: UnitOfWork;
}

/** An open transaction or savepoint. Those within it take turns: on one connection, savepoints cannot overlap. */
class UnitOfWork {
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly manager: EntityManager) {}

  nested<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.manager.transaction(work));
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/**
 * For whom the repositories work, carried along the asynchronous calls; it holds no connection.
 *
 * ```ts
 * await userScope.run(userId, () => journal.page());
 * ```
 */
@Injectable()
export class UserScope {
  readonly #storage = new AsyncLocalStorage<Scope>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs `work` for one user. Within a unit of work that has no user yet, or has this one, `work` joins it.
   *
   * @throws InvalidUserIdError before anything is sent, if `userId` is no UUID
   * @throws UserScopeMismatchError within a unit of work of another user
   */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    if (!isUserId(userId)) throw new InvalidUserIdError(userId);
    const { userId: current, unit } = this.#storage.getStore() ?? {};
    const wanted = userId.toLowerCase();
    if (unit !== undefined && current !== undefined && current !== wanted) throw new UserScopeMismatchError();
    return this.#storage.run({ userId: wanted, ...(unit && { unit }) }, work);
  }

  /** The user in scope, as a UUID in lower case. @throws UserScopeMissingError */
  get userId(): string {
    const userId = this.#storage.getStore()?.userId;
    if (userId === undefined) throw new UserScopeMissingError();
    return userId;
  }

  /**
   * Runs `work` as one unit: one transaction, which every repository called in it joins; it is committed when `work`
   * resolves and rolled back when it rejects. A nested call is a savepoint of the outer one, and those that are made at once
   * take turns; other statements of a unit are better awaited one by one, as they all go over one connection.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const scope = this.#storage.getStore();
    const begun = (manager: EntityManager) =>
      this.#storage.run({ ...scope, unit: new UnitOfWork(manager) }, () => work(manager));
    return scope?.unit ? scope.unit.nested(begun) : this.dataSource.transaction(begun);
  }

  /** The entity manager of the open unit of work, or else the one of the DataSource. */
  get manager(): EntityManager {
    return this.#storage.getStore()?.unit?.manager ?? this.dataSource.manager;
  }
}
