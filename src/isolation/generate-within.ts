import type { AsyncResource } from 'node:async_hooks';
import { types } from 'node:util';

/**
 * Lets an async generator go on in that context, whoever asks it for more: it works only when it is
 * asked, and Nest asks when the interceptors are done. It stays the same object, by which Nest
 * knows it. Any other value is left as it is.
 */
export function generateWithin(context: AsyncResource, value: unknown): void {
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
