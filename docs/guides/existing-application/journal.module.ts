import { Module } from '@nestjs/common';
import type { ExecutionContext, FactoryProvider } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DatabaseModule, UserScope, UserScopeInterceptor } from 'trading-journal-database';
import { JournalUsers } from './journal-users.js';

/** What the guard of the application stores in a request. */
interface SignedInRequest {
  user?: { id: number };
}

const userScope: FactoryProvider<UserScopeInterceptor> = {
  provide: APP_INTERCEPTOR,
  inject: [UserScope, JournalUsers],
  useFactory: (scope: UserScope, users: JournalUsers) =>
    new UserScopeInterceptor(scope, async (context: ExecutionContext) => {
      const { user } = context.switchToHttp().getRequest<SignedInRequest>();
      return user && users.idOf(user.id);
    }),
};

@Module({
  imports: [
    DatabaseModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({ url: config.getOrThrow<string>('JOURNAL_URL') }),
    }),
  ],
  providers: [JournalUsers, userScope],
  exports: [JournalUsers],
})
export class JournalModule {}
