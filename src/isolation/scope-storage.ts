import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';
import { userRole, type Scope, type authRole } from '../driver/contract/contract.js';
import type { Transaction } from '../driver/transaction.js';
import type { Handle } from '../driver/typeorm-client.js';

/** An open transaction or savepoint, and the entity manager whose statements run in it. */
export interface UnitOfWork {
  readonly transaction: Transaction;
  readonly manager: EntityManager;
}

/** The role, user and unit of work of an async context. */
interface UserContext extends Scope {
  readonly role: typeof userRole | typeof authRole;
  /** The open unit of work. */
  readonly unit?: UnitOfWork | undefined;
  /** The query runners of the outermost scope; undefined outside any scope. */
  readonly runners?: OpenRunners | undefined;
}

/**
 * The query runners of a scope that have called `startTransaction()`. The whole scope shares one
 * set, because a transaction can stay open after the function that began it has returned.
 */
class OpenRunners {
  readonly #handles = new Set<Handle>();
  /** Settles when the scope ends. */
  scope: Promise<unknown> | undefined;

  get hasOpenTransaction(): boolean {
    for (const handle of this.#handles) if (handle.hasOpenTransaction) return true;
    return false;
  }

  /** Adds a query runner. The end of the scope rolls back a transaction that is still open. */
  add(handle: Handle): void {
    this.#handles.add(handle);
    const end = () => {
      if (this.#handles.delete(handle)) void handle.rollBack();
    };
    // Deferred: `open` sets `scope` only after the synchronous part of the scope's work has run.
    void Promise.resolve().then(() => this.scope?.then(end, end));
  }

  delete(handle: Handle): void {
    this.#handles.delete(handle);
  }
}

const anonymous: UserContext = { role: userRole, userId: '' };

/** The current user of each async context (AsyncLocalStorage). One instance per DataSource. */
export class ScopeStorage {
  readonly #storage = new AsyncLocalStorage<UserContext>();

  /** The context of the open scope. Without a scope: the anonymous one, which reaches no rows. */
  get current(): UserContext {
    return this.#storage.getStore() ?? anonymous;
  }

  run<T>(context: UserContext, work: () => T): T {
    return this.#storage.run(context, work);
  }

  /** Runs `work` outside of any scope and unit of work. */
  leave<T>(work: () => T): T {
    return this.run(anonymous, work);
  }

  /** Runs `work` in a unit of work, for the current user. */
  runInUnit<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
    return this.run({ ...this.current, unit }, () => promiseOf(work));
  }

  /** Runs `work` in a scope. The outermost scope owns the query runners with a transaction. */
  open<T>(scope: Pick<UserContext, 'role' | 'userId'>, work: () => Promise<T>): Promise<T> {
    const { unit, runners: outer } = this.current;
    const runners = outer ?? new OpenRunners();
    const opened = this.run({ ...scope, unit, runners }, () => promiseOf(work));
    if (outer === undefined) runners.scope = opened;
    return opened;
  }
}

/**
 * The promise of `work`, rejected if `work` throws. A thenable of `work`, such as a query builder,
 * sends its statement when `then` is called. Call this function inside the scope or unit, so that
 * the statement is sent there.
 */
function promiseOf<T>(work: () => Promise<T>): Promise<T> {
  try {
    // No `await`: it would make a second promise for every call of an application.
    return Promise.resolve(work());
  } catch (error) {
    const thrown = error as Error;
    return Promise.reject(thrown);
  }
}
