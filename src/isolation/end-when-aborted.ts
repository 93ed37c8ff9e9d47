import { CallAbandoned } from '../driver/connection.js';
import type { JournalDataSource } from '../data-source/journal.data-source.js';

/**
 * Runs `work` and closes the connection of the open unit of work as soon as `signal` is aborted;
 * the server then rolls back. Closing is the only way to stop a statement that is running or waits
 * for a lock. The caller checks the signal itself.
 */
export async function endWhenAborted<T>(
  { scopes }: JournalDataSource,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { unit } = scopes.current;
  const close = () => unit?.transaction.close(new CallAbandoned('The unit of work was interrupted.'));
  signal?.addEventListener('abort', close);
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', close);
  }
}
