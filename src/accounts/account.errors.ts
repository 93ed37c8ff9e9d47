import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * An account with this id exists under another name. Nothing was written.
 *
 * @remedy Use another id.
 */
export class AccountConflictError extends JournalDatabaseError {
  readonly code = 'ACCOUNT_CONFLICT';

  constructor(readonly accountId: string) {
    super(`The account ${accountId} exists already under another name; nothing was written. Use another id.`);
  }
}

/**
 * The current user has no account with this id.
 *
 * @remedy Use an id that `AccountsRepository.list()` returns.
 */
export class AccountNotFoundError extends JournalDatabaseError {
  readonly code = 'ACCOUNT_NOT_FOUND';

  constructor(readonly accountId: string) {
    super(`The user has no account ${accountId}; AccountsRepository.list() returns the accounts.`);
  }
}
