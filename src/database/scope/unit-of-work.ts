import type { EntityManager } from 'typeorm';
import { IsolationLevelError } from '../errors/index.js';

/** How isolated a unit of work is from those that go on at the same time; PostgreSQL has these three. */
export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

/** An open transaction or savepoint. Those within it take turns: on one connection, savepoints cannot overlap. */
export class UnitOfWork {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly manager: EntityManager,
    private readonly isolation: Isolation | undefined,
  ) {}

  /** @throws IsolationLevelError */
  async nested<T>(work: (unit: UnitOfWork) => Promise<T>, isolation: Isolation | undefined): Promise<T> {
    const given = this.isolation ?? 'READ COMMITTED';
    if (isolation !== undefined && isolation !== given) throw new IsolationLevelError(isolation, given);
    const result = this.#last.then(() =>
      this.manager.transaction((manager) => work(new UnitOfWork(manager, this.isolation))),
    );
    this.#last = result.catch(() => undefined);
    return result;
  }
}
