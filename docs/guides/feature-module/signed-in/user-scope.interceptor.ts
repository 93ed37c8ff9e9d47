import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { UserScope } from 'trading-journal-database';
import type { SignedInRequest } from './signed-in.guard.js';

/**
 * Runs the handler of each request in the scope of the signed-in user.
 *
 * `next.handle()` only describes the handler's work, which begins upon subscription and in the scope in which `handle` was
 * called. So it is both called and awaited within `run`; a handler may then return an Observable too, though not a stream
 * (`@Sse()`), of which the last value alone would be sent. Guards run before every interceptor and therefore outside the
 * scope; pipes and the handler run within.
 */
@Injectable()
export class UserScopeInterceptor implements NestInterceptor<unknown, unknown> {
  constructor(private readonly scope: UserScope) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const { userId } = context.switchToHttp().getRequest<SignedInRequest>();
    return from(this.scope.run(userId, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }
}
