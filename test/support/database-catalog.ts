import type { DataSource } from 'typeorm';

/** Something in the schema, and what makes it out. */
export interface CatalogRow {
  kind: string;
  name: string;
  definition: string;
}

/** Everything in the schema `public` but TypeORM's own table, in a fixed order. */
export function catalogOf(dataSource: DataSource): Promise<CatalogRow[]> {
  return dataSource.query(`
    WITH tables AS (
      SELECT oid, relname FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations')
    SELECT 'column' AS kind, relname || '.' || attname AS name, concat_ws(' ',
        attnum, format_type(atttypid, atttypmod), attcollation::regcollation, attnotnull,
        pg_get_expr(adbin, adrelid)) AS definition
      FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL SELECT 'constraint', conname, relname || ' ' || pg_get_constraintdef(pg_constraint.oid)
      FROM tables JOIN pg_constraint ON conrelid = tables.oid
    UNION ALL SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) ||
        CASE WHEN indisvalid AND indisready AND indislive THEN '' ELSE ' INVALID' END
      FROM tables JOIN pg_index ON indrelid = tables.oid
    ORDER BY kind, name`);
}

/** The constraints and indexes of the schema with the prefixes that their names may have. */
export async function namedObjects(dataSource: DataSource): Promise<{ name: string; prefixes: string[] }[]> {
  const constraints: { name: string; type: string }[] = await dataSource.query(`
    SELECT conname AS name, contype::text AS type FROM pg_constraint
    WHERE conrelid IN ('users'::regclass, 'accounts'::regclass, 'journal'::regclass) AND contype <> 'n'`);
  const indexes: { name: string; unique: boolean }[] = await dataSource.query(`
    SELECT indexrelid::regclass::text AS name, indisunique AS unique FROM pg_index
    WHERE indrelid IN ('users'::regclass, 'accounts'::regclass, 'journal'::regclass)`);
  const prefixOf: Record<string, string> = { p: 'pk_', f: 'fk_', u: 'uq_', c: 'chk_' };
  return [
    ...constraints.map(({ name, type }) => ({ name, prefixes: [prefixOf[type] ?? 'none'] })),
    ...indexes.map(({ name, unique }) => ({ name, prefixes: unique ? ['pk_', 'uq_'] : ['idx_'] })),
  ];
}
