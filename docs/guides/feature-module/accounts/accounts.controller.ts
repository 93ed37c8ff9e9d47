import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { AccountsRepository } from 'trading-journal-database';
import type { Account } from 'trading-journal-database';
import { schemaRef } from 'trading-journal-database/openapi';
import { ApiRuleBody, ApiRuleQuery } from '../request-schema.js';
import { accountChanges, accountsQuery, newAccount } from './account-requests.js';
import type { AccountChanges, AccountsQuery, NewAccount } from './account-requests.js';
import { AccountsService } from './accounts.service.js';

@ApiBearerAuth()
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly service: AccountsService,
  ) {}

  @ApiBody({ schema: schemaRef('NewAccount') })
  @ApiCreatedResponse({ schema: schemaRef('Account') })
  @Post()
  create(@Body({ schema: newAccount }) account: NewAccount): Promise<Account> {
    return this.accounts.create(account);
  }

  @ApiRuleQuery(accountsQuery)
  @ApiOkResponse({ schema: { type: 'array', items: schemaRef('Account') } })
  @Get()
  list(@Query({ schema: accountsQuery }) { status }: AccountsQuery): Promise<Account[]> {
    return this.accounts.list({ status });
  }

  @ApiRuleBody(accountChanges)
  @ApiOkResponse({ schema: schemaRef('Account') })
  @Patch(':id')
  change(
    @Param('id') id: string,
    @Body({ schema: accountChanges }) changes: AccountChanges,
  ): Promise<Account> {
    return this.service.change(id, changes);
  }
}
