import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Account } from '../model/account.entity.js';
import { AccountConflictError, AccountNotFoundError } from './account.errors.js';
import { UserNotFoundError } from '../users/user.errors.js';
import type { InputProblem } from '../model/input-check.js';
import { idempotent } from '../isolation/run-unit.js';
import { UserScope } from '../isolation/user-scope.js';
import { constraintOf } from '../driver/constraint-violation.js';
import { checkInput, inputProblems } from '../model/input-check.js';
import { newAccount } from './new-account.js';
import type { NewAccount } from './new-account.js';
import { isStorable } from '../model/storable.js';

export type { NewAccount };

/** The brokerage accounts of the user in scope. */
@Injectable()
export class AccountsRepository {
  constructor(private readonly scope: UserScope) {}

  /**
   * Creates an account; the same id with the same name again changes nothing.
   *
   * @throws InvalidInputError
   * @throws AccountConflictError if the id stands for an account of another name
   * @throws UserNotFoundError if the user in scope does not exist
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

  /** What would keep an account from being stored; empty if nothing would. */
  problemsOf(account: NewAccount): InputProblem[] {
    return inputProblems(newAccount, account);
  }

  /** @throws AccountNotFoundError */
  async get(id: string): Promise<Account> {
    const { userId } = this.scope;
    const account = isStorable(id) ? await this.#accounts.findOneBy({ userId, id }) : null;
    if (account === null) throw new AccountNotFoundError(id);
    return account;
  }

  /** All accounts of the user, by id. */
  async list(): Promise<Account[]> {
    return this.#accounts.find({ where: { userId: this.scope.userId }, order: { id: 'ASC' } });
  }

  get #accounts() {
    return this.scope.manager.getRepository(Account);
  }
}
