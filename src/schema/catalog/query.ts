import type { DataSource } from 'typeorm';

/** Runs a statement and returns its rows. */
export type Query = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

export function queryOf(source: Pick<DataSource, 'query'>): Query {
  return (sql, parameters = []) => source.query(sql, [...parameters]);
}

/** A row with the name of the table that it belongs to. */
export type Of<T> = T & { relation: string };

/** The rows of one table, without the table's name. */
export function ofRelation<T extends object>(rows: readonly Of<T>[], name: string): T[] {
  return rows.flatMap(({ relation, ...row }) => (relation === name ? [row as T] : []));
}

/** SQL that removes the schema `n` from the table after `ON` in a definition. */
export function withoutSchema(definition: string): string {
  const name = `quote_ident(n.nspname) || '.'`;
  return `replace(replace(${definition}, ' ON ' || ${name}, ' ON '), ' ON ONLY ' || ${name}, ' ON ONLY ')`;
}
