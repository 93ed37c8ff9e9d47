import { Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { User } from '../model/user.entity.js';
import {
  EmailTakenError,
  UserBusyError,
  UserNotFoundError,
  UserStillReferencedError,
} from './user.errors.js';
import { InvalidUserIdError, isUserId } from '../model/user-id.js';
import { constraintOf, isBlocked, serverErrorOf } from '../driver/failures/failures.js';
import { idempotent } from '../isolation/run-unit.js';
import { UserScope } from '../isolation/user-scope.js';
import { checkInput } from '../model/input-check.js';
import { isStorable } from '../model/storable.js';
import { UserScopeMismatchError } from '../driver/failures/transaction.errors.js';
import type { EachUserOptions, EachUserReport, UserOutcome } from './each-user.js';
import { newUser, normalizedEmail, userChanges, type NewUser, type UserChanges } from './new-user.js';

export type { NewUser, UserChanges };

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
    const create = async (manager: EntityManager) => {
      // SQL, because TypeORM's INSERT lists every column and journal_auth may not insert `id`.
      const [row] = await manager.query<{ id: string }[]>(
        `INSERT INTO users (email, password_hash, subscription_tier) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING id`,
        [email, passwordHash, subscriptionTier],
      );
      if (row === undefined) throw new EmailTakenError(email);
      return this.get(row.id);
    };
    // A unit of work: after COMMIT no read can fail, so a failure never hides a stored user.
    return this.scope.withAllUsers(() => this.scope.transaction(create));
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
   * Changes the address, the password hash or the tier of a user. Idempotent. A new address waits
   * for concurrent writes of the user's data. Signed-in sessions are the application's: end them
   * after a change of the password.
   *
   * @param id a UUID
   * @returns the user without the password hash
   * @throws InvalidUserIdError, InvalidInputError, UserNotFoundError; nothing was written
   * @throws EmailTakenError if another user has the address; nothing was written
   * @throws UserBusyError if a concurrent write takes longer than DATABASE_LOCK_TIMEOUT_MS; nothing
   * was written
   * @example
   * await users.update(user.id, { email: 'anna@example.org' });
   * await users.update(user.id, { passwordHash: await hash(password) });
   */
  async update(id: string, changes: UserChanges): Promise<User> {
    if (!isUserId(id)) throw new InvalidUserIdError(id);
    const checked = checkInput('change of a user', userChanges, changes);
    const update = async () => {
      const { affected } = await this.#users.update({ id }, checked);
      if (affected === 0) throw new UserNotFoundError(id);
      return this.get(id);
    };
    return (
      this.scope
        // A nested unit: after EmailTakenError the caller's unit stays usable.
        .withAllUsers(() => this.scope.transaction(update, idempotent))
        .catch((error: unknown) => {
          if (constraintOf(error) === 'uq_users_email') throw new EmailTakenError(checked.email ?? '');
          throw isBlocked(error) ? new UserBusyError(id, { cause: error }) : error;
        })
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
      // A nested unit: after a failed deletion the caller's unit stays usable.
      .withAllUsers(() => this.scope.transaction(() => this.#users.delete({ id })))
      .catch((error: unknown) => {
        throw namingUser(id, error);
      });
    if (affected === 0) throw new UserNotFoundError(id);
  }

  /**
   * Runs `work` for every user, one after another by id, each in the user's own scope: for
   * background jobs. A failure for one user does not stop the others. Holds no connection between
   * two statements, and no transaction: `work` opens its own units of work.
   *
   * A user who is created meanwhile may be left out. For a user who is deleted meanwhile, `work`
   * finds no rows, and its writes fail.
   *
   * @param work its result is ignored
   * @throws InvalidUserIdError if `after` is not a UUID; nothing was run
   * @throws UserScopeMismatchError inside a unit of work; nothing was run
   * @throws the error of reading the next users, or of `onSettled`; the work done so far stays
   * @example
   * const { failed, last } = await users.forEach(() => reports.write(), { signal });
   */
  async forEach(
    work: (user: User) => Promise<unknown>,
    options: EachUserOptions = {},
  ): Promise<EachUserReport> {
    const { after, signal, onSettled } = options;
    if (after !== undefined && !isUserId(after)) throw new InvalidUserIdError(after);
    if (this.scope.hasUnit)
      throw new UserScopeMismatchError('Call users.forEach outside a unit of work; nothing was run.');
    const report: EachUserReport = { done: 0, failed: 0, last: after ?? null, isComplete: false };
    for (;;) {
      if (signal?.aborted) return report;
      const users = await this.#after(report.last);
      if (users.length === 0) return { ...report, isComplete: true };
      for (const user of users) {
        if (signal?.aborted) return report;
        const outcome: UserOutcome = { user };
        try {
          await this.scope.run(user.id, () => work(user));
          report.done += 1;
        } catch (error) {
          outcome.error = error;
          report.failed += 1;
        }
        report.last = user.id;
        await onSettled?.(outcome);
      }
    }
  }

  #after(id: string | null): Promise<User[]> {
    const where = id === null ? {} : { id: MoreThan(id) };
    return this.scope.withAllUsers(() =>
      this.#users.find({ where, order: { id: 'ASC' }, take: usersPerRead }),
    );
  }

  get #users() {
    return this.scope.manager.getRepository(User);
  }
}

/** Keeps a statement and its result small. */
const usersPerRead = 100;

const foreignKeyViolation = '23503';

/**
 * Turns a lock timeout and a violated foreign key into errors that name the user.
 *
 * @param user the id or the email
 */
export function namingUser(user: string, error: unknown): unknown {
  if (isBlocked(error)) return new UserBusyError(user, { cause: error });
  const { code, schema, table } = serverErrorOf(error) ?? {};
  if (code !== foreignKeyViolation) return error;
  return new UserStillReferencedError(user, [`${schema}.${table}`], { cause: error });
}
