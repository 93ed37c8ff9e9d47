import { types } from 'node:util';
import { canHeal } from '../connection-retry.js';
import { UnitOfWorkAbortedError } from '../errors/index.js';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const serializationFailure = '40001';
const deadlockDetected = '40P01';
const lockNotAvailable = '55P03';
/** Shut down, idle for too long, in a transaction or not, or with a transaction that took too long; broken connections. */
const endedSession = /^(57P0[1235]|25P0[34]|08)/;

/** Whether a transaction lost against another one, and can succeed if it is begun anew. */
export function isLoser(error: unknown): boolean {
  return causesOf(error).some(({ code }) => code === serializationFailure || code === deadlockDetected);
}

/** Whether another transaction held what a statement needed for too long, or each waited for the other. */
export function isBlocked(error: unknown): error is Error {
  return causesOf(error).some(({ code }) => code === lockNotAvailable || code === deadlockDetected);
}

/** Whether the server said that it ends the session. */
export function isEndOfSession(error: unknown): boolean {
  return causesOf(error).some(
    ({ code, severity }) => severity !== undefined && endedSession.test(code ?? ''),
  );
}

/** Waiting for a free connection of the pool, which another attempt would only do again. */
const poolTimeout = /^timeout/;

/** Whether there was no connection, or it was lost. */
export function isLostConnection(error: unknown): boolean {
  return isEndOfSession(error) || (canHeal(error) && !poolTimeout.test((error as Error).message));
}

/**
 * Whether the server itself refused a COMMIT, and so has rolled back. Anything else that happens to a COMMIT leaves open
 * whether it was done: a session that is ended says so in the same place.
 */
export function isRefusedCommit(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause instanceof UnitOfWorkAbortedError ||
      (cause.severity === 'ERROR' && !isEndOfSession(cause) && cause.code !== '40003'), // completion unknown
  );
}

/** An error of the server has a SQLSTATE as its code, and a severity, which nothing else has. */
interface Cause extends Error {
  code?: string;
  severity?: string;
}

/** What an application throws itself is looked through to its `cause`. */
function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  let cause = error;
  // Not `instanceof`, as an error of Node itself is of another realm in a test runner.
  while (types.isNativeError(cause) && !causes.includes(cause)) {
    causes.push(cause);
    cause = cause.cause;
  }
  return causes;
}
