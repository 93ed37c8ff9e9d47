import { Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Account } from '../model/account.entity.js';
import { AccountConflictError, AccountNotFoundError } from './account.errors.js';
import { UserNotFoundError } from '../users/user.errors.js';
import { idempotent } from '../isolation/run-unit.js';
import { UserScope } from '../isolation/user-scope.js';
import { constraintOf } from '../driver/failures/failures.js';
import { checkInput, checkReadInput } from '../model/input-check.js';
import { accountClosing, accountFilter, accountName, newAccount } from './new-account.js';
import type { AccountFilter, NewAccount } from './new-account.js';
import { isStorable } from '../model/storable.js';

export type { AccountFilter, NewAccount };

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
    const create = async (manager: EntityManager) => {
      const account = { userId, id, name };
      await manager.createQueryBuilder().insert().into(Account).values(account).orIgnore().execute();
      const stored = await this.get(id);
      if (stored.name !== name) throw new AccountConflictError(id);
      return stored;
    };
    return this.scope.transaction(create, idempotent).catch((error: unknown) => {
      throw constraintOf(error) === 'fk_accounts_user' ? new UserNotFoundError(userId) : error;
    });
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

  /**
   * Returns the accounts of the user with a status (`open` by default), ordered by id.
   *
   * @throws InvalidInputError
   * @example
   * const names = await accounts.list({ status: 'all' }); // entries may name a closed account
   */
  async list(filter: AccountFilter = {}): Promise<Account[]> {
    const { status } = checkReadInput('account filter', accountFilter, filter);
    const closedAt = status === 'all' ? undefined : status === 'open' ? IsNull() : Not(IsNull());
    const where = { userId: this.scope.userId, ...(closedAt && { closedAt }) };
    return this.#accounts.find({ where, order: { id: 'ASC' } });
  }

  /**
   * Renames an open or closed account. Its id does not change, so its entries stay in it.
   * Idempotent.
   *
   * @returns the renamed account
   * @throws InvalidInputError, AccountNotFoundError; nothing was written
   */
  async rename(id: string, name: string): Promise<Account> {
    const checked = checkInput('account', accountName, { name });
    return this.#update(id, checked, { name: Not(checked.name) });
  }

  /**
   * Closes an account: `list` leaves it out. Its entries and its figures stay, and it takes further
   * entries, such as corrections and late fees: `closedAt` is informational. Idempotent: a closed
   * account keeps its `closedAt`.
   *
   * @param options `at` is the instant of closing; now by default
   * @returns the closed account
   * @throws InvalidInputError, AccountNotFoundError; nothing was written
   */
  async close(id: string, options: { at?: Date } = {}): Promise<Account> {
    const { at = new Date() } = checkInput('closing of an account', accountClosing, options);
    return this.#update(id, { closedAt: at }, { closedAt: IsNull() });
  }

  /**
   * Opens a closed account again. Idempotent. The instant of closing is lost.
   *
   * @returns the open account
   * @throws AccountNotFoundError; nothing was written
   */
  async reopen(id: string): Promise<Account> {
    return this.#update(id, { closedAt: null }, { closedAt: Not(IsNull()) });
  }

  /**
   * Changes the account if it matches `where`, and returns it. In one unit of work: after COMMIT no
   * read can fail, so a failure of the call never hides a stored change.
   */
  async #update(
    id: string,
    changes: { name?: string; closedAt?: Date | null },
    where: FindOptionsWhere<Account>,
  ): Promise<Account> {
    const { userId } = this.scope;
    if (!isStorable(id)) throw new AccountNotFoundError(id);
    return this.scope.transaction(async () => {
      await this.#accounts.update({ userId, id, ...where }, changes);
      return this.get(id);
    }, idempotent);
  }

  get #accounts() {
    return this.scope.manager.getRepository(Account);
  }
}
