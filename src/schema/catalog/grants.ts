import { authRole, userRole } from '../../driver/contract/contract.js';
import type { GrantDescription, PolicyDescription, RoleDescription } from '../schema-description.js';
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

/** Attributes and memberships of the package's roles. */
export function readRoles(query: Query): Promise<RoleDescription[]> {
  return query(
    `SELECT r.rolname AS name,
       array_remove(ARRAY[
         CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
         CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
         CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
         CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
         CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
         CASE WHEN r.rolreplication THEN 'REPLICATION' END], NULL) AS attributes,
       ARRAY(
         SELECT joined.rolname::text FROM pg_auth_members JOIN pg_roles joined ON joined.oid = roleid
         WHERE member = r.oid ORDER BY joined.rolname COLLATE "C") AS "memberOf"
     FROM pg_roles r WHERE r.rolname = ANY($1::text[])
     ORDER BY r.rolname COLLATE "C"`,
    [[userRole, authRole]],
  );
}
