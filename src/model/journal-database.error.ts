import { httpStatuses, type ErrorCode } from './error-codes.js';

/**
 * Base class of this package's errors. `code` is stable: branch on it or on the class. The message
 * says what was written and what to do, and may change.
 *
 * @example
 * if (error instanceof JournalDatabaseError && error.code === 'ENTRY_CONFLICT') return conflict();
 */
export abstract class JournalDatabaseError extends Error {
  abstract readonly code: ErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The HTTP status that fits an error. Below 500, the message is written for the client. From 500
 * on, the message names servers, roles and settings: log it, and answer without it.
 *
 * @returns undefined if the error is not of this package
 *
 * @example
 * if (!(error instanceof JournalDatabaseError)) throw error;
 * const status = httpStatusOf(error);
 * if (status < 500) response.status(status).json({ code: error.code, message: error.message });
 */
export function httpStatusOf(error: JournalDatabaseError): number;
export function httpStatusOf(error: unknown): number | undefined;
export function httpStatusOf(error: unknown): number | undefined {
  if (!(error instanceof JournalDatabaseError)) return undefined;
  // Of ConnectionLostError: nothing was stored, and the same request can succeed.
  const { outcome } = error as { outcome?: unknown };
  return outcome === 'unsent' || outcome === 'undone' ? 503 : httpStatuses[error.code];
}
