import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { journalRoles } from './expected-privileges.js';
import { finding } from './finding.js';
import type { PowerfulMembership, Privileges, RoleInfo } from './read-privileges.js';

const both = journalRoles.join(', ');

/**
 * Checks the attributes and memberships of the login role and of the package's roles.
 *
 * @param needsAuth whether the login must act as `journal_auth`: false for the login of
 *   DATABASE_URL if DATABASE_AUTH_URL is set
 */
export function roleFindings(
  { roles, powers, revokesOfAuth, splitsMembership }: Privileges,
  needsAuth: boolean,
): PrivilegeFinding[] {
  const login = roles.find(({ isLogin }) => isLogin);
  const options = splitsMembership ? ' WITH SET TRUE' : '';
  const grantTo = (granted: string) => `GRANT ${granted} TO ${login?.name}${options}`;
  const absent = journalRoles.filter((role) => !roles.some(({ name }) => name === role));
  const isNeeded = ({ name }: RoleInfo) => needsAuth || name !== authRole;
  const notGranted = roles.filter((role) => !role.isLogin && !role.loginCanSetRole && isNeeded(role));
  const isSuperuser = login?.isSuperuser === true;
  const notSeparate = isSuperuser
    ? []
    : roles.filter((role) => role.loginCanSetRole && !role.isLogin && !isNeeded(role));
  return [
    ...roles.filter(({ isSuperuser }) => isSuperuser).map((role) => superuser(role, grantTo(both))),
    ...roles.filter((role) => role.bypassesRls && !role.isBootstrap).map(bypassRls),
    ...powers.map(powerfulMembership),
    ...absent.map((role) => {
      const message = `The role ${role} does not exist; a dump of one database does not contain roles.`;
      return finding('ROLE_MISSING', role, message, `CREATE ROLE ${role} NOLOGIN`, grantTo(role));
    }),
    ...notGranted.map(({ name }) => {
      const message = `The login role ${login?.name} may not act as ${name}.`;
      return finding('ROLE_NOT_GRANTED', name, message, grantTo(name));
    }),
    ...notSeparate.map(({ name }) =>
      finding(
        'AUTH_NOT_SEPARATE',
        login?.name ?? '',
        `The login role ${login?.name} of DATABASE_URL may act as ${name}; with DATABASE_AUTH_URL only the login of sign-in may.`,
        // Without the revoked membership the login may lose journal_user, too.
        ...revokesOfAuth,
        grantTo(userRole),
      ),
    ),
  ];
}

function superuser({ name, isLogin, isBootstrap }: RoleInfo, grant: string): PrivilegeFinding {
  const problem = `The ${isLogin ? 'login role' : 'role'} ${name} is a superuser, so policies and grants do not apply to it`;
  // The bootstrap superuser cannot lose the attribute.
  if (isBootstrap) {
    const message = `${problem}; give DATABASE_URL another role, with a password.`;
    return finding('SUPERUSER', name, message, `CREATE ROLE journal_app LOGIN IN ROLE ${both}`);
  }
  // A superuser needs no membership and may lack it.
  const grants = isLogin ? [grant] : [];
  return finding('SUPERUSER', name, `${problem}.`, `ALTER ROLE ${name} NOSUPERUSER`, ...grants);
}

function bypassRls({ name, isLogin }: RoleInfo): PrivilegeFinding {
  const message = `The ${isLogin ? 'login role' : 'role'} ${name} has BYPASSRLS, so policies do not apply to it.`;
  return finding('BYPASSRLS', name, message, `ALTER ROLE ${name} NOBYPASSRLS`);
}

function powerfulMembership({ member, role, ability, revokes }: PowerfulMembership): PrivilegeFinding {
  const message = `The role ${member} can act as ${role}, which ${ability}.`;
  return finding('POWERFUL_MEMBERSHIP', member, message, ...revokes);
}
