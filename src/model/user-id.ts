import { JournalDatabaseError } from './journal-database.error.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID, of whichever version: what the column `users.id` takes. */
export function isUserId(text: unknown): text is string {
  return typeof text === 'string' && uuid.test(text);
}

/** A user id that is not a UUID. */
export class InvalidUserIdError extends JournalDatabaseError {
  readonly code = 'INVALID_USER_ID';

  constructor(readonly userId: string) {
    super(`"${userId}" is not a user id; expected a UUID.`);
  }
}
