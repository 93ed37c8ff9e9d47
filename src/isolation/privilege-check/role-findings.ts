import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { journalRoles } from './expected-privileges.js';
import type { PowerfulMembership, Privileges, RoleInfo } from './read-privileges.js';
import { toScript } from '../../model/sql-text.js';

const both = journalRoles.join(', ');

/**
 * The use of a login role. `users`: DATABASE_URL; `auth`: DATABASE_AUTH_URL; `shared`: DATABASE_URL
 * without DATABASE_AUTH_URL.
 */
export type LoginUse = 'shared' | 'users' | 'auth';

/** Checks the attributes and memberships of the login role and of the package's roles. */
export function roleFindings(
  { roles, powers, revokesOfAuth, splitsMembership }: Privileges,
  use: LoginUse,
): PrivilegeFinding[] {
  const login = roles.find(({ isLogin }) => isLogin);
  const options = splitsMembership ? ' WITH SET TRUE' : '';
  const grantTo = (granted: string) => `GRANT ${granted} TO ${login?.name}${options}`;
  const absent = journalRoles.filter((role) => !roles.some(({ name }) => name === role));
  const isNeeded = ({ name }: RoleInfo) => use !== 'users' || name !== authRole;
  const notGranted = roles.filter((role) => !role.isLogin && !role.loginCanSetRole && isNeeded(role));
  const isSuperuser = login?.isSuperuser === true;
  const notSeparate = isSuperuser
    ? []
    : roles.filter((role) => role.loginCanSetRole && !role.isLogin && !isNeeded(role));
  return [
    ...roles.filter(({ isSuperuser }) => isSuperuser).map((role) => superuser(role, grantTo(both))),
    ...roles.filter((role) => role.bypassesRls && !role.isBootstrap).map(bypassRls),
    ...powers.map(powerfulMembership),
    ...absent.map((role): PrivilegeFinding => ({
      code: 'ROLE_MISSING',
      subject: role,
      message: `The role ${role} does not exist; a dump of one database does not contain roles.`,
      remedy: toScript(`CREATE ROLE ${role} NOLOGIN`, grantTo(role)),
    })),
    ...notGranted.map(({ name }): PrivilegeFinding => ({
      code: 'ROLE_NOT_GRANTED',
      subject: name,
      message: `The login role ${login?.name} may not act as ${name}.`,
      remedy: toScript(grantTo(name)),
    })),
    ...notSeparate.map(({ name }): PrivilegeFinding => ({
      code: 'AUTH_NOT_SEPARATE',
      subject: login?.name ?? '',
      message: `The login role ${login?.name} of DATABASE_URL may act as ${name}; with DATABASE_AUTH_URL only the login of sign-in may.`,
      // The revoked membership may also be the one that leads to journal_user.
      remedy: toScript(...revokesOfAuth, grantTo(userRole)),
    })),
  ];
}

function superuser({ name, isLogin, isBootstrap }: RoleInfo, grant: string): PrivilegeFinding {
  const problem = `The ${isLogin ? 'login role' : 'role'} ${name} is a superuser, so policies and grants do not apply to it`;
  // The bootstrap superuser cannot lose the attribute.
  if (isBootstrap)
    return {
      code: 'SUPERUSER',
      subject: name,
      message: `${problem}; give DATABASE_URL another role, with a password.`,
      remedy: toScript(`CREATE ROLE journal_app LOGIN IN ROLE ${both}`),
    };
  // A superuser needs no membership and may lack it.
  const statements = [`ALTER ROLE ${name} NOSUPERUSER`, ...(isLogin ? [grant] : [])];
  return { code: 'SUPERUSER', subject: name, message: `${problem}.`, remedy: toScript(...statements) };
}

function bypassRls({ name, isLogin }: RoleInfo): PrivilegeFinding {
  return {
    code: 'BYPASSRLS',
    subject: name,
    message: `The ${isLogin ? 'login role' : 'role'} ${name} has BYPASSRLS, so policies do not apply to it.`,
    remedy: toScript(`ALTER ROLE ${name} NOBYPASSRLS`),
  };
}

function powerfulMembership({
  member,
  role,
  isSuperuser,
  bypassesRls,
  revokes,
}: PowerfulMembership): PrivilegeFinding {
  const power = isSuperuser
    ? 'is a superuser'
    : bypassesRls
      ? 'has BYPASSRLS'
      : "reaches the server's files or programs";
  return {
    code: 'POWERFUL_MEMBERSHIP',
    subject: member,
    message: `The role ${member} can act as ${role}, which ${power}.`,
    remedy: toScript(...revokes),
  };
}
