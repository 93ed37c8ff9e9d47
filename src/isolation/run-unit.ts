import type { QueryRunner } from 'typeorm';
import type { Isolation } from '../driver/contract.js';
import { canHeal } from '../driver/connection-retry.js';
import { isSerializationFailure, isStalePlan } from '../driver/failures.js';
import type { Transaction } from '../driver/transaction.js';
import { CommitOutcomeUnknownError } from '../driver/transaction.errors.js';
import {
  DatabaseConnectionError,
  isConnectionError,
  PreparedStatementsUnavailableError,
  StatementTimeoutError,
} from '../driver/connection.errors.js';
import type { IsolatedDataSource } from './isolated.data-source.js';
import { withRetries } from '../driver/retry.js';
import { settle, UnitOfWork } from './unit-of-work.js';

/** How a unit of work is run. */
export interface UnitOfWorkOptions {
  /** The default is the one of the database: `READ COMMITTED` unless somebody has changed it. */
  isolation?: Isolation;
  /**
   * True if every write of the unit carries an id that is the same in each attempt. Then the
   * unit is run again if the outcome of its COMMIT is unknown, too.
   */
  idempotent?: boolean;
  /** @deprecated Use `idempotent`. */
  repeatable?: boolean;
  /** How many times it is begun at most: 4 by default. */
  attempts?: number;
}

/** What only services of this package ask for. */
export interface InternalUnitOptions extends UnitOfWorkOptions {
  /** The unit signs in, too: with `DATABASE_AUTH_URL` it needs the login of sign-in. */
  withAuth?: boolean;
}

/** The options of a unit whose ids are all chosen before it begins. */
export const idempotent: UnitOfWorkOptions = { idempotent: true };

const ordinaryAttempts = 4;

/**
 * Runs `work` in a transaction of its own, and again from the beginning if it lost against another
 * transaction or lost its connection.
 *
 * @throws UnitOfWorkAbortedError, CommitOutcomeUnknownError, and what `work` throws
 */
export async function runUnit<T>(
  dataSource: IsolatedDataSource,
  options: InternalUnitOptions,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const { repeatable = false, idempotent: isIdempotent = repeatable, attempts = ordinaryAttempts } = options;
  let unknown: CommitOutcomeUnknownError | undefined;
  try {
    return await withRetries(() => attempt(dataSource, options, work), {
      retries: attempts - 1,
      minTimeout: 20,
      maxTimeout: 1_000,
      heals: (error) => {
        if (error instanceof CommitOutcomeUnknownError) {
          unknown = error;
          return isIdempotent;
        }
        return error instanceof TransactionLost || isTransient(error);
      },
    });
  } catch (error) {
    const cause = error instanceof TransactionLost ? error.cause : error;
    // A later attempt that could not connect does not tell what became of the first.
    throw unknown !== undefined && (cause !== error || isConnectionError(error)) ? unknown : cause;
  }
}

/** The connection was lost before COMMIT was sent; the cause is the error that came of it. */
class TransactionLost extends Error {
  constructor(override readonly cause: unknown) {
    super('the connection was lost before COMMIT was sent');
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof DatabaseConnectionError) return canHeal(error);
  const isForgotten = error instanceof PreparedStatementsUnavailableError || isStalePlan(error);
  return isForgotten || isSerializationFailure(error);
}

async function attempt<T>(
  dataSource: IsolatedDataSource,
  { isolation, withAuth }: InternalUnitOptions,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const level = isolation ?? (dataSource.options.isolationLevel as Isolation | undefined);
  const transaction = await dataSource.journal.begin({ isolation: level }, withAuth);
  const runner = dataSource.runnerOf(transaction);
  try {
    return await broadcasting(runner, transaction, () => work(new UnitOfWork(transaction, runner.manager)));
  } catch (error) {
    const isSettled = error instanceof CommitOutcomeUnknownError || error instanceof StatementTimeoutError;
    if (isSettled || !transaction.isLost) throw error;
    throw new TransactionLost(error);
  }
}

/** Tells TypeORM's subscribers, as its own transactions do. */
async function broadcasting<T>(
  { broadcaster, dataSource: { logger } }: QueryRunner,
  transaction: Transaction,
  work: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await settle(transaction, async () => {
      await broadcaster.broadcast('BeforeTransactionStart');
      await broadcaster.broadcast('AfterTransactionStart');
      const done = await work();
      await broadcaster.broadcast('BeforeTransactionCommit');
      return done;
    });
  } catch (error) {
    await broadcaster.broadcast('AfterTransactionRollback');
    throw error;
  }
  // The unit is stored, so it must not reject any more.
  await broadcaster.broadcast('AfterTransactionCommit').catch((error: unknown) => {
    logger.log('warn', `A subscriber failed after COMMIT; the unit of work is stored. ${String(error)}`);
  });
  return result;
}
