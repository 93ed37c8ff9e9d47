import type { QueryRunner } from 'typeorm';
import { RolesMissingError } from '../errors.js';
import { authRole, userRole } from './roles.js';

const roles = [userRole, authRole];

interface Standing {
  name: string;
  exists: boolean;
  /** The migrating role may grant it, and is no member yet. */
  mayJoin: boolean;
  mayCreate: boolean;
}

/**
 * Makes the two roles where the server does not have them yet, and the migrating role a member of what it made, for
 * deployments in which it is the application's too.
 *
 * @throws RolesMissingError with the SQL for an administrator, where the migrating role may not create roles
 */
export async function ensureRoles(queryRunner: QueryRunner): Promise<void> {
  const before = await standings(queryRunner);
  const missing = before.filter(({ exists }) => !exists);
  if (missing.some(({ mayCreate }) => !mayCreate))
    throw new RolesMissingError(await administratorsSql(queryRunner));
  for (const { name } of missing) await queryRunner.query(createRole(name));
  const version = Number(
    ((await queryRunner.query('SHOW server_version_num')) as { server_version_num: string }[])[0]
      ?.server_version_num,
  );
  for (const { name, mayJoin } of await standings(queryRunner)) {
    // From PostgreSQL 16 on, a membership can allow SET ROLE without handing the privileges on to every statement.
    if (mayJoin)
      await queryRunner.query(
        `GRANT ${name} TO CURRENT_USER${version >= 160_000 ? ' WITH INHERIT FALSE, SET TRUE' : ''}`,
      );
  }
}

// Another database of the same server may be making the role at this moment.
function createRole(name: string): string {
  return `DO $$ BEGIN
      CREATE ROLE ${name} NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`;
}

function standings(queryRunner: QueryRunner): Promise<Standing[]> {
  return queryRunner.query(
    `SELECT wanted.name, role.oid IS NOT NULL AS exists, me.rolsuper OR me.rolcreaterole AS "mayCreate",
       role.oid IS NOT NULL AND NOT me.rolsuper AND NOT member.is_member AND (me.rolcreaterole OR member.is_admin) AS "mayJoin"
     FROM unnest($1::text[]) AS wanted(name)
     JOIN pg_roles me ON me.rolname = current_user
     LEFT JOIN pg_roles role ON role.rolname = wanted.name
     LEFT JOIN LATERAL (
       SELECT coalesce(bool_or(true), false) AS is_member, coalesce(bool_or(admin_option), false) AS is_admin
       FROM pg_auth_members WHERE roleid = role.oid AND member = me.oid) member ON true`,
    [roles],
  );
}

async function administratorsSql(queryRunner: QueryRunner): Promise<string> {
  const [row]: { me: string }[] = await queryRunner.query(`SELECT quote_ident(current_user) AS me`);
  return [
    ...roles.map((name) => `CREATE ROLE ${name} NOLOGIN;`),
    `GRANT ${roles.join(', ')} TO ${row?.me};`,
  ].join(' ');
}
