import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { SessionTokens } from './session-tokens.js';
import { SignedInGuard } from './signed-in.guard.js';
import { UserScopeInterceptor } from './user-scope.interceptor.js';

/** For every route: who is it, and then the work in that user's scope. */
@Module({
  imports: [ConfigModule],
  providers: [
    SessionTokens,
    { provide: APP_GUARD, useClass: SignedInGuard },
    { provide: APP_INTERCEPTOR, useClass: UserScopeInterceptor },
  ],
})
export class SignedInModule {}
