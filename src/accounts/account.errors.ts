import { JournalDatabaseError } from '../model/journal-database.error.js';

/** An account of that id exists already, with another name. */
export class AccountConflictError extends JournalDatabaseError {
  readonly code = 'ACCOUNT_CONFLICT';

  constructor(readonly accountId: string) {
    super(`The account ${accountId} exists already under another name; nothing was written.`);
  }
}

/** The user has no such account. */
export class AccountNotFoundError extends JournalDatabaseError {
  readonly code = 'ACCOUNT_NOT_FOUND';

  constructor(readonly accountId: string) {
    super(`The user has no account ${accountId}.`);
  }
}
