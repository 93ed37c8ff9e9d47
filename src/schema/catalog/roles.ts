import { authRole, userRole } from '../../driver/roles.js';
import type { RoleDescription } from '../schema-description.js';
import type { Query } from './query.js';

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
