import { z } from 'zod';
import { storableKey, storableText } from '../model/storable.js';

/** An account to be created. */
export interface NewAccount {
  /** The client's own id, which makes a repeated call harmless; a UUIDv7 unless given. */
  id?: string;
  name: string;
}

/** The rules of a new account. */
export const newAccount = z.strictObject({
  id: storableKey.optional(),
  name: storableText.min(1, 'must not be empty'),
});
