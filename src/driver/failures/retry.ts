import pRetry from 'p-retry';
import type { Options } from 'p-retry';

/** Times in milliseconds, as in p-retry. */
interface RetryOptions extends Pick<Options, 'retries' | 'minTimeout' | 'maxTimeout' | 'maxRetryTime'> {
  isRetryable: (error: unknown) => boolean;
}

/**
 * Runs `attempt` until it succeeds, fails with an error that is not retryable, or has no retries
 * left. Throws the last error.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { isRetryable, ...times }: RetryOptions,
): Promise<T> {
  // p-retry replaces values that are no Error, and never retries after a TypeError.
  let failure: unknown;
  const wrapped = () =>
    attempt().catch((error: unknown) => {
      failure = error;
      throw new Error('The attempt failed.');
    });
  try {
    return await pRetry(wrapped, { ...times, randomize: true, shouldRetry: () => isRetryable(failure) });
  } catch {
    throw failure;
  }
}
