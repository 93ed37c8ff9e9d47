import { QueryRunnerAlreadyReleasedError, TransactionNotStartedError, type QueryRunner } from 'typeorm';
import type { Isolation } from '../driver/contract/contract.js';
import { openCursor } from '../driver/statements/cursor-stream.js';
import type { Handle } from '../driver/typeorm-client.js';
import { CommitOutcomeUnknownError } from '../driver/failures/transaction.errors.js';
import { unwrapDriverError } from '../driver/statements/run-statement.js';
import { broadcastEnd } from './broadcast-end.js';
import {
  TransactionOutsideScopeError,
  TransactionWithinUnitError,
  UnitOfWorkMissingError,
} from './scope.errors.js';
import type { ScopeStorage } from './scope-storage.js';

/**
 * Makes a TypeORM query runner use a handle: the runner holds no connection, its transactions are
 * the driver's, and it throws this package's errors. Returns the same object, with methods
 * replaced.
 */
export function attachHandle(runner: QueryRunner, handle: Handle, scopes: ScopeStorage): QueryRunner {
  // TypeORM reads this before `save()` and before locks. Computed on each read, because a runner
  // may be created outside a unit of work and used inside.
  Object.defineProperty(runner, 'isTransactionActive', {
    get: () => scopes.current.unit !== undefined || handle.current !== undefined,
    set: () => undefined,
  });
  const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
  const { broadcaster } = runner;

  const begin = async (isolation: Isolation | undefined): Promise<void> => {
    await handle.begin(isolation);
    try {
      await broadcaster.broadcast('BeforeTransactionStart');
      await broadcaster.broadcast('AfterTransactionStart');
    } catch (error) {
      const { transaction } = handle;
      await transaction?.rollBack();
      handle.transaction = transaction?.outer;
      throw error;
    }
  };

  const end = async (kind: 'Commit' | 'Rollback'): Promise<void> => {
    const transaction = handle.beginning ? await handle.beginning : handle.transaction;
    if (transaction === undefined) throw new TransactionNotStartedError();
    if (handle.isOfUnit) throw new TransactionWithinUnitError();
    const refusal = transaction.mismatchOf(scopes.current);
    if (refusal) throw refusal;
    const { isOpen } = transaction;
    if (isOpen) await broadcaster.broadcast(`BeforeTransaction${kind}`);
    try {
      await (kind === 'Commit' ? transaction.commit() : transaction.rollBack());
    } catch (error) {
      // The query runner keeps the ended transaction until `rollbackTransaction()`, as in TypeORM.
      // After an unanswered COMMIT, a subscriber must not believe that nothing is stored.
      if (isOpen && !(error instanceof CommitOutcomeUnknownError)) await broadcastEnd(runner, 'Rollback');
      throw error;
    }
    // Another call may have ended the transaction, and `startTransaction()` begun the next.
    if (handle.transaction === transaction) handle.transaction = transaction.outer;
    if (handle.current === undefined) scopes.current.runners?.delete(handle);
    if (isOpen) await broadcastEnd(runner, kind);
  };

  const methods: Partial<QueryRunner> = {
    connect: () => Promise.resolve(handle),
    query: ((...args: unknown[]) =>
      query(...args).catch((error: unknown) => {
        throw unwrapDriverError(error);
      })) as QueryRunner['query'],
    startTransaction: async (level = runner.dataSource.options.isolationLevel) => {
      const { unit, runners } = scopes.current;
      if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
      if (unit || handle.isOfUnit) throw new TransactionWithinUnitError();
      const refusal = handle.transaction?.mismatchOf(scopes.current);
      if (refusal) throw refusal;
      // Without a scope nothing rolls back a forgotten transaction or detects calls beside it.
      if (runners === undefined) throw new TransactionOutsideScopeError();
      runners.add(handle);
      await begin(level as Isolation | undefined);
    },
    commitTransaction: () => end('Commit'),
    rollbackTransaction: () => end('Rollback'),
    stream: async (text, parameters, onEnd, onError): Promise<never> => {
      if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
      const { current } = scopes;
      const given = current.unit?.transaction ?? handle.current;
      const transaction = given instanceof Promise ? await given : given;
      if (transaction === undefined) throw new UnitOfWorkMissingError();
      const stream = await openCursor((statement) => transaction.query(current, statement), text, parameters);
      if (onEnd) stream.on('end', onEnd as () => void);
      if (onError) stream.on('error', onError as (error: Error) => void);
      return stream as never;
    },
    release: () => {
      Object.assign(runner, { isReleased: true });
      return handle.release();
    },
  };
  return Object.assign(runner, methods);
}
