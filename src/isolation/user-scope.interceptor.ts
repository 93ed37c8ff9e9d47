import { AsyncResource } from 'node:async_hooks';
import type { CallHandler, ExecutionContext, FactoryProvider, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Observable } from 'rxjs';
import { generateWithin } from './generate-within.js';
import { keepUserScope } from './keep-user-scope.js';
import { UserScope } from './user-scope.js';

/**
 * Who is signed in: the user's id, as whatever came before (a guard, a middleware, a session) has
 * left it in the request, the GraphQL context or the message. undefined where nobody is: then no
 * scope is opened, and the database refuses.
 */
export type UserIdOf = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/**
 * Opens the user scope of each request, over whatever transport it comes, for all that it takes to
 * answer: the interceptors after this one, pipes, the handler, and the promise, Observable or async
 * generator that it returns, until that has ended or the client has gone.
 *
 * An id that is no UUID ends the request with an InvalidUserIdError, before anything is sent.
 */
export class UserScopeInterceptor implements NestInterceptor<unknown, unknown> {
  constructor(
    private readonly scope: UserScope,
    private readonly userIdOf: UserIdOf,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    const userId = await this.userIdOf(context);
    if (userId === undefined) return next.handle();
    const within = await this.scope.run(userId, () => Promise.resolve(new AsyncResource('UserScope')));
    return handled(next, within).pipe(keepUserScope());
  }
}

/**
 * The interceptor for all routes of an application, as one of the `providers` of a module:
 *
 * ```ts
 * provideUserScope((context) => context.switchToHttp().getRequest<SignedInRequest>().userId)
 * ```
 */
export function provideUserScope(userIdOf: UserIdOf): FactoryProvider<UserScopeInterceptor> {
  return {
    provide: APP_INTERCEPTOR,
    inject: [UserScope],
    useFactory: (scope: UserScope) => new UserScopeInterceptor(scope, userIdOf),
  };
}

/**
 * `next.handle()` only describes the work: it begins upon subscription, and has something to end
 * upon unsubscription.
 */
function handled(next: CallHandler<unknown>, within: AsyncResource): Observable<unknown> {
  return new Observable((subscriber) => {
    // An observer of its own, as otherwise the handler's teardown would be the subscriber's, and
    // run outside.
    const subscription = within.runInAsyncScope(() =>
      next.handle().subscribe({
        next: (value) => {
          generateWithin(within, value);
          subscriber.next(value);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
    return () => within.runInAsyncScope(() => subscription.unsubscribe());
  });
}
