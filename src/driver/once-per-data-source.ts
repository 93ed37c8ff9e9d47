import type { DataSource } from 'typeorm';

/** Memoizes `make` per DataSource. */
export function oncePerDataSource<T>(make: (dataSource: DataSource) => T): (dataSource: DataSource) => T {
  const cache = new WeakMap<DataSource, T>();
  return (dataSource) => {
    const cached = cache.get(dataSource);
    if (cached !== undefined) return cached;
    const value = make(dataSource);
    cache.set(dataSource, value);
    return value;
  };
}
