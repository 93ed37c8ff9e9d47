import { expect } from '@jest/globals';
import type { Client } from 'pg';
import { onServer } from '../../../src/testing/server/on-server.js';
import { as } from '../../support/isolation.js';
import { addingAfter, entriesOfBob } from './attacked.js';
import type { Attacked } from './attacked.js';
import { provedBy } from './proofs.js';
import type { Proofs } from './proofs.js';

/** The possible actions of a process that has the URL of a login. */
async function withUrl({ url, bob }: Attacked, login: string, isForSignIn: boolean): Promise<void> {
  await onServer(as(url, login), async (client) => {
    expect(await rowsAs(client, 'journal_user', bob, 'SELECT FROM journal')).toBe(entriesOfBob);
    const users = rowsAs(client, 'journal_auth', '', 'SELECT FROM users WHERE password_hash IS NOT NULL');
    if (!isForSignIn) return expect(users).rejects.toThrow('permission denied to set role');
    expect(await users).toBe(2);
    const deleted = rowsAs(client, 'journal_auth', '', `DELETE FROM users WHERE id = '${bob}'`);
    expect(await deleted).toBe(1);
  });
}

/** How many rows a statement reads or writes, which is rolled back. */
async function rowsAs(client: Client, role: string, userId: string, text: string): Promise<number | null> {
  try {
    await client.query(`BEGIN; SET LOCAL ROLE ${role}; SET LOCAL app.user_id = '${userId}'`);
    return (await client.query(text)).rowCount;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The rows of `users` that a fragment reads after a change of its role. */
const hashesAs = ({ fragment }: Attacked, role: string) =>
  fragment(addingAfter({ role }, 'SELECT email, password_hash FROM users'));

/** A fragment gets the password hash of each user. */
export async function readsHashes(attacked: Attacked): Promise<void> {
  expect((await hashesAs(attacked, 'journal_auth')).join().match(/hash of /g)).toHaveLength(2);
}

/** A fragment gets neither another role nor a password hash. */
export async function becomesNothing(attacked: Attacked): Promise<void> {
  await expect(hashesAs(attacked, 'journal_auth')).rejects.toThrow('permission denied to set role');
  await expect(hashesAs(attacked, 'none')).rejects.toThrow('permission denied for table users');
  const identity = await attacked.fragment(addingAfter({ role: 'none' }, 'SELECT current_user AS me'));
  expect(identity.join()).toContain(`<me>${attacked.login}</me>`);
}

async function rolesOf({ owner }: Attacked, login: string): Promise<string[]> {
  const rows = await owner.query<{ name: string }[]>(
    `SELECT roleid::regrole::text AS name FROM pg_auth_members WHERE member = $1::regrole ORDER BY name`,
    [login],
  );
  return rows.map(({ name }) => name);
}

export const protectedThings: Proofs = {
  'the confidentiality of a journal': provedBy('attacks-by-sql', 'reads no more than its own by'),
  'the integrity of a journal': provedBy('final-deletion', 'permits its deletion once'),
  'password hashes, and the addresses of other users': async ({ shared }) => {
    await expect(shared.whole('SELECT password_hash FROM users')).rejects.toThrow('permission denied');
    expect(await shared.whole('SELECT id, email FROM users')).toMatchObject([{ id: shared.anna }]);
  },
  'a unit of work': provedBy(
    'units-and-connections',
    'after a caught failure, regardless of further caught errors',
  ),
  'the session of the server that a connection returns': provedBy(
    'left-behind',
    'The next user of a connection gets no state from statements of the previous user, on the %s transport:',
  ),
};

export const parties: Proofs = {
  'a user of the application': {
    file: 'test/journal/hostile-input.spec.ts',
    title: 'is stored or refused by an error of this package, never by an error of the driver',
  },
  'a file that a user imports': {
    file: 'test/browser/import/reader/limits.spec.ts',
    title: 'never blocks the process that imports a file %s, and refuses the file',
  },
  'a developer of a feature module': provedBy(
    'attacks-by-repository',
    'Code without a filter by user, over %s',
  ),
  'the author of an injected fragment': provedBy('attacks-by-sql', 'Injected SQL, over %s'),
  'a connection pooler in transaction mode': provedBy(
    'pgbouncer',
    'Sixty users over two connections to the server',
  ),
  'a process that has `DATABASE_URL`': async ({ shared, separate }) => {
    await withUrl(shared, shared.login, true);
    await withUrl(separate, separate.login, false);
  },
  'a process that has `DATABASE_AUTH_URL`': ({ separate }) => withUrl(separate, separate.authLogin, true),
  'the owner of the tables, and superusers': async ({ shared: { owner } }) => {
    expect(await owner.query('SELECT count(*)::int AS n FROM journal')).toEqual([{ n: entriesOfBob + 1 }]);
    expect(await owner.query(`SELECT count(*)::int AS n FROM users WHERE password_hash <> ''`)).toEqual([
      { n: 2 },
    ]);
  },
};

export const setUps: Proofs = {
  'shared: `DATABASE_AUTH_URL` is unset': async ({ shared }) => {
    expect(await rolesOf(shared, shared.login)).toEqual(['journal_auth', 'journal_user']);
    expect(shared.authLogin).toBe(shared.login);
    await readsHashes(shared);
  },
  'separate: `DATABASE_AUTH_URL` is set': async ({ separate }) => {
    expect(await rolesOf(separate, separate.login)).toEqual(['journal_user']);
    expect(await rolesOf(separate, separate.authLogin)).toEqual(['journal_auth', 'journal_user']);
    await becomesNothing(separate);
  },
};

export const withSeparateLogins: Proofs = {
  'sign-in, import, export and deletion': provedBy('separate-login', 'the services work:'),
  'a sign-in inside a unit of work of a user': provedBy(
    'separate-login',
    'a sign-in inside a unit of work of a user is rejected, and the unit can continue:',
  ),
  'an application starts': provedBy(
    'separate-login',
    'accepts the two logins, and logs that they are separate',
  ),
  'the login of `DATABASE_URL` is still a member of `journal_auth`': provedBy(
    'separate-login',
    'reports AUTH_NOT_SEPARATE for a login of DATABASE_URL that may act as journal_auth',
  ),
};
