import { authRole, userRole } from '../../driver/contract/contract.js';
import type { RelationDescription } from '../schema-description.js';
import type { Query } from './query.js';

/** A table or view without its parts. */
export type RelationRow = Pick<
  RelationDescription,
  'name' | 'kind' | 'comment' | 'view' | 'rowSecurity' | 'ownedBy' | 'children'
> & { oid: number };

/** Tables and views by unqualified name, resolved by `search_path`. */
export function readRelations(query: Query, names: readonly string[]): Promise<RelationRow[]> {
  return query(
    `SELECT c.oid::int8::int AS oid, c.relname AS name,
       CASE c.relkind
         WHEN 'r' THEN CASE c.relpersistence WHEN 'u' THEN 'unlogged table' ELSE 'table' END
         WHEN 'p' THEN 'partitioned table'
         WHEN 'f' THEN 'foreign table'
         WHEN 'v' THEN 'view'
         WHEN 'm' THEN 'materialized view'
       END AS kind,
       obj_description(c.oid, 'pg_class') AS comment,
       CASE WHEN c.relkind IN ('v', 'm') THEN
         concat('WITH (' || array_to_string(c.reloptions, ', ') || ') ', 'AS ', pg_get_viewdef(c.oid))
       END AS view,
       CASE
         WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'forced'
         WHEN c.relrowsecurity THEN 'enabled'
         WHEN c.relforcerowsecurity THEN 'forced, but disabled'
         ELSE 'disabled'
       END AS "rowSecurity",
       CASE WHEN owner.rolname = ANY($2::text[]) THEN owner.rolname::text END AS "ownedBy",
       ARRAY(
         SELECT child.relname::text FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
         WHERE inhparent = c.oid ORDER BY child.relname COLLATE "C") AS children
     FROM unnest($1::text[]) AS wanted(name)
     JOIN pg_class c ON c.oid = to_regclass(quote_ident(wanted.name))
     JOIN pg_roles owner ON owner.oid = c.relowner
     WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
     ORDER BY c.relname COLLATE "C"`,
    [names, [userRole, authRole]],
  );
}

/** All tables and views of the current schema, except TypeORM's table of migrations. */
export async function listRelations(query: Query, migrationsTable: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
       AND relkind IN ('r', 'p', 'f', 'v', 'm') AND relname <> $1
     ORDER BY relname COLLATE "C"`,
    [migrationsTable],
  );
  return rows.map(({ name }) => name);
}
