import type { QueryRunner } from 'typeorm';
import { authRole, userRole } from '../driver/roles.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/** The migrating role may not create the roles of the package. */
export class RolesMissingError extends JournalDatabaseError {
  readonly code = 'ROLES_MISSING';

  constructor(readonly sql: string) {
    super(
      `The roles of the journal are missing, and the migrating role may not create roles. Let an administrator run: \`${sql}\`.`,
    );
  }
}

interface Standing {
  name: string;
  exists: boolean;
  mayCreate: boolean;
  /** The migrating role may make itself a member that can act as this role, and is none yet. */
  mayJoin: boolean;
}

/**
 * Makes the two roles where the server does not have them yet, and the migrating role a member of
 * them where it may, for deployments in which it is the application's too.
 *
 * @throws RolesMissingError with the SQL for an administrator, where the migrating role may not
 * create roles
 */
export async function ensureRoles(
  queryRunner: QueryRunner,
  roles: readonly string[] = [userRole, authRole],
): Promise<void> {
  const [server] = (await queryRunner.query(
    `SELECT current_setting('server_version_num')::int >= 160000 AS sets`,
  )) as { sets: boolean }[];
  // From PostgreSQL 16 on, a membership can allow SET ROLE without handing the privileges on to
  // every statement; the one that the creator of a role gets by itself allows neither.
  const [membership, options] = server?.sets
    ? (['SET', 'WITH INHERIT FALSE, SET TRUE'] as const)
    : (['MEMBER', ''] as const);

  const standings = () => standingsOf(queryRunner, roles, membership);

  const missing = (await standings()).filter(({ exists }) => !exists);
  if (missing.some(({ mayCreate }) => !mayCreate))
    throw new RolesMissingError(await administratorsSql(queryRunner, roles, missing));
  for (const { name } of missing) await queryRunner.query(unlessDoneAlready(`CREATE ROLE ${name} NOLOGIN`));
  const joining = (await standings()).filter(({ mayJoin }) => mayJoin);
  for (const { name } of joining)
    await queryRunner.query(unlessDoneAlready(`GRANT ${name} TO CURRENT_USER ${options}`));
}

// Another database of the same server may be doing it at this moment; XX000 is "tuple concurrently
// updated".
function unlessDoneAlready(statement: string): string {
  return `DO $$ BEGIN
      ${statement};
    EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN NULL;
    END $$`;
}

function standingsOf(
  queryRunner: QueryRunner,
  roles: readonly string[],
  membership: string,
): Promise<Standing[]> {
  return queryRunner.query(
    `SELECT wanted.name, role.oid IS NOT NULL AS exists, me.rolsuper OR me.rolcreaterole AS "mayCreate",
       coalesce(NOT pg_has_role(me.oid, role.oid, $2) AND (
         EXISTS (SELECT FROM pg_auth_members WHERE roleid = role.oid AND member = me.oid AND admin_option)
         OR $2 = 'MEMBER' AND me.rolcreaterole), false) AS "mayJoin"
     FROM unnest($1::text[]) WITH ORDINALITY AS wanted(name, place)
     JOIN pg_roles me ON me.rolname = current_user
     LEFT JOIN pg_roles role ON role.rolname = wanted.name
     ORDER BY place`,
    [roles, membership],
  );
}

async function administratorsSql(
  queryRunner: QueryRunner,
  roles: readonly string[],
  missing: readonly Standing[],
): Promise<string> {
  const [row] = (await queryRunner.query(`SELECT quote_ident(current_user) AS me`)) as { me: string }[];
  return [
    ...missing.map(({ name }) => `CREATE ROLE ${name} NOLOGIN;`),
    `GRANT ${roles.join(', ')} TO ${row?.me};`,
  ].join(' ');
}
