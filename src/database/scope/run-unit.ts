import type { Client } from 'pg';
import { QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { DataSource, QueryRunner } from 'typeorm';
import { CommitOutcomeUnknownError, UnitOfWorkAbortedError } from '../errors/index.js';
import { withRetries } from '../retry.js';
import { hasEnded } from './session-traces.js';
import { isEndOfSession, isLoser, isLostConnection, isRefusedCommit } from './transient-failure.js';
import { UnitOfWork } from './unit-of-work.js';
import type { Isolation } from './unit-of-work.js';

/** How a unit of work is run. */
export interface UnitOfWorkOptions {
  /** That of the database unless given: `READ COMMITTED`, if nobody has changed it. */
  isolation?: Isolation;
  /**
   * Every write in it carries an id of its own that is the same in each attempt, so that doing it twice is doing it once. Then
   * it is tried again also when it is not known whether its COMMIT was done.
   */
  repeatable?: boolean;
  /** How many times it is begun at most: 4 unless given; 1 tries once. */
  attempts?: number;
}

/** The options of a unit whose ids are all chosen before it begins. */
export const repeatable: UnitOfWorkOptions = { repeatable: true };

const ordinaryAttempts = 4;

/**
 * Runs `work` in a transaction of its own, and once more from the beginning while it fails with something transient.
 *
 * @throws UnitOfWorkAbortedError, CommitOutcomeUnknownError, and what `work` throws
 */
export async function runUnit<T>(
  dataSource: DataSource,
  { isolation, repeatable: isRepeatable = false, attempts = ordinaryAttempts }: UnitOfWorkOptions,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  try {
    return await withRetries(() => attempt(dataSource, isolation, work), {
      retries: attempts - 1,
      minTimeout: 20,
      maxTimeout: 1_000,
      heals: (error) =>
        error instanceof ConnectionLost ||
        (error instanceof CommitOutcomeUnknownError && isRepeatable) ||
        isLoser(error),
    });
  } catch (error) {
    throw error instanceof ConnectionLost ? error.cause : error;
  }
}

/** There was no connection, or it was lost before COMMIT was sent; the cause is what was made of that. */
class ConnectionLost extends Error {
  constructor(override readonly cause: unknown) {
    super('the connection was lost before COMMIT was sent');
  }
}

async function attempt<T>(
  dataSource: DataSource,
  isolation: Isolation | undefined,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = await begin(runner, isolation);
    const result = await work(new UnitOfWork(runner.manager, isolation)).catch((error: unknown) => {
      if (runner.isReleased || isEndOfSession(error)) throw new ConnectionLost(error);
      throw error;
    });
    await commit(runner, client);
    return result;
  } catch (error) {
    // A connection on which it cannot be rolled back is closed when it is released.
    if (runner.isTransactionActive && !runner.isReleased)
      await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

async function begin(runner: QueryRunner, isolation: Isolation | undefined): Promise<Client> {
  try {
    await runner.startTransaction(isolation);
    return (await runner.connect()) as Client;
  } catch (error) {
    throw isLostConnection(error) ? new ConnectionLost(error) : error;
  }
}

async function commit(runner: QueryRunner, client: Client): Promise<void> {
  if (runner.isReleased || hasEnded(client.connection))
    throw new ConnectionLost(new QueryRunnerAlreadyReleasedError());
  if (client.getTransactionStatus() === 'I') throw new UnitOfWorkAbortedError(false);
  try {
    await runner.commitTransaction();
  } catch (error) {
    throw isRefusedCommit(error) ? error : new CommitOutcomeUnknownError({ cause: error });
  }
}
