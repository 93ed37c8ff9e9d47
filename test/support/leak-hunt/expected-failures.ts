import { expect } from '@jest/globals';

interface Failure {
  code?: unknown;
  message?: unknown;
  driverError?: unknown;
  cause?: unknown;
}

/** An error with those that it wraps. */
function* chain(error: unknown): Iterable<Failure> {
  let current = error;
  while (typeof current === 'object' && current !== null) {
    const failure = current as Failure;
    yield failure;
    current = failure.driverError ?? failure.cause;
  }
}

/** Administrator's command, idle time-out, and the class of connection exceptions. */
const lost = /^(57P0[123]|25P03|08...|ECONNRESET|EPIPE|CONNECTION_LOST)$/;
const lostInWords =
  /Connection terminated|already released|connection was aborted|not queryable|server conn crashed|closed the connection/i;

/**
 * Whether a statement failed because its connection is gone, as pg, TypeORM and PgBouncer say it.
 */
export function isLostConnection(error: unknown): boolean {
  return [...chain(error)].some(
    ({ code, message }) => lost.test(String(code)) || lostInWords.test(String(message)),
  );
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it was expected to fail and did not');
    },
    (error: unknown) => error,
  );
}

/** It is refused by the server with this SQLSTATE. */
export async function expectSqlState(work: Promise<unknown>, state: string): Promise<void> {
  const error = await failureOf(work);
  if (![...chain(error)].some(({ code }) => code === state))
    throw new Error(`SQLSTATE ${state} was expected`, { cause: error });
}

/** It fails because the connection is gone. */
export async function expectLostConnection(work: Promise<unknown>): Promise<void> {
  const error = await failureOf(work);
  if (!isLostConnection(error)) throw new Error('a lost connection was expected', { cause: error });
}

/** It fails with an error of that class, or with that in its message. */
export async function expectError(
  work: Promise<unknown>,
  expected: string | (new (...args: never[]) => Error),
): Promise<void> {
  const error = await failureOf(work);
  if (typeof expected === 'string') expect(String(error)).toContain(expected);
  else expect(error).toBeInstanceOf(expected);
}
