/**
 * Base class of this package's errors. `code` is stable: branch on it or on the class. The message
 * says what was written and what to do, and may change.
 *
 * @example
 * if (error instanceof JournalDatabaseError && error.code === 'ENTRY_CONFLICT') return conflict();
 */
export abstract class JournalDatabaseError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
