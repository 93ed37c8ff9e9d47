import type { ConstraintDescription } from '../schema-description.js';
import type { Of, Query } from './query.js';

const action = (column: string) =>
  `CASE ${column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
     WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END`;

const columnNames = (relation: string, key: string) =>
  `ARRAY(
     SELECT attname::text FROM unnest(${key}) WITH ORDINALITY AS part(number, place)
     JOIN pg_attribute ON attrelid = ${relation} AND attnum = part.number ORDER BY part.place)`;

/** Keys first, then foreign keys, then checks. */
export function readConstraints(
  query: Query,
  relations: readonly number[],
): Promise<Of<ConstraintDescription>[]> {
  return query(
    `SELECT c.relname AS relation, con.conname AS name,
       CASE con.contype
         WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint' WHEN 'f' THEN 'foreign key'
         WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion constraint'
       END AS type,
       CASE WHEN con.contype = 'c' THEN '{}' ELSE ${columnNames('con.conrelid', 'con.conkey')} END AS columns,
       CASE WHEN con.contype = 'f' THEN format('%s (%s)',
         (SELECT relname FROM pg_class WHERE oid = con.confrelid),
         array_to_string(${columnNames('con.confrelid', 'con.confkey')}, ', ')) END AS references,
       ${action(`NULLIF(con.confupdtype, ' ')`)} AS "onUpdate",
       ${action(`NULLIF(con.confdeltype, ' ')`)} AS "onDelete",
       CASE WHEN con.contype = 'c' THEN pg_get_expr(con.conbin, con.conrelid) END AS condition,
       coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true) AND NOT EXISTS (
         SELECT FROM pg_trigger WHERE tgconstraint = con.oid AND tgenabled = 'D') AS "isEnforced",
       pg_get_constraintdef(con.oid) AS definition
     FROM pg_class c
     JOIN pg_constraint con ON con.conrelid = c.oid AND con.contype IN ('p', 'u', 'f', 'c', 'x')
     WHERE c.oid = ANY($1::oid[])
     ORDER BY c.relname COLLATE "C", array_position('{p,u,x,f,c}', con.contype::text), con.conname COLLATE "C"`,
    [relations],
  );
}
