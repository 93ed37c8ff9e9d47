import type { EntityManager } from 'typeorm';
import type { Isolation } from '../driver/contract/contract.js';
import type { Transaction } from '../driver/transaction.js';
import { IsolationLevelError } from './scope.errors.js';

/** An open transaction or savepoint, and the entity manager whose statements run in it. */
export class UnitOfWork {
  constructor(
    readonly transaction: Transaction,
    readonly manager: EntityManager,
  ) {}

  /**
   * Runs `work` in a savepoint. Releases it when `work` resolves, rolls back to it when `work`
   * rejects.
   *
   * @throws IsolationLevelError, UnitOfWorkAbortedError, UnitOfWorkEndedError, and the error of
   * `work`
   */
  async nested<T>(work: (unit: UnitOfWork) => Promise<T>, isolation: Isolation | undefined): Promise<T> {
    const given = this.transaction.isolation;
    if (isolation !== undefined && isolation !== given) throw new IsolationLevelError(isolation, given);
    const savepoint = await this.transaction.nested();
    return settle(savepoint, () => work(new UnitOfWork(savepoint, this.manager)));
  }
}

/** Commits when `work` resolves and rolls back when it rejects. */
export async function settle<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await transaction.rollBack();
    throw error;
  }
  await transaction.commit();
  return result;
}
