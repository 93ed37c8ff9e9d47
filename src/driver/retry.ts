import pRetry from 'p-retry';
import type { Options } from 'p-retry';

/** Which failures are tried again, beside the times of p-retry. */
export interface RetryOptions extends Pick<
  Options,
  'retries' | 'minTimeout' | 'maxTimeout' | 'maxRetryTime'
> {
  isRetryable: (error: unknown) => boolean;
}

/**
 * Runs `attempt`, and again while it fails with something that can heal; the last failure is thrown
 * as it is.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { isRetryable, ...times }: RetryOptions,
): Promise<T> {
  // As a cause: p-retry replaces what is no Error, and never repeats after a TypeError.
  const wrapped = () =>
    attempt().catch((error: unknown) => {
      throw new Error('an attempt failed', { cause: error });
    });
  try {
    return await pRetry(wrapped, {
      ...times,
      randomize: true,
      shouldRetry: ({ error }) => isRetryable(error.cause),
    });
  } catch (failed) {
    throw (failed as Error).cause;
  }
}
