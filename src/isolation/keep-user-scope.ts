import { AsyncResource } from 'node:async_hooks';
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * RxJS operator: later operators run in the scope of the subscriber, not in the scope of the code
 * that emits. A source shared by several users, such as a Subject, needs it before any operator
 * that uses the database. Without it the statements run as the user whose request called `next`.
 *
 * @example
 * this.changes.pipe(keepUserScope(), switchMap(() => this.journal.totals()));
 */
export function keepUserScope<T>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const context = new AsyncResource('UserScope');
      return source.subscribe({
        next: (value) => context.runInAsyncScope(() => subscriber.next(value)),
        error: (error: unknown) => context.runInAsyncScope(() => subscriber.error(error)),
        complete: () => context.runInAsyncScope(() => subscriber.complete()),
      });
    });
}
