import type { NamingStrategyInterface } from 'typeorm';

/**
 * The strategy, except that an explicit name of a table or a column is used unchanged. The entities
 * of this package name everything explicitly: their SQL and migrations rely on the names.
 */
export function keepExplicitNames(strategy: NamingStrategyInterface): NamingStrategyInterface {
  const kept: Partial<NamingStrategyInterface> = {
    tableName: (target, name) => name ?? strategy.tableName(target, name),
    // A column of an embedded entity needs the prefixes, which only the strategy knows.
    columnName: (property, name, prefixes) =>
      name && prefixes.length === 0 ? name : strategy.columnName(property, name, prefixes),
  };
  return new Proxy(strategy, {
    get(target, key) {
      const own = kept[key as keyof typeof kept];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      // Bound to the strategy, which may have private members.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
