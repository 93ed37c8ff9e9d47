import type { AsyncResource } from 'node:async_hooks';
import { types } from 'node:util';

/**
 * Binds an async generator to an async context. A generator runs only when `next()` is called, and
 * Nest calls it after the interceptors have returned. The methods are replaced in place because
 * Nest recognises the generator object itself. Ignores any other value.
 */
export function bindGenerator(context: AsyncResource, value: unknown): void {
  if (!isAsyncGenerator(value)) return;
  Object.assign(value, {
    next: context.bind(value.next.bind(value)),
    return: context.bind(value.return.bind(value)),
    throw: context.bind(value.throw.bind(value)),
  });
}

function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  return types.isGeneratorObject(value) && Symbol.asyncIterator in value;
}
