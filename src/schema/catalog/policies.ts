import type { PolicyDescription } from '../schema-description.js';
import type { Of, Query } from './query.js';

export function readPolicies(query: Query, relations: readonly number[]): Promise<Of<PolicyDescription>[]> {
  return query(
    `SELECT c.relname AS relation, p.polname AS name,
       CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END AS kind,
       CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
         WHEN 'd' THEN 'DELETE' END AS command,
       ARRAY(
         SELECT coalesce(r.rolname::text, 'PUBLIC') FROM unnest(p.polroles) AS id LEFT JOIN pg_roles r ON r.oid = id
         ORDER BY coalesce(r.rolname::text, 'PUBLIC') COLLATE "C") AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS check
     FROM pg_class c
     JOIN pg_policy p ON p.polrelid = c.oid
     WHERE c.oid = ANY($1::oid[])
     ORDER BY c.relname COLLATE "C", p.polname COLLATE "C"`,
    [relations],
  );
}
