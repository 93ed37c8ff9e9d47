import type { DataSource } from 'typeorm';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { literalList } from '../../model/sql-text.js';
import { hasUserIdSql } from '../own-policy.js';
import { journalRoles, packageRelations } from './expected-privileges.js';

/** The login role, the package's roles, and the tables that they reach. */
export interface Privileges {
  /** Whether memberships have the option SET (PostgreSQL 16 and later). */
  splitsMembership: boolean;
  /** The login role first, then the package's roles that exist. */
  roles: readonly RoleInfo[];
  /** REVOKE statements after which the login role and `journal_user` cannot be `journal_auth`. */
  revokesOfAuth: readonly string[];
  powers: readonly PowerfulMembership[];
  /** The package's tables and views, and all others that `journal_user` has a grant on. */
  relations: readonly RelationInfo[];
  /** The permissive policies of `relations`. */
  policies: readonly ExistingPolicy[];
  /**
   * The columns on which each role of the package has a privilege, from any grantor. For DELETE:
   * all columns or none.
   */
  held: readonly { table: string; role: string; command: string; columns: string[] | null }[];
  /** Grants on the package's tables to all reachable roles but the owner. */
  grants: readonly ExistingGrant[];
  closedSchemas: readonly { schema: string; role: string }[];
}

// All names below are quoted for SQL, unless a comment says otherwise.

export interface RoleInfo {
  name: string;
  isLogin: boolean;
  isSuperuser: boolean;
  bypassesRls: boolean;
  /** The superuser of initdb (oid 10), which cannot lose the attribute. */
  isBootstrap: boolean;
  /** Whether the login role may SET ROLE to it. */
  loginCanSetRole: boolean;
}

/** A role that bypasses policies or reaches the server's files, and that `member` can become. */
export interface PowerfulMembership {
  member: string;
  role: string;
  /** What the role can do, such as `has BYPASSRLS`. */
  ability: string;
  /** REVOKE statements that end the membership. */
  revokes: readonly string[];
}

export interface RelationInfo {
  /** Null for a relation that is not the package's. */
  table: string | null;
  /** Qualified with the schema. */
  name: string;
  /** Unqualified and unquoted. */
  bare: string;
  /** pg_class.relkind: table, partitioned table, view, materialized view, foreign table. */
  kind: 'r' | 'p' | 'v' | 'm' | 'f';
  hasRls: boolean;
  columns: readonly string[];
  /** Whether it has a column `user_id uuid`. */
  hasUserId: boolean;
  /** Whether it is a view with `security_invoker`, or one whose definition names `app.user_id`. */
  isSafeView: boolean;
  /** The package's roles that have the rights of the owner. */
  owningRoles: readonly OwningRole[];
}

export interface OwningRole {
  role: string;
  /** True if the role itself is the owner; false if it is a member of the owner. */
  isOwner: boolean;
  /** REVOKE statements that end the membership. */
  revokes: readonly string[];
}

export interface ExistingPolicy {
  table: string | null;
  relation: string;
  name: string;
  command: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'ALL';
  using: string | null;
  check: string | null;
  /** The roles among `roles` that it applies to. */
  appliesTo: readonly string[];
  /** The roles of the policy that a statement can obtain, without the table's owner. */
  reachable: readonly string[];
}

export interface ExistingGrant {
  table: string;
  grantee: string;
  /** In the syntax of GRANT, such as TRUNCATE. */
  privilege: string;
  /** Null for the whole table. */
  column: string | null;
}

export async function readPrivileges(source: Pick<DataSource, 'query'>): Promise<Privileges> {
  const [privileges] = await source.query<[Privileges]>(privilegesSql);
  return privileges;
}

const ours = literalList(journalRoles);

/** SQL of `RelationInfo.isSafeView`. @param relation the alias of a row with columns of pg_class */
export const isSafeViewSql = (relation: string) => `${relation}.relkind = 'v' AND (
  coalesce((SELECT option_value::boolean FROM pg_options_to_table(${relation}.reloptions)
    WHERE option_name = 'security_invoker'), false)
  OR pg_get_viewdef(${relation}.oid) LIKE '%app.user\\_id%')`;

/**
 * Reads all privileges that the check needs, as one row. Reads only the catalog, which every role
 * may read, so a login without further privileges can run it. Names are returned quoted for SQL.
 */
const privilegesSql = `
WITH server AS (
  -- From PostgreSQL 16 on, SET ROLE is an option of a membership; before, every membership allows it.
  SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END AS acting
), actor AS (
  SELECT oid, rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname::text IN (session_user::text, ${ours})
), reachable AS (
  -- All roles whose privileges a statement can obtain by SET ROLE or inheritance; 0 is PUBLIC.
  SELECT 0::oid AS oid
  UNION SELECT actor.oid FROM actor
  UNION SELECT role.oid FROM pg_roles role, actor, server
    WHERE NOT actor.rolsuper
      AND (pg_has_role(actor.oid, role.oid, 'USAGE') OR pg_has_role(actor.oid, role.oid, acting))
), membership AS (
  SELECT m.member, m.roleid, role.rolname, format('REVOKE %I FROM %I', role.rolname, actor.rolname)
      -- From 16 on, each grantor has a separate membership; REVOKE must name the grantor.
      || CASE WHEN acting = 'SET' AND grantor.oid <> 10 THEN format(' GRANTED BY %I', grantor.rolname) ELSE '' END AS revoke
    FROM server, pg_auth_members m
    JOIN actor ON actor.oid = m.member
    JOIN pg_roles role ON role.oid = m.roleid
    LEFT JOIN pg_roles grantor ON grantor.oid = m.grantor
), hop AS (
  SELECT member, roleid, revoke FROM membership WHERE rolname NOT IN (${ours})
), power AS (
  SELECT quote_ident(actor.rolname) AS member, quote_ident(role.rolname) AS role,
      CASE WHEN role.rolsuper THEN 'is a superuser' WHEN role.rolbypassrls THEN 'has BYPASSRLS'
        ELSE 'reaches the server''s files or programs' END AS ability,
      array_agg(DISTINCT hop.revoke) AS revokes
    FROM server, actor
    JOIN hop ON hop.member = actor.oid
    JOIN pg_roles role ON role.oid <> actor.oid AND role.rolname NOT IN (${ours})
      AND pg_has_role(hop.roleid, role.oid, 'MEMBER')
    WHERE NOT actor.rolsuper AND (
      (role.rolsuper OR role.rolbypassrls OR role.rolname ~ '^pg_(execute_server_program|(read|write)_server_files)$')
        AND (pg_has_role(actor.oid, role.oid, acting) OR pg_has_role(actor.oid, role.oid, 'MEMBER WITH ADMIN OPTION'))
      OR role.rolname ~ '^pg_(execute_server_program|(read|write)_server_files)$'
        AND pg_has_role(actor.oid, role.oid, 'USAGE'))
    GROUP BY actor.rolname, role.rolname, role.rolsuper, role.rolbypassrls
), named AS (
  -- Resolves unqualified names. to_regclass finds nothing in a schema without USAGE; the second
  -- way does.
  SELECT wanted.name AS "table", coalesce(to_regclass(wanted.name)::oid, (
      SELECT c.oid FROM unnest(string_to_array(current_setting('search_path'), ',')) WITH ORDINALITY path(entry, place)
        JOIN pg_namespace n ON n.nspname = btrim(entry, ' "')
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
        ORDER BY place LIMIT 1)) AS oid
    FROM unnest(ARRAY[${literalList(packageRelations)}]) wanted(name)
), acl AS (
  SELECT c.oid AS relation, NULL::name AS "column", a.grantee, a.privilege_type
    FROM pg_class c, aclexplode(c.relacl) a
  UNION ALL SELECT attrelid, attname, a.grantee, a.privilege_type
    FROM pg_attribute, aclexplode(attacl) a WHERE attacl IS NOT NULL AND NOT attisdropped
), relation AS (
  SELECT c.oid, named."table", c.relowner, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relnamespace,
      format('%I.%I', n.nspname, c.relname) AS name, c.relname AS bare
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN named ON named.oid = c.oid
    LEFT JOIN actor signed_in ON signed_in.rolname = '${userRole}' AND NOT signed_in.rolsuper
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (named.oid IS NOT NULL
      OR n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND (has_table_privilege(signed_in.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
          OR has_any_column_privilege(signed_in.oid, c.oid, 'SELECT, INSERT, UPDATE'))
        AND (c.relnamespace IN (SELECT relnamespace FROM named JOIN pg_class ours ON ours.oid = named.oid)
          OR EXISTS (SELECT FROM acl WHERE acl.relation = c.oid AND acl.grantee = signed_in.oid))
        -- Tables of extensions hold no data of the application.
        AND NOT EXISTS (
          SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'))
), policy AS (
  SELECT relation."table", relation.name AS relation, quote_ident(p.polname) AS name, (ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'ALL'])[strpos('rawd*', p.polcmd::text)] AS command,
      pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check,
      ARRAY(SELECT quote_ident(rolname) FROM actor WHERE EXISTS (
        SELECT FROM unnest(p.polroles) r WHERE r = 0 OR pg_has_role(actor.oid, r, 'USAGE'))) AS "appliesTo",
      ARRAY(SELECT CASE WHEN r = 0 THEN 'PUBLIC' ELSE r::regrole::text END
        FROM unnest(p.polroles) r WHERE r IN (SELECT oid FROM reachable) AND r <> relation.relowner) AS reachable
    FROM pg_policy p JOIN relation ON relation.oid = p.polrelid
    WHERE p.polpermissive
), held AS (
  SELECT relation."table", quote_ident(actor.rolname) AS role, command,
      array_agg(quote_ident(attname) ORDER BY attnum) FILTER (WHERE CASE command
        WHEN 'DELETE' THEN has_table_privilege(actor.oid, relation.oid, command)
        ELSE has_column_privilege(actor.oid, relation.oid, attnum, command) END) AS columns
    FROM relation
    JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    JOIN actor ON actor.rolname IN (${ours})
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) command
    WHERE relation."table" IS NOT NULL
    GROUP BY relation."table", actor.rolname, command
)
SELECT
  acting = 'SET' AS "splitsMembership",
  (SELECT json_agg(json_build_object(
      'name', quote_ident(rolname), 'isLogin', rolname = session_user, 'isSuperuser', rolsuper, 'bypassesRls', rolbypassrls,
      'isBootstrap', oid = 10, 'loginCanSetRole', pg_has_role(session_user, oid, acting)) ORDER BY rolname <> session_user, rolname DESC)
    FROM actor) AS roles,
  ARRAY(SELECT DISTINCT revoke FROM membership JOIN actor auth ON auth.rolname = '${authRole}'
    WHERE pg_has_role(roleid, auth.oid, 'MEMBER') AND membership.rolname <> '${userRole}' AND member <> auth.oid
    ORDER BY revoke) AS "revokesOfAuth",
  (SELECT coalesce(json_agg(power ORDER BY member, role), '[]') FROM power) AS powers,
  (SELECT coalesce(json_agg(json_build_object(
      'table', "table", 'name', name, 'bare', bare, 'kind', relkind, 'hasRls', relrowsecurity,
      'columns', ARRAY(SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
      'hasUserId', ${hasUserIdSql('relation.oid')},
      'isSafeView', ${isSafeViewSql('relation')},
      'owningRoles', CASE WHEN relforcerowsecurity THEN '[]' ELSE (
        SELECT coalesce(json_agg(json_build_object('role', quote_ident(rolname), 'isOwner', actor.oid = relowner,
            'revokes', ARRAY(SELECT revoke FROM hop WHERE hop.member = actor.oid AND pg_has_role(hop.roleid, relowner, 'MEMBER')))
            ORDER BY rolname DESC), '[]')
          FROM actor WHERE rolname IN (${ours}) AND NOT rolsuper AND pg_has_role(actor.oid, relowner, 'USAGE')) END
    ) ORDER BY array_position(ARRAY[${literalList(packageRelations)}], "table"), name), '[]') FROM relation) AS relations,
  (SELECT coalesce(json_agg(policy ORDER BY relation, name), '[]') FROM policy) AS policies,
  (SELECT coalesce(json_agg(held ORDER BY "table", role, command), '[]') FROM held) AS held,
  (SELECT coalesce(json_agg(json_build_object('table', "table",
      'grantee', CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      'privilege', privilege_type, 'column', quote_ident("column")) ORDER BY "table", grantee, privilege_type, "column"), '[]')
    FROM relation JOIN acl ON acl.relation = relation.oid JOIN reachable ON reachable.oid = grantee
    WHERE "table" IS NOT NULL AND grantee <> relowner) AS grants,
  (SELECT coalesce(json_agg(DISTINCT jsonb_build_object('schema', quote_ident(nspname), 'role', quote_ident(rolname))), '[]')
    FROM named JOIN pg_class c ON c.oid = named.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN actor ON rolname IN (${ours}) WHERE NOT has_schema_privilege(actor.oid, n.oid, 'USAGE')) AS "closedSchemas"
FROM server`;
