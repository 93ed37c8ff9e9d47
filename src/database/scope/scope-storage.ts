import { AsyncLocalStorage } from 'node:async_hooks';
import type { UnitOfWork } from './unit-of-work.js';
import { userRole } from './roles.js';
import type { authRole } from './roles.js';

/** As whom statements are sent: a role, and the user whose rows it may reach; an empty id is nobody's. */
export interface DatabaseScope {
  role: typeof userRole | typeof authRole;
  userId: string;
  /** The open unit of work, if there is one. */
  unit?: UnitOfWork | undefined;
}

const nobody: DatabaseScope = { role: userRole, userId: '' };

/** Carries the scope along asynchronous calls; each DataSource has its own. */
export class ScopeStorage {
  readonly #storage = new AsyncLocalStorage<DatabaseScope>();

  /** Nobody's, where no scope was opened. */
  get current(): DatabaseScope {
    return this.#storage.getStore() ?? nobody;
  }

  run<T>(scope: DatabaseScope, work: () => T): T {
    return this.#storage.run(scope, work);
  }
}

/** Whether no scope was opened. */
export function isNobody({ role, userId }: DatabaseScope): boolean {
  return role === userRole && userId === '';
}
