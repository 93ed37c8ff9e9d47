import { z } from 'zod';
import { storableKey, storableText } from '../model/storable.js';

/** An account to create. */
export interface NewAccount {
  /** Chosen by the client; makes the call idempotent. Defaults to a new UUIDv7. */
  id?: string;
  name: string;
}

/** The rules of a new account. */
export const newAccount = z.strictObject({
  id: storableKey.optional(),
  name: storableText.min(1, 'must not be empty'),
});
