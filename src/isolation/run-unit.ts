import { isObservable } from 'rxjs';
import type { EntityManager, QueryRunner } from 'typeorm';
import type { Isolation } from '../driver/contract/contract.js';
import { isTemporaryFailure } from '../driver/failures/connection-retry.js';
import {
  isPlanInvalid,
  isSerializationFailure,
  isUnsent,
  leavesOutcomeUnknown,
} from '../driver/failures/failures.js';
import type { Transaction } from '../driver/transaction.js';
import { CommitOutcomeUnknownError } from '../driver/failures/transaction.errors.js';
import { DatabaseConnectionError, StatementTimeoutError } from '../driver/failures/connection.errors.js';
import { refusal, shown } from '../model/input-check.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';
import type { IsolatedDataSource } from './isolated.data-source.js';
import { withRetries } from '../driver/failures/retry.js';
import { broadcastEnd } from './broadcast-end.js';
import { isAsyncGenerator } from './is-async-generator.js';
import { IsolationLevelError, UnitOfWorkDeferredError } from './scope.errors.js';
import type { UnitOfWork } from './scope-storage.js';

/** Options of a unit of work. A nested unit ignores `attempts` and `idempotent`. */
export interface UnitOfWorkOptions {
  /** Defaults to `default_transaction_isolation` of the database: normally `READ COMMITTED`. */
  isolation?: Isolation;
  /**
   * Declares the unit idempotent: every write carries an id that is the same in each attempt, so
   * running the unit twice stores the same rows once. The unit is then also retried after a COMMIT
   * whose outcome is unknown. Defaults to false.
   */
  idempotent?: boolean;
  /** @deprecated Use `idempotent`. */
  repeatable?: boolean;
  /** The maximum number of attempts, the first one included, at least 1. Defaults to 4. */
  attempts?: number;
}

interface InternalUnitOptions extends UnitOfWorkOptions {
  /** The unit also runs statements as `journal_auth`, so it needs the login of sign-in. */
  withAuth?: boolean;
}

/** Options for a unit whose ids are all chosen before it begins. */
export const idempotent: UnitOfWorkOptions = { idempotent: true };

/**
 * Runs `work` as a unit of work. It is a savepoint if the async context has an open unit, or else
 * `runner` an open transaction; otherwise a new transaction. A savepoint ignores `attempts` and
 * `idempotent`: the outermost unit is retried.
 *
 * @throws IsolationLevelError, UnitOfWorkAbortedError, UnitOfWorkDeferredError,
 * UnitOfWorkEndedError, and the error of `work`
 */
export async function transact<T>(
  dataSource: IsolatedDataSource,
  work: (manager: EntityManager) => Promise<T>,
  options: InternalUnitOptions,
  runner?: QueryRunner,
): Promise<T> {
  const { scopes } = dataSource;
  const found = scopes.current.unit ?? unitOf(dataSource, runner);
  const outer = found instanceof Promise ? await found : found;
  if (outer === undefined) return runUnit(dataSource, options, work);
  const { isolation: wanted } = options;
  const { manager, transaction: given } = outer;
  if (wanted && wanted !== given.isolation) throw new IsolationLevelError(wanted, given.isolation);
  const transaction = await given.nested();
  return settle(transaction, () => scopes.runInUnit({ transaction, manager }, () => work(manager)));
}

/**
 * The transaction of a query runner as a unit of work; a promise while it is being opened.
 *
 * @throws UserScopeMismatchError, UserScopeMissingError if it belongs to another user
 */
export function unitOf(
  dataSource: IsolatedDataSource,
  runner: QueryRunner | undefined,
): UnitOfWork | Promise<UnitOfWork> | undefined {
  const { current } = dataSource.scopes;
  const asUnit = (transaction: Transaction) => {
    const refusal = transaction.mismatchOf(current);
    if (refusal) throw refusal;
    return { transaction, manager: (runner as QueryRunner).manager };
  };
  const transaction = runner && dataSource.handleOf(runner)?.current;
  return transaction instanceof Promise ? transaction.then(asUnit) : transaction && asUnit(transaction);
}

const defaultAttempts = 4;

/**
 * Runs `work` in a new transaction. Retries after a deadlock, a serialization failure or a lost
 * connection.
 *
 * @throws InvalidInputError if `attempts` is not a whole number from 1, or for an unknown isolation
 * level
 * @throws UnitOfWorkAbortedError, CommitOutcomeUnknownError, and the error of `work`
 */
async function runUnit<T>(
  dataSource: IsolatedDataSource,
  options: InternalUnitOptions,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const { repeatable = false, idempotent: isIdempotent = repeatable, attempts = defaultAttempts } = options;
  if (!Number.isInteger(attempts) || attempts < 1) {
    const reason = 'must be a whole number from 1';
    throw refusal('options of a unit of work', { property: 'attempts', value: shown(attempts), reason });
  }
  let unknown: CommitOutcomeUnknownError | undefined;
  try {
    return await withRetries(() => attempt(dataSource, options, work), {
      retries: attempts - 1,
      minTimeout: 20,
      maxTimeout: 1_000,
      isRetryable: (error) => {
        if (error instanceof CommitOutcomeUnknownError) {
          unknown = error;
          return isIdempotent;
        }
        return error instanceof TransactionLost || isRetryable(error);
      },
    });
  } catch (error) {
    const cause = error instanceof TransactionLost ? error.cause : error;
    // An error of the package, such as a conflict, shows what an earlier unanswered COMMIT stored.
    const showsOutcome =
      cause === error && cause instanceof JournalDatabaseError && !leavesOutcomeUnknown(cause);
    throw unknown !== undefined && !showsOutcome ? unknown : cause;
  }
}

/** The connection was lost before COMMIT was sent. The cause is the error that the caller saw. */
class TransactionLost extends Error {
  constructor(override readonly cause: unknown) {
    super('the connection was lost before COMMIT was sent');
  }
}

function isRetryable(error: unknown): boolean {
  if (error instanceof DatabaseConnectionError) return isTemporaryFailure(error);
  return isPlanInvalid(error) || isSerializationFailure(error);
}

async function attempt<T>(
  dataSource: IsolatedDataSource,
  { isolation, withAuth }: InternalUnitOptions,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const level = isolation ?? (dataSource.options.isolationLevel as Isolation | undefined);
  const transaction = await dataSource.journal.begin(level, withAuth).catch(throwBeginFailure);
  try {
    return await settleAndNotify(dataSource, transaction, work);
  } catch (error) {
    const { lostBy } = transaction;
    // The error of `work` may hide the timeout.
    const isFinal = error instanceof CommitOutcomeUnknownError || lostBy instanceof StatementTimeoutError;
    if (isFinal || lostBy === undefined) throw error;
    throw new TransactionLost(error);
  }
}

/**
 * A connection that is lost at BEGIN is retried. A timeout is not: the next attempt would probably
 * time out, too.
 */
function throwBeginFailure(error: unknown): never {
  throw isUnsent(error) && !(error instanceof StatementTimeoutError) ? new TransactionLost(error) : error;
}

/** Settles the transaction, and notifies TypeORM's subscribers as TypeORM's transactions do. */
async function settleAndNotify<T>(
  dataSource: IsolatedDataSource,
  transaction: Transaction,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const runner = dataSource.runnerOf(transaction);
  const { broadcaster, manager } = runner;
  // The subscribers before COMMIT are part of the unit, so what they write by repositories of the
  // package is rolled back with it.
  const inUnit = async () => {
    await broadcaster.broadcast('BeforeTransactionStart');
    await broadcaster.broadcast('AfterTransactionStart');
    const value = await work(manager);
    await broadcaster.broadcast('BeforeTransactionCommit');
    return value;
  };
  let result: T;
  try {
    result = await settle(transaction, () => dataSource.scopes.runInUnit({ transaction, manager }, inUnit));
  } catch (error) {
    // After an unanswered COMMIT, a subscriber must not believe that nothing is stored.
    if (!(error instanceof CommitOutcomeUnknownError)) await broadcastEnd(runner, 'Rollback');
    throw error;
  }
  await broadcastEnd(runner, 'Commit');
  return result;
}

/**
 * Commits when `work` resolves and rolls back when it rejects.
 *
 * @throws UnitOfWorkDeferredError if `work` returns an Observable or an async generator
 */
async function settle<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
    if (isObservable(result) || isAsyncGenerator(result)) throw new UnitOfWorkDeferredError();
  } catch (error) {
    await transaction.rollBack();
    throw error;
  }
  await transaction.commit();
  return result;
}
