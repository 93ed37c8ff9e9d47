/** An error of the server has a SQLSTATE as its code and a severity, which no other error has. */
export interface ServerError extends Error {
  code: string;
  severity: string;
  constraint?: string;
  schema?: string;
  table?: string;
  /** The function of the server that reports it; unlike the message it is never translated. */
  routine?: string;
}

export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const serializationFailure = '40001';
const deadlockDetected = '40P01';
const lockNotAvailable = '55P03';
const completionUnknown = '40003';
/** Shutdowns, time-outs of idle sessions and long transactions, and broken connections. */
const endedSession = /^(57P0[1235]|25P0[34]|08)/;

/** The error and its causes: an application may have wrapped an error of the server. */
function* causesOf(error: unknown): Generator<Error & { code?: unknown }> {
  const seen = new Set<unknown>();
  let cause = error;
  while (cause instanceof Error && !seen.has(cause)) {
    seen.add(cause);
    yield cause;
    cause = cause.cause;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  for (const { code } of causesOf(error)) if (codes.includes(String(code))) return true;
  return false;
}

/** Whether a transaction lost against another one and can succeed when it is begun again. */
export function isSerializationFailure(error: unknown): boolean {
  return hasCode(error, serializationFailure, deadlockDetected);
}

/** Whether another transaction held a lock for too long, or two waited for each other. */
export function isBlocked(error: unknown): error is Error {
  return hasCode(error, lockNotAvailable, deadlockDetected);
}

/** Whether the server ends the session with this error. */
export function isEndOfSession(error: unknown): boolean {
  return isServerError(error) && endedSession.test(error.code);
}

/** Whether the server answered with an error, so that a COMMIT was rolled back. */
export function isRefusal(error: unknown): boolean {
  return isServerError(error) && !isEndOfSession(error) && error.code !== completionUnknown;
}

/** Whether the result type of a prepared statement changed, by ALTER TABLE for instance. */
export function isStalePlan(error: unknown): boolean {
  for (const cause of causesOf(error))
    if (isServerError(cause) && cause.code === '0A000' && cause.routine === 'RevalidateCachedQuery')
      return true;
  return false;
}

/** Whether the server does not know a prepared statement; it has done nothing then. */
export function isMissingStatement(error: unknown): boolean {
  return isServerError(error) && error.code === '26000';
}

/** Whether the server, or this session, takes no writes: a standby, for instance. */
export function isReadOnly(error: unknown): boolean {
  return isServerError(error) && error.code === '25006';
}
