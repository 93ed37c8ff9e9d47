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

/** A user to be created. */
export interface NewUser {
  /** Stored in lower case, without the blanks around it. */
  email: string;
  /**
   * The result of a password hash function such as argon2id or scrypt, never a password; null where
   * there is none yet.
   */
  passwordHash?: string | null;
  /** `free` unless given. */
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

/** The users: the sign-in side, which works for all users, whoever is in scope. */
@Injectable()
export class UsersRepository {
  constructor(private readonly scope: UserScope) {}

  /** @throws InvalidInputError, EmailTakenError */
  async create(user: NewUser): Promise<User> {
    const { email, passwordHash = null, subscriptionTier = 'free' } = checkInput('user', newUser, user);
    // TypeORM would list every column, and journal_auth may not insert the id.
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

  /** The user without the password hash. @throws InvalidUserIdError, UserNotFoundError */
  async get(id: string): Promise<User> {
    if (!isUserId(id)) throw new InvalidUserIdError(id);
    const user = await this.scope.withAllUsers(() => this.#users.findOneBy({ id }));
    if (user === null) throw new UserNotFoundError(id);
    return user;
  }

  /**
   * The user of an address, in whatever case it is written, without the password hash; null if
   * there is none.
   */
  async findByEmail(email: string): Promise<User | null> {
    if (!isStorable(email)) return null;
    return this.scope.withAllUsers(() => this.#users.findOneBy({ email: normalizedEmail(email) }));
  }

  /** The same within a unit of work, until the end of which nobody deletes that user. */
  async keepByEmail(email: string): Promise<User | null> {
    if (!isStorable(email)) return null;
    return this.scope.withAllUsers(() =>
      this.#users
        .createQueryBuilder('user')
        .setLock('for_key_share')
        .where({ email: normalizedEmail(email) })
        .getOne(),
    );
  }

  /**
   * The user of an address, in whatever case it is written, with the password hash: for sign-in,
   * and for nothing else.
   */
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
   * Deletes a user, and with it everything of theirs: accounts and journal too. There is no way
   * back. It waits for what is just being written for the user.
   *
   * @throws InvalidUserIdError, UserNotFoundError
   * @throws UserBusyError if that takes longer than DATABASE_LOCK_TIMEOUT_MS
   * @throws UserStillReferencedError if a table of the application has a foreign key that does not
   * cascade
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
