import type { DataSource } from 'typeorm';

/**
 * Keeps a failed lazy load from ending the process by an unhandled rejection. Reading a lazy
 * property starts the query, and often no code awaits it: for example when an entity is serialised
 * outside its scope. Code that awaits the property still gets the rejection.
 */
export function handleRejections(loader: DataSource['relationLoader']): void {
  const load = loader.load.bind(loader);
  loader.load = (...args) => markHandled(load(...args));
}

/** Marks a promise, and every promise derived from it by `then`, as handled. */
function markHandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  const then = promise.then.bind(promise);
  return Object.assign(promise, {
    then: (...callbacks: Parameters<typeof then>) => markHandled(then(...callbacks)),
  });
}
