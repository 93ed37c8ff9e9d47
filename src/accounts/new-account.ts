import { z } from 'zod';
import { storableInstant, storableKey, storableText } from '../model/storable.js';
import { oneOf } from '../model/input-check.js';

/** An account to create. */
export interface NewAccount {
  /** Chosen by the client; makes the call idempotent. Defaults to a new UUIDv7. */
  id?: string;
  name: string;
}

/**
 * States of an account.
 *
 * - `open` (default of a list): not closed
 * - `closed`: closed by `close`
 * - `all`: open and closed
 */
export const accountStatuses = ['open', 'closed', 'all'] as const;
export type AccountStatus = (typeof accountStatuses)[number];

/** A filter of accounts. */
export interface AccountFilter {
  status?: AccountStatus;
}

/** The rules of a new account. */
export const newAccount = z.strictObject({
  id: storableKey.optional(),
  name: storableText.min(1, 'must not be empty'),
});

export const accountFilter = z.strictObject({
  status: oneOf(accountStatuses).default('open'),
});
export const accountName = newAccount.pick({ name: true });
export const accountClosing = z.strictObject({ at: storableInstant.optional() });
