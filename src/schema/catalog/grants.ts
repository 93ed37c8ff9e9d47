import { authRole, userRole } from '../../driver/roles.js';
import type { GrantDescription } from '../schema-description.js';
import type { Of, Query } from './query.js';

/** Grants to the package's roles and to PUBLIC. The deployment decides on grants to other roles. */
export function readGrants(query: Query, relations: readonly number[]): Promise<Of<GrantDescription>[]> {
  return query(
    `WITH entries AS (
       SELECT c.relname, c.relowner, NULL::text AS "column", 0 AS place, acl.*
         FROM pg_class c, aclexplode(c.relacl) AS acl WHERE c.oid = ANY($1::oid[])
       UNION ALL
       SELECT c.relname, c.relowner, a.attname, a.attnum, acl.*
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped, aclexplode(a.attacl) AS acl
         WHERE c.oid = ANY($1::oid[]))
     SELECT relname AS relation, privilege_type AS privilege, "column",
       coalesce(role.rolname::text, 'PUBLIC') AS grantee, bool_or(is_grantable) AS "mayGrant"
     FROM entries LEFT JOIN pg_roles role ON role.oid = grantee
     WHERE grantee <> relowner AND (grantee = 0 OR role.rolname = ANY($2::text[]))
     GROUP BY relname, privilege_type, "column", place, role.rolname
     ORDER BY relname COLLATE "C", coalesce(role.rolname::text, 'PUBLIC') COLLATE "C",
       array_position('{SELECT,INSERT,UPDATE,DELETE}', privilege_type), privilege_type COLLATE "C", place`,
    [relations, [userRole, authRole]],
  );
}
