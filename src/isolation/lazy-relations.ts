import type { DataSource } from 'typeorm';

/**
 * Lets the loader of lazy relations return promises whose rejection ends no process. Reading a
 * property begins to load it, and often nothing awaits it, as when an entity is serialised outside
 * of its scope. Code that awaits it gets the rejection.
 */
export function handleRejections(loader: DataSource['relationLoader']): void {
  const load = loader.load.bind(loader);
  loader.load = (...args) => handled(load(...args));
}

/** Marks a promise, and each one that is derived from it, as handled. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  const then = promise.then.bind(promise);
  return Object.assign(promise, {
    then: (...callbacks: Parameters<typeof then>) => handled(then(...callbacks)),
  });
}
