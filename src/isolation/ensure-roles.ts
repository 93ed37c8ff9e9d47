import type { QueryRunner } from 'typeorm';
import { authRole, userRole } from '../driver/contract/contract.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * The migrating role must create `journal_user` or `journal_auth` and lacks CREATEROLE. Nothing was
 * changed.
 *
 * @remedy Let an administrator run the statements in `sql`, then migrate again.
 */
export class RolesMissingError extends JournalDatabaseError {
  readonly code = 'ROLES_MISSING';

  constructor(readonly sql: string) {
    super(
      `The roles of the journal are missing, and the migrating role may not create roles. Let an administrator run: \`${sql}\`.`,
    );
  }
}

interface RoleState {
  name: string;
  exists: boolean;
  mayCreate: boolean;
  /** The migrating role cannot act as this role yet, and may grant itself the membership. */
  mayJoin: boolean;
}

/**
 * Creates the missing roles of the package. Makes the migrating role a member of them if it may,
 * for deployments in which the application logs in with the same role.
 *
 * @throws RolesMissingError if the migrating role may not create roles
 */
export async function ensureRoles(
  queryRunner: QueryRunner,
  roles: readonly string[] = [userRole, authRole],
): Promise<void> {
  const [server] = (await queryRunner.query(
    `SELECT current_setting('server_version_num')::int >= 160000 AS sets`,
  )) as { sets: boolean }[];
  // From PostgreSQL 16 on, a membership can allow SET ROLE without inheriting the privileges. The
  // implicit membership of a role's creator allows neither.
  const [membership, options] = server?.sets
    ? (['SET', 'WITH INHERIT FALSE, SET TRUE'] as const)
    : (['MEMBER', ''] as const);

  const readStates = () => readRoleStates(queryRunner, roles, membership);

  const missing = (await readStates()).filter(({ exists }) => !exists);
  if (missing.some(({ mayCreate }) => !mayCreate))
    throw new RolesMissingError(await sqlForAdministrator(queryRunner, roles, missing));
  for (const { name } of missing) await queryRunner.query(ignoringConflicts(`CREATE ROLE ${name} NOLOGIN`));
  const joining = (await readStates()).filter(({ mayJoin }) => mayJoin);
  for (const { name } of joining)
    await queryRunner.query(ignoringConflicts(`GRANT ${name} TO CURRENT_USER ${options}`));
}

// Roles belong to the server: a migration of another database may create them at the same time.
// internal_error (XX000) is "tuple concurrently updated".
function ignoringConflicts(statement: string): string {
  return `DO $$ BEGIN
      ${statement};
    EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN NULL;
    END $$`;
}

function readRoleStates(
  queryRunner: QueryRunner,
  roles: readonly string[],
  membership: string,
): Promise<RoleState[]> {
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

async function sqlForAdministrator(
  queryRunner: QueryRunner,
  roles: readonly string[],
  missing: readonly RoleState[],
): Promise<string> {
  const [row] = (await queryRunner.query(`SELECT quote_ident(current_user) AS me`)) as { me: string }[];
  return [
    ...missing.map(({ name }) => `CREATE ROLE ${name} NOLOGIN;`),
    `GRANT ${roles.join(', ')} TO ${row?.me};`,
  ].join(' ');
}
