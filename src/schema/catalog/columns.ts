import type { ColumnDescription } from '../schema-description.js';
import type { Of, Query } from './query.js';

/**
 * Columns in the order of the table. NOT NULL is a property of the column here, although PostgreSQL
 * 18 also stores it as a constraint.
 */
export function readColumns(query: Query, relations: readonly number[]): Promise<Of<ColumnDescription>[]> {
  return query(
    `SELECT c.relname AS relation, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END AS collation,
       CASE
         WHEN NOT a.attnotnull THEN 'NULL'
         WHEN EXISTS (
           SELECT FROM pg_constraint n
           WHERE n.contype = 'n' AND n.conrelid = c.oid AND n.conkey = ARRAY[a.attnum] AND NOT n.convalidated)
         THEN 'NOT NULL NOT VALID'
         ELSE 'NOT NULL'
       END AS nullability,
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default,
       CASE
         WHEN a.attgenerated = 's' THEN format('ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
         WHEN a.attgenerated <> '' THEN format('ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
         WHEN a.attidentity = 'a' THEN 'ALWAYS AS IDENTITY'
         WHEN a.attidentity = 'd' THEN 'BY DEFAULT AS IDENTITY'
       END AS generated,
       col_description(c.oid, a.attnum) AS comment
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_collation co ON co.oid = a.attcollation
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.oid = ANY($1::oid[])
     ORDER BY c.relname COLLATE "C", a.attnum`,
    [relations],
  );
}
