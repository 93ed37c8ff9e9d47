import { ConflictException, Injectable } from '@nestjs/common';
import { AccountsRepository, UserScope } from 'trading-journal-database';
import type { Account } from 'trading-journal-database';
import type { AccountChanges } from './account-requests.js';

@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly scope: UserScope,
  ) {}

  /** All changes or none: one unit of work. */
  change(id: string, { name, closed }: AccountChanges): Promise<Account> {
    return this.scope.transaction(async () => {
      if (name !== undefined) await this.accounts.rename(id, name);
      if (closed === true) await this.accounts.close(id);
      if (closed === false) await this.accounts.reopen(id);
      return this.accounts.get(id);
    });
  }

  /** Keeps new trades out of closed accounts, which the database would accept. */
  async refuseClosed(id: string): Promise<void> {
    const closed = await this.accounts.list({ status: 'closed' });
    if (closed.some((account) => account.id === id))
      throw new ConflictException(`The account ${id} is closed; reopen it first.`);
  }
}
