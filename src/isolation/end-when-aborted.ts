import { GivenUp } from '../driver/connection.js';
import type { IsolatedDataSource } from './isolated.data-source.js';

/**
 * Runs `work` and closes the connection of the open unit of work as soon as `signal` is aborted;
 * the server then rolls back. Closing is the only way to stop a statement that is running or waits
 * for a lock. The caller checks the signal itself.
 */
export async function endWhenAborted<T>(
  { scopes }: IsolatedDataSource,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { unit } = scopes.current;
  const close = () => unit?.transaction.close(new GivenUp('The unit of work was interrupted.'));
  signal?.addEventListener('abort', close);
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', close);
  }
}
