import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scope } from '../driver/contract.js';
import type { Handle } from '../driver/handle.js';
import { userRole } from '../driver/roles.js';
import type { authRole } from '../driver/roles.js';
import type { UnitOfWork } from './unit-of-work.js';

/** The scope of an async context: as whom its statements run, and in which unit of work. */
export interface UserContext extends Scope {
  readonly role: typeof userRole | typeof authRole;
  /** The unit of work that is open. */
  readonly unit?: UnitOfWork | undefined;
  /** The query runners of the outermost scope; undefined outside of any scope. */
  readonly runners?: OpenRunners | undefined;
}

/**
 * The query runners that have begun a transaction by `startTransaction()` in a scope. It is shared
 * by all that runs in the scope, as the transaction may have been begun in a function that has
 * returned.
 */
export class OpenRunners {
  #handles: Set<Handle> | undefined;
  /** Settles when the scope ends. */
  scope: Promise<unknown> | undefined;

  /** Whether one of them has a transaction open. */
  get hasOpenTransaction(): boolean {
    for (const { transaction } of this.#handles ?? []) if (transaction?.isOpen) return true;
    return false;
  }

  /** Notes a query runner. When the scope ends, a transaction that is still open is rolled back. */
  add(handle: Handle): void {
    this.#handles ??= new Set();
    this.#handles.add(handle);
    const release = () => void handle.release();
    // `scope` is set when the first part of the scope's work has run.
    void Promise.resolve().then(() => this.scope?.then(release, release));
  }

  delete(handle: Handle): void {
    this.#handles?.delete(handle);
  }
}

const anonymous: UserContext = { role: userRole, userId: '' };

/** The current user of each async context (AsyncLocalStorage). Each DataSource has its own. */
export class ScopeStorage {
  readonly #storage = new AsyncLocalStorage<UserContext>();

  /** The anonymous context where no scope was opened: it reaches no rows. */
  get current(): UserContext {
    return this.#storage.getStore() ?? anonymous;
  }

  run<T>(context: UserContext, work: () => T): T {
    return this.#storage.run(context, work);
  }

  /**
   * Runs `work` as the user or as sign-in; the outermost scope owns the query runners that begin
   * transactions.
   */
  open<T>(scope: Pick<UserContext, 'role' | 'userId'>, work: () => Promise<T>): Promise<T> {
    const { unit, runners: outer } = this.current;
    const runners = outer ?? new OpenRunners();
    const opened = this.run({ ...scope, unit, runners }, work);
    if (outer === undefined) runners.scope = opened;
    return opened;
  }
}
