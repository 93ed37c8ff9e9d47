/**
 * An error of this package: `code` is stable and for programs, the message is for people and says
 * what to do next.
 */
export abstract class JournalDatabaseError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
