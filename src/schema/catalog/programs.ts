import { authRole, userRole } from '../../driver/contract/contract.js';
import type { FunctionDescription, ProgrammedDescription } from '../schema-description.js';
import { withoutSchema } from './query.js';
import type { Of, Query } from './query.js';

/** Triggers, except those of foreign keys. */
export function readTriggers(
  query: Query,
  relations: readonly number[],
): Promise<Of<ProgrammedDescription>[]> {
  return query(
    `SELECT c.relname AS relation, t.tgname AS name,
       ${withoutSchema('pg_get_triggerdef(t.oid)')} AS definition, t.tgenabled <> 'D' AS "isEnabled"
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
     WHERE c.oid = ANY($1::oid[])
     ORDER BY c.relname COLLATE "C", t.tgname COLLATE "C"`,
    [relations],
  );
}

/** Rules, except the SELECT rules of views. */
export function readRules(query: Query, relations: readonly number[]): Promise<Of<ProgrammedDescription>[]> {
  return query(
    `SELECT c.relname AS relation, r.rulename AS name,
       pg_get_ruledef(r.oid) AS definition, r.ev_enabled <> 'D' AS "isEnabled"
     FROM pg_class c
     JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
     WHERE c.oid = ANY($1::oid[])
     ORDER BY c.relname COLLATE "C", r.rulename COLLATE "C"`,
    [relations],
  );
}

/** @param names functions and aggregates with the types of their arguments */
export function readFunctions(query: Query, names: readonly string[]): Promise<FunctionDescription[]> {
  return query(
    `SELECT wanted.name, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
       CASE p.prokind WHEN 'a' THEN ${aggregateDefinition} ELSE ${functionDefinition} END AS definition,
       ARRAY(
         SELECT DISTINCT coalesce(role.rolname::text, 'PUBLIC')
         FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
         LEFT JOIN pg_roles role ON role.oid = acl.grantee
         WHERE acl.grantee = 0 OR role.rolname = ANY($2::text[]) ORDER BY 1) AS callers
     FROM unnest($1::text[]) AS wanted(name)
     JOIN pg_proc p ON p.oid = to_regprocedure(wanted.name)
     JOIN pg_namespace n ON n.oid = p.pronamespace
     LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
     ORDER BY wanted.name COLLATE "C"`,
    [names, [userRole, authRole]],
  );
}

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

/** All functions and aggregates of the current schema, except those of extensions. */
export async function listFunctions(query: Query): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT p.oid::regprocedure::text AS name FROM pg_proc p
     WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
       AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
     ORDER BY p.oid::regprocedure::text COLLATE "C"`,
  );
  return rows.map(({ name }) => name);
}
