import { QueryFailedError } from 'typeorm';
import {
  ConnectionLostError,
  PreparedStatementsUnavailableError,
  isConnectionError,
} from './connection.errors.js';
import { UnitOfWorkAbortedError, UnitOfWorkBlockedError } from './transaction.errors.js';

/** An error reported by the server: `code` is the SQLSTATE. Only these errors have `severity`. */
export interface ServerError extends Error {
  code: string;
  severity: string;
  constraint?: string;
  schema?: string;
  table?: string;
  /** The C function that reports the error. Unlike the message it is not localised. */
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
/** Shutdowns, timeouts of idle sessions and transactions. */
const endedSession = /^(57P0[1235]|25P0[34])/;
const connectionException = /^08/;

/** The error and its causes. Applications may wrap an error of the server. */
function causesOf(error: unknown): (Error & { code?: unknown })[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && !causes.includes(cause); cause = cause.cause)
    causes.push(cause);
  return causes;
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return causesOf(error).some(({ code }) => typeof code === 'string' && codes.includes(code));
}

/** Serialization failure or deadlock: the transaction can succeed when it runs again. */
export function isSerializationFailure(error: unknown): boolean {
  return hasCode(error, serializationFailure, deadlockDetected);
}

/** Lock timeout or deadlock. */
export function isBlocked(error: unknown): error is Error {
  return hasCode(error, lockNotAvailable, deadlockDetected);
}

/**
 * Whether it stays unknown, after this error of a repeated write, if the first attempt is stored:
 * the connection failed, the server cancelled the statement, for example at a lock timeout, or the
 * unit of work was rolled back after a failure that its code caught.
 */
export function leavesOutcomeUnknown(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      isConnectionError(cause) ||
      cause instanceof UnitOfWorkAbortedError ||
      cause instanceof UnitOfWorkBlockedError ||
      (cause instanceof QueryFailedError && constraintOf(cause) === undefined),
  );
}

/** Whether the server closes the session after this error. */
export function isEndOfSession(error: unknown): boolean {
  if (!isServerError(error)) return false;
  // A pooler reports a lost server by class 08, without a routine. PostgreSQL has routines, and
  // its session survives errors of this class, such as a wrong number of parameters.
  return endedSession.test(error.code) || (connectionException.test(error.code) && !error.routine);
}

/** Whether the server answered COMMIT by this error and rolled the transaction back. */
export function isRefusedCommit(error: unknown): boolean {
  return isServerError(error) && !isEndOfSession(error) && error.code !== completionUnknown;
}

/** `cached plan must not change result type`: for example after ALTER TABLE. */
function isStalePlan(error: unknown): boolean {
  return causesOf(error).some(
    (cause) => isServerError(cause) && cause.code === '0A000' && cause.routine === 'RevalidateCachedQuery',
  );
}

/** The server lost or invalidated the prepared statement, and executed nothing. */
export function isPlanInvalid(error: unknown): boolean {
  return error instanceof PreparedStatementsUnavailableError || isStalePlan(error);
}

/** The connection was lost before the statement was sent. */
export function isUnsent(error: unknown): error is ConnectionLostError {
  return error instanceof ConnectionLostError && error.outcome === 'unsent';
}

/** The server does not have the prepared statement; it has executed nothing. */
export function isMissingStatement(error: unknown): boolean {
  return isServerError(error) && error.code === '26000';
}

/** The transaction is read-only, for example on a standby. */
export function isReadOnly(error: unknown): boolean {
  return isServerError(error) && error.code === '25006';
}

/** Whether a statement named a column or a table that the database does not have. */
export function isMissingObject(error: unknown): boolean {
  return hasCode(error, '42703', '42P01');
}

/** The server's error of a failed query or of a refused COMMIT; undefined for any other error. */
export function serverErrorOf(error: unknown): ServerError | undefined {
  const reported: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isServerError(reported) ? reported : undefined;
}

/** The violated constraint or unique index; undefined for any other error. */
export function constraintOf(error: unknown): string | undefined {
  const { code, constraint } = serverErrorOf(error) ?? {};
  // Class 23: integrity constraint violations.
  return code?.startsWith('23') ? constraint : undefined;
}
