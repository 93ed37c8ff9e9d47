import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { z } from 'zod';
import { subscriptionTiers } from '../model/subscription-tier.js';
import type { SubscriptionTier } from '../model/subscription-tier.js';
import { User } from '../model/user.entity.js';
import {
  EmailTakenError,
  UserBusyError,
  UserNotFoundError,
  UserStillReferencedError,
} from './user.errors.js';
import { InvalidUserIdError, isUserId } from '../model/user-id.js';
import { isBlocked } from '../driver/failures.js';
import { UserScope } from '../isolation/user-scope.js';
import { checkInput } from '../model/input-check.js';
import { isStorable, storableText } from '../model/storable.js';

/** A user to create. */
export interface NewUser {
  /** Stored trimmed and in lower case. At most 320 characters. */
  email: string;
  /** The result of argon2id, scrypt or similar; never a password. Null for a user without one. */
  passwordHash?: string | null;
  /** Defaults to `free`. */
  subscriptionTier?: SubscriptionTier;
}

const newUser = z.strictObject({
  email: storableText.transform(normalizedEmail).pipe(
    z
      .string()
      .max(320, 'must have at most 320 characters')
      .regex(/^[^@\s]+@[^@\s]+$/, 'must be an e-mail address'),
  ),
  passwordHash: storableText.min(1, 'must not be empty').nullish(),
  subscriptionTier: z.enum(subscriptionTiers, `must be one of ${subscriptionTiers.join(', ')}`).optional(),
});

/**
 * Users, for sign-up and sign-in. Works on all users as `journal_auth`, whatever user is in scope:
 * the caller must check what a user may do.
 *
 * @example
 * const user = await users.create({ email: 'anna@example.com', passwordHash });
 * await userScope.run(user.id, () => accounts.create({ id: 'acct-1', name: 'Margin' }));
 */
@Injectable()
export class UsersRepository {
  constructor(private readonly scope: UserScope) {}

  /**
   * Creates a user with a new id. Not idempotent: a repeated call throws EmailTakenError.
   *
   * @returns the user without the password hash
   * @throws InvalidInputError, EmailTakenError; nothing was written
   */
  async create(user: NewUser): Promise<User> {
    const { email, passwordHash = null, subscriptionTier = 'free' } = checkInput('user', newUser, user);
    // SQL, because TypeORM's INSERT lists every column and journal_auth may not insert `id`.
    const [row] = await this.scope.withAllUsers(() =>
      this.scope.manager.query<{ id: string }[]>(
        `INSERT INTO users (email, password_hash, subscription_tier) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING id`,
        [email, passwordHash, subscriptionTier],
      ),
    );
    if (row === undefined) throw new EmailTakenError(email);
    return this.get(row.id);
  }

  /**
   * Returns a user without the password hash.
   *
   * @param id a UUID
   * @throws InvalidUserIdError, UserNotFoundError
   */
  async get(id: string): Promise<User> {
    if (!isUserId(id)) throw new InvalidUserIdError(id);
    const user = await this.scope.withAllUsers(() => this.#users.findOneBy({ id }));
    if (user === null) throw new UserNotFoundError(id);
    return user;
  }

  /**
   * Returns the user with an e-mail address, without the password hash, or null. Ignores case and
   * surrounding blanks.
   */
  async findByEmail(email: string): Promise<User | null> {
    if (!isStorable(email)) return null;
    return this.scope.withAllUsers(() => this.#users.findOneBy({ email: normalizedEmail(email) }));
  }

  /**
   * `findByEmail` with a FOR KEY SHARE lock: nobody can delete the user before the unit of work
   * ends. Call it inside `userScope.transaction`.
   */
  async lockByEmail(email: string): Promise<User | null> {
    if (!isStorable(email)) return null;
    return this.scope.withAllUsers(() =>
      this.#users
        .createQueryBuilder('user')
        .setLock('for_key_share')
        .where({ email: normalizedEmail(email) })
        .getOne(),
    );
  }

  /** `findByEmail` with the password hash. For sign-in only. */
  async findByEmailWithPasswordHash(email: string): Promise<User | null> {
    if (!isStorable(email)) return null;
    return this.scope.withAllUsers(() =>
      this.#users
        .createQueryBuilder('user')
        .addSelect('user.passwordHash')
        .where({ email: normalizedEmail(email) })
        .getOne(),
    );
  }

  /**
   * Deletes a user with all accounts and journal entries, irrevocably. Waits for concurrent writes
   * of the user's data.
   *
   * @throws InvalidUserIdError, UserNotFoundError
   * @throws UserBusyError if a concurrent write takes longer than DATABASE_LOCK_TIMEOUT_MS; nothing
   * was deleted
   * @throws UserStillReferencedError if a foreign key of the application's tables does not cascade;
   * nothing was deleted
   */
  async delete(id: string): Promise<void> {
    if (!isUserId(id)) throw new InvalidUserIdError(id);
    const { affected } = await this.scope
      .withAllUsers(() => this.#users.delete({ id }))
      .catch((error: unknown) => {
        throw deletionFailure(id, error);
      });
    if (affected === 0) throw new UserNotFoundError(id);
  }

  get #users() {
    return this.scope.manager.getRepository(User);
  }
}

const foreignKeyViolation = '23503';

function deletionFailure(id: string, error: unknown): unknown {
  if (isBlocked(error)) return new UserBusyError(id, { cause: error });
  const { code, schema, table } = (error instanceof QueryFailedError ? error.driverError : {}) as {
    code?: string;
    schema?: string;
    table?: string;
  };
  if (code !== foreignKeyViolation) return error;
  return new UserStillReferencedError(id, [`${schema}.${table}`], { cause: error });
}

function normalizedEmail(email: string): string {
  return email.trim().toLowerCase();
}
