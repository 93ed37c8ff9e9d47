import { types } from 'node:util';

/** Whether a value is an async generator, whose code runs only when its `next()` is called. */
export function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  return types.isGeneratorObject(value) && Symbol.asyncIterator in value;
}
