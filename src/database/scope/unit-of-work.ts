import type { EntityManager } from 'typeorm';

/** An open transaction or savepoint. Those within it take turns: on one connection, savepoints cannot overlap. */
export class UnitOfWork {
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly manager: EntityManager) {}

  nested<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.manager.transaction(work));
    this.#last = result.catch(() => undefined);
    return result;
  }
}
