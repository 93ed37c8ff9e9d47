import { z } from 'zod';
import { storableText } from '../model/storable.js';
import { subscriptionTiers, type SubscriptionTier } from '../model/subscription-tier.js';
import { oneOf, withChange } from '../model/input-check.js';

/** A user to create. */
export interface NewUser {
  /** Stored trimmed and in lower case. At most 320 characters. */
  email: string;
  /** The result of argon2id, scrypt or similar; never a password. Null for a user without one. */
  passwordHash?: string | null;
  /** Defaults to `free`. */
  subscriptionTier?: SubscriptionTier;
}

/** The changed members of a user; omitted members keep their values. */
export type UserChanges = Partial<NewUser>;

/** The rules of a new user. */
export const newUser = z.strictObject({
  email: storableText.transform(normalizedEmail).pipe(
    z
      .string()
      .max(320, 'must have at most 320 characters')
      .regex(/^[^@\s]+@[^@\s]+$/, 'must be an e-mail address'),
  ),
  passwordHash: storableText.min(1, 'must not be empty').nullish(),
  subscriptionTier: oneOf(subscriptionTiers).optional(),
});

export const userChanges: z.ZodType<UserChanges> = withChange(newUser.partial());

export function normalizedEmail(email: string): string {
  return email.trim().toLowerCase();
}
