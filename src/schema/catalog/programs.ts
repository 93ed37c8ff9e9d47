import { authRole, userRole } from '../../database/scope/roles.js';
import type { FunctionDescription, ProgrammedDescription } from '../schema-description.js';
import { withoutSchema } from './query.js';
import type { Of, Query } from './query.js';

/** The triggers but for those of foreign keys. */
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

/** The rules but for those of which views are made. */
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

/** The functions of these names, with the types of their arguments. */
export function readFunctions(query: Query, names: readonly string[]): Promise<FunctionDescription[]> {
  return query(
    `SELECT wanted.name, pg_get_functiondef(p.oid) AS definition,
       ARRAY(
         SELECT DISTINCT coalesce(role.rolname::text, 'PUBLIC')
         FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
         LEFT JOIN pg_roles role ON role.oid = acl.grantee
         WHERE acl.grantee = 0 OR role.rolname = ANY($2::text[]) ORDER BY 1) AS callers
     FROM unnest($1::text[]) AS wanted(name)
     JOIN pg_proc p ON p.oid = to_regprocedure(wanted.name)
     WHERE p.prokind IN ('f', 'p', 'w')
     ORDER BY wanted.name COLLATE "C"`,
    [names, [userRole, authRole]],
  );
}

/** The names of all functions of the schema in which the migrations work. */
export async function listFunctions(query: Query): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT p.oid::regprocedure::text AS name FROM pg_proc p
     WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
       AND p.prokind IN ('f', 'p', 'w')
       AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
     ORDER BY p.oid::regprocedure::text COLLATE "C"`,
  );
  return rows.map(({ name }) => name);
}
