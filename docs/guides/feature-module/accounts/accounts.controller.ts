import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { AccountsRepository } from 'trading-journal-database';
import type { Account } from 'trading-journal-database';
import { accountChanges, accountsQuery, newAccount } from './account-requests.js';
import type { AccountChanges, AccountsQuery, NewAccount } from './account-requests.js';
import { AccountsService } from './accounts.service.js';

@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly service: AccountsService,
  ) {}

  @Post()
  create(@Body({ schema: newAccount }) account: NewAccount): Promise<Account> {
    return this.accounts.create(account);
  }

  @Get()
  list(@Query({ schema: accountsQuery }) { status }: AccountsQuery): Promise<Account[]> {
    return this.accounts.list({ status });
  }

  @Patch(':id')
  change(
    @Param('id') id: string,
    @Body({ schema: accountChanges }) changes: AccountChanges,
  ): Promise<Account> {
    return this.service.change(id, changes);
  }
}
