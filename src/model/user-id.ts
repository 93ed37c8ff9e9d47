import { JournalDatabaseError } from './journal-database.error.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a value is a UUID of any version, in upper or lower case. */
export function isUserId(text: unknown): text is string {
  return typeof text === 'string' && uuid.test(text);
}

/**
 * A user id is not a UUID. Nothing was sent.
 *
 * @remedy Pass `user.id` of a stored user.
 */
export class InvalidUserIdError extends JournalDatabaseError {
  readonly code = 'INVALID_USER_ID';

  constructor(readonly userId: string) {
    super(`"${userId}" is not a user id; expected a UUID.`);
  }
}
