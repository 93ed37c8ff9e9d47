import { randomBytes } from 'node:crypto';
import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { startJournal } from './database-journal.js';
import type { JournalUnderTest } from './database-journal.js';

/**
 * A journal of two users. The application connects as in production: its login role is a member of
 * the package's roles and has no other privileges.
 */
export interface TwoUsers extends JournalUnderTest {
  anna: string;
  bob: string;
  /** All rows of all users, each with its xmin, the transaction that last wrote it. */
  everything(): Promise<unknown[]>;
  /** The ids of the entries that a user can read with a query without a user condition. */
  seenBy(userId: string): Promise<string[]>;
}

/** Anna has the entry `a-1`. Bob has the entry `b-1` in an account that only he has. */
export async function startTwoUsers(
  poolSize: number,
  settings: Partial<DatabaseSettings> = {},
  through: (url: string) => Promise<string> = (url) => Promise.resolve(url),
): Promise<TwoUsers> {
  const login = await createLogin();
  const pool = { min: 0, max: poolSize, idleTimeout: 30_000, connectionTimeout: 10_000 };
  const under = await startJournal(async (database) => ({
    url: await through(as(database.url, login)),
    pool,
    ...settings,
  }));
  const [anna, bob] = [await under.newUser(), await under.newUser()];
  await addEntry(under, anna, 'a-1', 'acct-1');
  await under.scope.run(bob, () => under.accounts.create({ id: 'acct-bob', name: 'Bob only' }));
  await addEntry(under, bob, 'b-1', 'acct-bob');
  return {
    ...under,
    anna,
    bob,
    everything: () =>
      under.owner.query(`
        SELECT xmin::text, users::text AS row FROM users
        UNION ALL SELECT xmin::text, accounts::text FROM accounts
        UNION ALL SELECT xmin::text, journal::text FROM journal ORDER BY 2`),
    seenBy: async (userId) => {
      const read = () => under.dataSource.query<{ id: string }[]>('SELECT id FROM journal ORDER BY id');
      return (await under.scope.run(userId, read)).map(({ id }) => id);
    },
    close: async () => {
      await under.close();
      await dropLogin(login);
    },
  };
}

/** Each pool size and transport, for `describe.each`. */
export const everyTransport: [string, number, Partial<DatabaseSettings>][] = [
  ['1 pooled connection, fast', 1, {}],
  ['10 pooled connections, fast', 10, {}],
  ['1 pooled connection, fast, statements unnamed', 1, { preparedStatements: false }],
  ['1 pooled connection, plain', 1, { fastPath: false }],
];

/** Creates a login role, by default a member of the package's roles. */
export async function createLogin(attributes = 'IN ROLE journal_user, journal_auth'): Promise<string> {
  const login = `login_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl(), (client) =>
    client.query(`CREATE ROLE ${login} LOGIN PASSWORD '${login}' ${attributes}`),
  );
  return login;
}

/** Drops a role that `createLogin` created. */
export async function dropLogin(login: string): Promise<void> {
  await onServer(serverUrl(), (client) => client.query(`DROP ROLE ${login}`));
}

/** The URL with another login. The password of a test login is its name. */
export function as(url: string, login: string): string {
  return Object.assign(new URL(url), { username: login, password: login }).toString();
}

export function serverUrl(): string {
  return process.env['TEST_DATABASE_URL'] ?? '';
}

async function addEntry({ scope, journal }: JournalUnderTest, userId: string, id: string, accountId: string) {
  const entry = { id, ts: new Date('2026-01-05'), accountId, type: 'fee', amount: '-1.30' } as const;
  await scope.run(userId, () => journal.append(entry));
}
