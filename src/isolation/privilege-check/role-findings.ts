import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole, userRole } from '../../driver/roles.js';
import { journalRoles } from './expected-grants.js';
import type { PowerFacts, PrivilegeFacts, RoleFacts } from './privilege-facts.js';
import { sentences } from './sql-text.js';

const both = journalRoles.join(', ');

/**
 * What the login is for: `users` and `auth` are the logins of DATABASE_URL and DATABASE_AUTH_URL.
 */
export type LoginUse = 'shared' | 'users' | 'auth';

/** Who the login role is and can become, and what the two roles of the package are. */
export function roleFindings(
  { roles, powers, revokesOfAuth, splitsMembership }: PrivilegeFacts,
  use: LoginUse,
): PrivilegeFinding[] {
  const login = roles.find(({ isLogin }) => isLogin);
  const options = splitsMembership ? ' WITH SET TRUE' : '';
  const grantTo = (granted: string) => `GRANT ${granted} TO ${login?.name}${options}`;
  const absent = journalRoles.filter((role) => !roles.some(({ name }) => name === role));
  const isNeeded = ({ name }: RoleFacts) => use !== 'users' || name !== authRole;
  const refused = roles.filter((role) => !role.isLogin && !role.canBeLogin && isNeeded(role));
  const isSuperuser = login?.isSuperuser === true;
  const tooMany = isSuperuser
    ? []
    : roles.filter((role) => role.canBeLogin && !role.isLogin && !isNeeded(role));
  return [
    ...roles.filter(({ isSuperuser }) => isSuperuser).map((role) => superuser(role, grantTo(both))),
    ...roles.filter((role) => role.bypassesRls && !role.isBootstrap).map(bypassing),
    ...powers.map(powerful),
    ...absent.map((role): PrivilegeFinding => ({
      code: 'ROLE_MISSING',
      subject: role,
      message: `The role ${role} does not exist, as after a restore on another server.`,
      remedy: sentences(`CREATE ROLE ${role} NOLOGIN`, grantTo(role)),
    })),
    ...refused.map(({ name }): PrivilegeFinding => ({
      code: 'ROLE_NOT_GRANTED',
      subject: name,
      message: `The login role ${login?.name} may not act as ${name}.`,
      remedy: sentences(grantTo(name)),
    })),
    ...tooMany.map(({ name }): PrivilegeFinding => ({
      code: 'AUTH_NOT_SEPARATE',
      subject: login?.name ?? '',
      message: `The login role ${login?.name} of DATABASE_URL may act as ${name}, which DATABASE_AUTH_URL is to keep from it.`,
      // A role in between may also be what makes the login a member of journal_user.
      remedy: sentences(...revokesOfAuth, grantTo(userRole)),
    })),
  ];
}

function superuser({ name, isLogin, isBootstrap }: RoleFacts, grant: string): PrivilegeFinding {
  const what = `The ${isLogin ? 'login role' : 'role'} ${name} is a superuser, whom no policy and no grant holds`;
  // The server's first role cannot be anything else.
  if (isBootstrap)
    return {
      code: 'SUPERUSER',
      subject: name,
      message: `${what}; give DATABASE_URL a role of its own, with a password.`,
      remedy: sentences(`CREATE ROLE journal_app LOGIN IN ROLE ${both}`),
    };
  // A superuser needs no membership, and so may have none.
  const statements = [`ALTER ROLE ${name} NOSUPERUSER`, ...(isLogin ? [grant] : [])];
  return { code: 'SUPERUSER', subject: name, message: `${what}.`, remedy: sentences(...statements) };
}

function bypassing({ name, isLogin }: RoleFacts): PrivilegeFinding {
  return {
    code: 'BYPASSRLS',
    subject: name,
    message: `The ${isLogin ? 'login role' : 'role'} ${name} has BYPASSRLS: no policy holds it.`,
    remedy: sentences(`ALTER ROLE ${name} NOBYPASSRLS`),
  };
}

function powerful({ member, role, isSuperuser, bypassesRls, revokes }: PowerFacts): PrivilegeFinding {
  const power = isSuperuser
    ? 'is a superuser'
    : bypassesRls
      ? 'has BYPASSRLS'
      : "reaches the server's files or programs";
  return {
    code: 'POWERFUL_MEMBERSHIP',
    subject: member,
    message: `The role ${member} can act as ${role}, which ${power}.`,
    remedy: sentences(...revokes),
  };
}
