import type { DataSource } from 'typeorm';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { literalList } from '../../model/sql-text.js';
import type { RelationDescription, SchemaDescription } from '../schema-description.js';

/** A DataSource or a query runner. */
export type SqlSource = Pick<DataSource, 'query'>;

/** The objects to describe. A database can also contain objects of the application. */
interface SchemaNames {
  relations: readonly string[];
  functions: readonly string[];
}

/**
 * Reads the named objects from the catalog, with everything that was added to them: columns,
 * indexes, policies, triggers. Needs no privilege on the tables, and reads none of their rows.
 */
export async function describeSchema(source: SqlSource, names: SchemaNames): Promise<SchemaDescription> {
  const relations = await source.query<RelationRow[]>(relationsSql, [names.relations]);
  const ids = relations.map(({ oid }) => oid);
  const parts: [part: string, rows: PartRow[]][] = [];
  for (const [part, sql] of Object.entries(partsSql)) parts.push([part, await source.query(sql, [ids])]);
  const partsOf = (name: string) =>
    Object.fromEntries(
      parts.map(([part, rows]) => [
        part,
        rows.flatMap(({ relation, ...row }) => (relation === name ? [row] : [])),
      ]),
    ) as unknown as Parts;
  return {
    roles: await source.query(rolesSql),
    relations: relations.map(({ oid: _, ...relation }) => ({ ...relation, ...partsOf(relation.name) })),
    functions: await source.query(functionsSql, [names.functions]),
  };
}

/** The members of a description that are lists of parts. */
type PartName = {
  [Name in keyof RelationDescription]: RelationDescription[Name] extends readonly object[] ? Name : never;
}[keyof RelationDescription];
type Parts = Pick<RelationDescription, PartName>;

/** A table or view without its parts. */
type RelationRow = Omit<RelationDescription, keyof Parts> & { oid: string };

/** A part of a table or view. */
interface PartRow {
  relation: string;
}

/** The names of all objects in a database that contains only this package's migrations. */
export async function namesInSchema(source: SqlSource): Promise<SchemaNames> {
  const namesBy = async (sql: string) =>
    (await source.query<{ name: string }[]>(sql)).map(({ name }) => name);
  return { relations: await namesBy(relationNamesSql), functions: await namesBy(functionNamesSql) };
}

export function namesOf({ relations, functions }: SchemaDescription): SchemaNames {
  return { relations: relations.map(({ name }) => name), functions: functions.map(({ name }) => name) };
}

const ourRoles = literalList([userRole, authRole]);

/** Tables and views by unqualified name, resolved by `search_path`. */
const relationsSql = `SELECT c.oid::text AS oid, c.relname AS name,
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
    CASE WHEN owner.rolname IN (${ourRoles}) THEN owner.rolname::text END AS "ownedBy",
    ARRAY(
      SELECT child.relname::text FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
      WHERE inhparent = c.oid ORDER BY child.relname COLLATE "C") AS children
  FROM unnest($1::text[]) AS wanted(name)
  JOIN pg_class c ON c.oid = to_regclass(quote_ident(wanted.name))
  JOIN pg_roles owner ON owner.oid = c.relowner
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
  ORDER BY c.relname COLLATE "C"`;

/** All tables and views of the current schema, except TypeORM's table of migrations. */
const relationNamesSql = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND relkind IN ('r', 'p', 'f', 'v', 'm') AND relname <> 'migrations'
  ORDER BY relname COLLATE "C"`;

/** SQL that removes the schema `n` from the table after `ON` in a definition. */
function withoutSchema(definition: string): string {
  const name = `quote_ident(n.nspname) || '.'`;
  return `replace(replace(${definition}, ' ON ' || ${name}, ' ON '), ' ON ONLY ' || ${name}, ' ON ONLY ')`;
}

const columnNames = (relation: string, key: string) =>
  `ARRAY(
     SELECT attname::text FROM unnest(${key}) WITH ORDINALITY AS part(number, place)
     JOIN pg_attribute ON attrelid = ${relation} AND attnum = part.number ORDER BY part.place)`;

/** Bits of `indoption`: 1 is DESC, 2 is NULLS FIRST. NULLS FIRST is the default of DESC. */
const direction = `CASE option & 3 WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' ELSE ' DESC' END`;

/** The parts of the tables and views with the oids `$1`. */
const partsSql = {
  // Columns in the order of the table. NOT NULL is a property of the column here, although
  // PostgreSQL 18 also stores it as a constraint.
  columns: `SELECT c.relname AS relation, a.attname AS name,
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
  // Constraints: keys first, then foreign keys, then checks.
  constraints: `SELECT c.relname AS relation, con.conname AS name,
      CASE con.contype
        WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint' WHEN 'f' THEN 'foreign key'
        WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion constraint'
      END AS type,
      CASE WHEN con.contype = 'c' THEN '{}' ELSE ${columnNames('con.conrelid', 'con.conkey')} END AS columns,
      CASE WHEN con.contype = 'f' THEN format('%s (%s)',
        (SELECT relname FROM pg_class WHERE oid = con.confrelid),
        array_to_string(${columnNames('con.confrelid', 'con.confkey')}, ', ')) END AS references,
      CASE WHEN con.contype = 'c' THEN pg_get_expr(con.conbin, con.conrelid, true) END AS condition,
      coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true) AND NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgconstraint = con.oid AND tgenabled = 'D') AS "isEnforced",
      pg_get_constraintdef(con.oid, true) AS definition
    FROM pg_class c
    JOIN pg_constraint con ON con.conrelid = c.oid AND con.contype IN ('p', 'u', 'f', 'c', 'x')
    WHERE c.oid = ANY($1::oid[])
    ORDER BY c.relname COLLATE "C", array_position('{p,u,x,f,c}', con.contype::text), con.conname COLLATE "C"`,
  // Indexes, except the indexes of constraints, which `constraints` describes.
  indexes: `SELECT c.relname AS relation, ic.relname AS name,
      i.indisunique AS "isUnique",
      ARRAY(
        SELECT concat(
          pg_get_indexdef(i.indexrelid, part.place::int, false),
          CASE WHEN part.collid NOT IN (0, coalesce(a.attcollation, part.collid))
            THEN format(' COLLATE %I', co.collname) END,
          CASE WHEN NOT oc.opcdefault THEN format(' %I', oc.opcname) END,
          ${direction})
        FROM ROWS FROM (unnest(i.indkey::int2[]), unnest(i.indcollation::oid[]), unnest(i.indclass::oid[]),
          unnest(i.indoption::int2[])) WITH ORDINALITY AS part(attribute, collid, opclass, option, place)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.attribute AND part.attribute > 0
        LEFT JOIN pg_collation co ON co.oid = part.collid
        JOIN pg_opclass oc ON oc.oid = part.opclass
        WHERE part.place <= i.indnkeyatts ORDER BY part.place) AS columns,
      pg_get_expr(i.indpred, i.indrelid, true) AS predicate,
      CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN 'valid' ELSE 'INVALID' END AS state,
      ${withoutSchema('pg_get_indexdef(i.indexrelid, 0, true)')} AS definition
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indrelid = c.oid
    JOIN pg_class ic ON ic.oid = i.indexrelid
    WHERE c.oid = ANY($1::oid[])
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY c.relname COLLATE "C", ic.relname COLLATE "C"`,
  policies: `SELECT c.relname AS relation, p.polname AS name,
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
  // Triggers, except the triggers of foreign keys.
  triggers: `SELECT c.relname AS relation, t.tgname AS name,
      ${withoutSchema('pg_get_triggerdef(t.oid)')} AS definition, t.tgenabled <> 'D' AS "isEnabled"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    WHERE c.oid = ANY($1::oid[])
    ORDER BY c.relname COLLATE "C", t.tgname COLLATE "C"`,
  // Rules, except the SELECT rules of views.
  rules: `SELECT c.relname AS relation, r.rulename AS name,
      pg_get_ruledef(r.oid) AS definition, r.ev_enabled <> 'D' AS "isEnabled"
    FROM pg_class c
    JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
    WHERE c.oid = ANY($1::oid[])
    ORDER BY c.relname COLLATE "C", r.rulename COLLATE "C"`,
  // Grants to the package's roles and to PUBLIC. The deployment decides on grants to other roles.
  grants: `WITH entries AS (
      SELECT c.relname, c.relowner, NULL::text AS "column", 0 AS place, acl.*
        FROM pg_class c, aclexplode(c.relacl) AS acl WHERE c.oid = ANY($1::oid[])
      UNION ALL
      SELECT c.relname, c.relowner, a.attname, a.attnum, acl.*
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped, aclexplode(a.attacl) AS acl
        WHERE c.oid = ANY($1::oid[]))
    SELECT relname AS relation, privilege_type AS privilege, "column",
      coalesce(role.rolname::text, 'PUBLIC') AS grantee, bool_or(is_grantable) AS "mayGrant"
    FROM entries LEFT JOIN pg_roles role ON role.oid = grantee
    WHERE grantee <> relowner AND (grantee = 0 OR role.rolname IN (${ourRoles}))
    GROUP BY relname, privilege_type, "column", place, role.rolname
    ORDER BY relname COLLATE "C", coalesce(role.rolname::text, 'PUBLIC') COLLATE "C",
      array_position('{SELECT,INSERT,UPDATE,DELETE}', privilege_type), privilege_type COLLATE "C", place`,
} satisfies Record<PartName, string>;

/** Attributes and memberships of the package's roles. */
const rolesSql = `SELECT r.rolname AS name,
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
  FROM pg_roles r WHERE r.rolname IN (${ourRoles})
  ORDER BY r.rolname COLLATE "C"`;

/** Without the name of the schema. */
const functionDefinition = `replace(
  btrim(pg_get_functiondef(p.oid), E'\\n'), format(' %I.%I(', n.nspname, p.proname), format(' %I(', p.proname))`;

/**
 * PostgreSQL has no pg_get_functiondef for aggregates. The text includes only the options that an
 * aggregate sets.
 */
const aggregateDefinition = `format('CREATE AGGREGATE %s (%s)', wanted.name, concat_ws(', ',
  'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
  'INITCOND = ' || quote_literal(a.agginitval),
  'FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc, 'COMBINEFUNC = ' || nullif(a.aggcombinefn, 0)::regproc,
  'MSFUNC = ' || nullif(a.aggmtransfn, 0)::regproc,
  CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END))`;

/** `$1`: names of functions and aggregates with the types of their arguments. */
const functionsSql = `SELECT wanted.name, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
    CASE p.prokind WHEN 'a' THEN ${aggregateDefinition} ELSE ${functionDefinition} END AS definition,
    ARRAY(
      SELECT DISTINCT coalesce(role.rolname::text, 'PUBLIC')
      FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
      LEFT JOIN pg_roles role ON role.oid = acl.grantee
      WHERE acl.grantee = 0 OR role.rolname IN (${ourRoles}) ORDER BY 1) AS callers
  FROM unnest($1::text[]) AS wanted(name)
  JOIN pg_proc p ON p.oid = to_regprocedure(wanted.name)
  JOIN pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
  ORDER BY wanted.name COLLATE "C"`;

/** All functions and aggregates of the current schema, except those of extensions. */
const functionNamesSql = `SELECT p.oid::regprocedure::text AS name FROM pg_proc p
  WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
  ORDER BY p.oid::regprocedure::text COLLATE "C"`;
