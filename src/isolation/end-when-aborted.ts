import { GivenUp } from '../driver/connection.js';
import type { IsolatedDataSource } from './isolated.data-source.js';

/**
 * Runs `work` in the open unit of work, whose connection is closed at once if the signal is aborted
 * until then: a statement that waits for a lock, or takes long, cannot be asked to stop. The server
 * rolls back. The caller looks at the signal itself.
 */
export async function endWhenAborted<T>(
  { scopes }: IsolatedDataSource,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { unit } = scopes.current;
  const end = () => unit?.transaction.close(new GivenUp('The unit of work was interrupted.'));
  signal?.addEventListener('abort', end);
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
