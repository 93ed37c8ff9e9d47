import type { DataSource } from 'typeorm';

/** Makes something of a DataSource's metadata the first time that it is asked for, and keeps it. */
export function oncePerDataSource<T>(make: (dataSource: DataSource) => T): (dataSource: DataSource) => T {
  const made = new WeakMap<DataSource, T>();
  return (dataSource) => {
    const known = made.get(dataSource);
    if (known !== undefined) return known;
    const one = make(dataSource);
    made.set(dataSource, one);
    return one;
  };
}
