import { z } from 'zod';
import { InvalidInputError, checkInput } from '../model/input-check.js';
import { storableText } from '../model/storable.js';
import { subscriptionTiers } from '../model/subscription-tier.js';
import type { SubscriptionTier } from '../model/subscription-tier.js';

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
  subscriptionTier: z.enum(subscriptionTiers, `must be one of ${subscriptionTiers.join(', ')}`).optional(),
});

const userChanges = newUser.partial();

/** @throws InvalidInputError */
export function checkUserChanges(given: UserChanges): UserChanges {
  const changes = checkInput<UserChanges>('change of a user', userChanges, given);
  if (Object.values(changes).some((value) => value !== undefined)) return changes;
  const reason = 'must have at least one changed member';
  const problem = { index: 0, id: undefined, property: 'changes', column: 'changes', value: '{}', reason };
  throw new InvalidInputError('change of a user', [problem]);
}

export function normalizedEmail(email: string): string {
  return email.trim().toLowerCase();
}
