import { AsyncResource } from 'node:async_hooks';
import { Observable } from 'rxjs';
import type { MonoTypeOperatorFunction } from 'rxjs';

/**
 * An RxJS operator: what follows it works in the scope in which the stream is subscribed to, and
 * not in that of whoever emits. A source that several users share, such as a Subject, needs it
 * before anything that reaches the database; otherwise that would be done for the user whose
 * request called `next`.
 *
 * ```ts
 * this.changes.pipe(keepUserScope(), switchMap(() => this.journal.totals()));
 * ```
 */
export function keepUserScope<T>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const here = new AsyncResource('UserScope');
      return source.subscribe({
        next: (value) => here.runInAsyncScope(() => subscriber.next(value)),
        error: (error: unknown) => here.runInAsyncScope(() => subscriber.error(error)),
        complete: () => here.runInAsyncScope(() => subscriber.complete()),
      });
    });
}
