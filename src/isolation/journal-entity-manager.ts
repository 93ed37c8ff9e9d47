import { EntityManager, TypeORMError } from 'typeorm';
import type { Isolation } from '../driver/contract/contract.js';
import type { IsolatedDataSource } from './isolated.data-source.js';
import { refuseSoftDeletion } from './refuse-soft-delete.js';
import { transact } from './run-unit.js';

type Work<T> = (manager: EntityManager) => Promise<T>;
type Persisting = (this: EntityManager, ...args: unknown[]) => Promise<never>;

/**
 * TypeORM's entity manager with units of work as transactions: every statement inside joins the
 * unit, whichever repository sends it.
 */
export class JournalEntityManager extends EntityManager {
  override transaction<T>(work: Work<T>): Promise<T>;
  override transaction<T>(isolation: Isolation, work: Work<T>): Promise<T>;
  override async transaction<T>(
    isolationOrWork: Isolation | Work<T> | undefined,
    work?: Work<T>,
  ): Promise<T> {
    const isolation = typeof isolationOrWork === 'function' ? undefined : isolationOrWork;
    const callback = typeof isolationOrWork === 'function' ? isolationOrWork : work;
    if (callback === undefined) throw new TypeORMError('A transaction needs a callback.');
    const options = { attempts: 1, ...(isolation && { isolation }) };
    return transact(this.#journal, callback, options, this.queryRunner);
  }

  get #journal(): IsolatedDataSource {
    return this.dataSource as IsolatedDataSource;
  }

  get #hasTransaction(): boolean {
    const transaction = this.queryRunner && this.#journal.handleOf(this.queryRunner)?.current;
    return transaction !== undefined || this.#journal.scopes.current.unit !== undefined;
  }

  // TypeORM begins a query runner's transaction for each of the four methods below. A unit of work
  // instead lets subscribers use the repositories inside it.

  override save(...args: unknown[]): Promise<never> {
    return this.#inUnit('save', args);
  }

  override remove(...args: unknown[]): Promise<never> {
    return this.#inUnit('remove', args);
  }

  // For entries that do not exist TypeORM calls no query builder, which would refuse them.

  override async softRemove(...args: unknown[]): Promise<never> {
    refuseSoftDeletion(this.dataSource, 'soft-delete', args);
    return this.#inUnit('softRemove', args);
  }

  override async recover(...args: unknown[]): Promise<never> {
    refuseSoftDeletion(this.dataSource, 'restore', args);
    return this.#inUnit('recover', args);
  }

  #inUnit(method: 'save' | 'remove' | 'softRemove' | 'recover', args: unknown[]): Promise<never> {
    const persist = (manager: EntityManager) =>
      (Reflect.get(EntityManager.prototype, method) as Persisting).apply(manager, args);
    return this.#hasTransaction ? persist(this) : this.transaction(persist);
  }
}
