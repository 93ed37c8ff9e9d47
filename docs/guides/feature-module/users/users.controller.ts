import { Body, Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse } from '@nestjs/swagger';
import type { User } from 'trading-journal-database';
import { schemaRef } from 'trading-journal-database/openapi';
import { ApiRuleBody } from '../request-schema.js';
import { Public } from '../signed-in/public.js';
import { confirmation, credentials, emailChange, passwordChange } from './user-requests.js';
import type { Confirmation, Credentials, EmailChange, PasswordChange } from './user-requests.js';
import { UsersService } from './users.service.js';
import type { Session } from './users.service.js';

@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @ApiRuleBody(credentials)
  @Public()
  @Post('users')
  register(@Body({ schema: credentials }) body: Credentials): Promise<Session> {
    return this.users.register(body);
  }

  @ApiRuleBody(credentials)
  @Public()
  @Post('sessions')
  signIn(@Body({ schema: credentials }) body: Credentials): Promise<Session> {
    return this.users.signIn(body);
  }

  @ApiBearerAuth()
  @ApiOkResponse({ schema: schemaRef('User') })
  @Get('me')
  me(): Promise<User> {
    return this.users.me();
  }

  @ApiBearerAuth()
  @ApiRuleBody(passwordChange)
  @Put('me/password')
  @HttpCode(204)
  changePassword(@Body({ schema: passwordChange }) body: PasswordChange): Promise<void> {
    return this.users.changePassword(body);
  }

  @ApiBearerAuth()
  @ApiRuleBody(emailChange)
  @ApiOkResponse({ schema: schemaRef('User') })
  @Put('me/email')
  changeEmail(@Body({ schema: emailChange }) body: EmailChange): Promise<User> {
    return this.users.changeEmail(body);
  }

  @ApiBearerAuth()
  @ApiRuleBody(confirmation)
  @Delete('me')
  @HttpCode(204)
  delete(@Body({ schema: confirmation }) body: Confirmation): Promise<void> {
    return this.users.delete(body);
  }
}
