import { AsyncResource } from 'node:async_hooks';
import type { CallHandler, ExecutionContext, FactoryProvider, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Observable } from 'rxjs';
import { isAsyncGenerator } from './is-async-generator.js';
import { keepUserScope } from './keep-user-scope.js';
import { RequestWithinUnitError } from './scope.errors.js';
import { UserScope } from './user-scope.js';

/**
 * Returns the id (a UUID) of the signed-in user, which a guard, middleware or session has stored in
 * the request, GraphQL context, message or WebSocket client. Returns undefined for an anonymous
 * request: no scope is opened, and the database refuses every statement on user data.
 */
export type UserIdOf = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

/** The requests that have reached an interceptor. All interceptors of a request get one context. */
const entered = new WeakSet<ExecutionContext>();

/**
 * Opens the user scope of each request, for every transport (HTTP, GraphQL, microservices,
 * WebSockets). The scope covers later interceptors, pipes, the handler, and the promise, Observable
 * or async generator that the handler returns, until it completes or the client disconnects. Guards
 * run before interceptors and are outside the scope.
 *
 * An id that is not a UUID fails the request with InvalidUserIdError before any statement is sent.
 * Inside an open unit of work, the request fails with RequestWithinUnitError.
 */
export class UserScopeInterceptor implements NestInterceptor<unknown, unknown> {
  constructor(
    private readonly scope: UserScope,
    private readonly userIdOf: UserIdOf,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    const userId = await this.userIdOf(context);
    // Another interceptor, such as that of another transport, may have opened the scope already.
    if (userId === undefined && entered.has(context)) return next.handle();
    if (this.scope.hasOpenUnit) throw new RequestWithinUnitError();
    entered.add(context);
    return handleAs(userId, this.scope, next).pipe(keepUserScope());
  }
}

/**
 * Provides UserScopeInterceptor for all routes of the application. Put it into the `providers` of a
 * module. NestJS 11 does not apply it to WebSocket gateways: put `@UseInterceptors` on each one.
 *
 * @example
 * provideUserScope((context) => context.switchToHttp().getRequest<SignedInRequest>().userId)
 */
export function provideUserScope(userIdOf: UserIdOf): FactoryProvider<UserScopeInterceptor> {
  return {
    provide: APP_INTERCEPTOR,
    inject: [UserScope],
    useFactory: (scope: UserScope) => new UserScopeInterceptor(scope, userIdOf),
  };
}

/**
 * Subscribes to the handler, and unsubscribes from it, in the scope of the user; without a user
 * outside of any scope. The handler starts upon subscription, so wrapping `next.handle()` alone
 * would not be enough. The scope ends with the subscription and with the async generators that the
 * handler has returned: a transaction of `startTransaction()` that is still open is rolled back
 * then.
 */
function handleAs(
  userId: string | undefined,
  scope: UserScope,
  next: CallHandler<unknown>,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const handle = () =>
      new Promise<void>((end) => {
        const within = new AsyncResource('UserScope');
        let running = 1;
        const ended = () => {
          running -= 1;
          if (running === 0) end();
        };
        // A separate observer: RxJS would run the teardown of a passed-through subscriber outside
        // the scope.
        const subscription = next.handle().subscribe({
          next: (value) => {
            if (isAsyncGenerator(value)) {
              running += 1;
              bindGenerator(within, value, ended);
            }
            subscriber.next(value);
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        });
        subscriber.add(() => {
          within.runInAsyncScope(() => subscription.unsubscribe());
          ended();
        });
      });
    const open = () => (userId === undefined ? handle() : scope.run(userId, handle));
    // The code that opened the server, or calls it in this process, may itself be in a scope.
    scope.leave(open).catch((error: unknown) => subscriber.error(error));
  });
}

/**
 * Binds an async generator to an async context. A generator runs only when `next()` is called, and
 * Nest calls it after the interceptors have returned. The methods are replaced in place because
 * Nest recognises the generator object itself.
 *
 * @param ended called once, when the generator is done or has thrown
 */
function bindGenerator(context: AsyncResource, generator: AsyncGenerator, ended: () => void): void {
  let isRunning = true;
  const end = () => {
    if (isRunning) ended();
    isRunning = false;
  };
  const bound = <A extends unknown[]>(method: (...args: A) => Promise<IteratorResult<unknown>>) =>
    context.bind((...args: A) => {
      const result = method(...args);
      result.then(({ done }) => done && end(), end);
      return result;
    });
  Object.assign(generator, {
    next: bound(generator.next.bind(generator)),
    return: bound(generator.return.bind(generator)),
    throw: bound(generator.throw.bind(generator)),
  });
}
