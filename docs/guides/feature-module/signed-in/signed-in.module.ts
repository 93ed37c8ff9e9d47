import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_GUARD } from '@nestjs/core';
import { provideUserScope } from 'trading-journal-database';
import { SessionTokens } from './session-tokens.js';
import { SignedInGuard, signedInUser } from './signed-in.guard.js';

/**
 * For every route that is not `@Public()`: the guard authenticates, then the interceptor opens the
 * user scope.
 */
@Module({
  imports: [ConfigModule],
  exports: [SessionTokens],
  providers: [SessionTokens, { provide: APP_GUARD, useClass: SignedInGuard }, provideUserScope(signedInUser)],
})
export class SignedInModule {}
