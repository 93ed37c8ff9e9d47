import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Account } from '../model/account.entity.js';
import { AccountConflictError, AccountNotFoundError } from './account.errors.js';
import { UserNotFoundError } from '../users/user.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import { UserScope } from '../isolation/user-scope.js';
import { constraintOf } from '../driver/failures.js';
import { checkInput } from '../model/input-check.js';
import { newAccount } from './new-account.js';
import type { NewAccount } from './new-account.js';
import { isStorable } from '../model/storable.js';

export type { NewAccount };

/**
 * The brokerage accounts of the current user. All methods throw UserScopeMissingError outside a
 * user scope.
 *
 * @example
 * await userScope.run(userId, () => accounts.create({ id: 'acct-1', name: 'Margin' }));
 */
@Injectable()
export class AccountsRepository {
  constructor(private readonly scope: UserScope) {}

  /**
   * Creates an account. Idempotent for the same id and name.
   *
   * @throws InvalidInputError; nothing was written
   * @throws AccountConflictError if the user has an account with this id and another name; nothing
   * was written
   * @throws UserNotFoundError if the current user does not exist; nothing was written
   */
  async create(account: NewAccount): Promise<Account> {
    const userId = this.scope.userId;
    const { id = uuidv7(), name } = checkInput('account', newAccount, account);
    await this.scope
      .transaction(async (manager) => {
        await manager
          .createQueryBuilder()
          .insert()
          .into(Account)
          .values({ userId, id, name })
          .orIgnore()
          .execute();
      }, idempotent)
      .catch((error: unknown) => {
        throw constraintOf(error) === 'fk_accounts_user' ? new UserNotFoundError(userId) : error;
      });
    const stored = await this.get(id);
    if (stored.name !== name) throw new AccountConflictError(id);
    return stored;
  }

  /**
   * Returns one account.
   * @throws AccountNotFoundError
   */
  async get(id: string): Promise<Account> {
    const { userId } = this.scope;
    const account = isStorable(id) ? await this.#accounts.findOneBy({ userId, id }) : null;
    if (account === null) throw new AccountNotFoundError(id);
    return account;
  }

  /** Returns all accounts of the user, ordered by id. */
  async list(): Promise<Account[]> {
    return this.#accounts.find({ where: { userId: this.scope.userId }, order: { id: 'ASC' } });
  }

  get #accounts() {
    return this.scope.manager.getRepository(Account);
  }
}
