import { expect } from '@jest/globals';
import { failureOf } from '../failure.js';

interface Failure {
  code?: unknown;
  message?: unknown;
  driverError?: unknown;
  cause?: unknown;
}

/** An error and the errors that it wraps. */
function* chain(error: unknown): Iterable<Failure> {
  let current = error;
  while (typeof current === 'object' && current !== null) {
    const failure = current as Failure;
    yield failure;
    current = failure.driverError ?? failure.cause;
  }
}

/** SQLSTATEs and codes of lost connections: administrator command, idle time-out, class 08. */
const lost = /^(57P0[123]|25P03|08...|ECONNRESET|EPIPE|CONNECTION_LOST)$/;
const lostInWords =
  /Connection terminated|already released|connection was aborted|not queryable|server conn crashed|closed the connection/i;

/**
 * Whether a statement failed because of a lost connection. Knows the errors of pg, TypeORM and
 * PgBouncer.
 */
export function isLostConnection(error: unknown): boolean {
  return [...chain(error)].some(
    ({ code, message }) => lost.test(String(code)) || lostInWords.test(String(message)),
  );
}

/** Expects the server to reject the statement with this SQLSTATE. */
export async function expectSqlState(work: Promise<unknown>, state: string): Promise<void> {
  const error = await failureOf(work);
  if (![...chain(error)].some(({ code }) => code === state))
    throw new Error(`SQLSTATE ${state} was expected`, { cause: error });
}

/** Expects the statement to fail because of a lost connection. */
export async function expectLostConnection(work: Promise<unknown>): Promise<void> {
  const error = await failureOf(work);
  if (!isLostConnection(error)) throw new Error('a lost connection was expected', { cause: error });
}

/** Expects an error of this class, or an error whose message contains this text. */
export async function expectError(
  work: Promise<unknown>,
  expected: string | (new (...args: never[]) => Error),
): Promise<void> {
  const error = await failureOf(work);
  if (typeof expected === 'string') expect(String(error)).toContain(expected);
  else expect(error).toBeInstanceOf(expected);
}
