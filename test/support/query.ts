import type { SqlSource } from '../../src/schema/catalog/describe-schema.js';

/** Runs a statement and returns its rows. */
export type Query = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

export function queryOf(source: SqlSource): Query {
  return (sql, parameters = []) => source.query(sql, [...parameters]);
}
