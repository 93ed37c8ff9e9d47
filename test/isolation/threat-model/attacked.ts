import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';
import { as, createLogin, dropLogin } from '../../support/isolation.js';
import { startSeparateLogins } from '../../support/separate-logins.js';
import type { Logins } from '../../support/separate-logins.js';

/** An application into whose statements Anna can bring text, and Bob, who has other entries. */
export interface Attacked extends JournalUnderTest {
  anna: string;
  bob: string;
  /** The login of DATABASE_URL. */
  login: string;
  /** The login of sign-in. */
  authLogin: string;
  /** Runs a statement in the scope of Anna whose whole text is hers. */
  whole: <T = Record<string, unknown>>(text: string) => Promise<T[]>;
  /**
   * Runs a statement of the application that is built by concatenation with a text of Anna.
   * @returns its first column
   */
  fragment: (text: string) => Promise<string[]>;
}

/** How many entries Bob has; every second one has the symbol `HIDDEN`. */
export const entriesOfBob = 400;
export const statementTimeout = 1_500;

const pool = { min: 0, max: 4, idleTimeout: 30_000, connectionTimeout: 10_000 };

/** An attacked application with one login, which is a member of both roles. */
export async function attackShared(): Promise<Attacked> {
  const login = await createLogin();
  const under = await startJournal(({ url }) => ({ url: as(url, login), pool, statementTimeout }));
  return attacked(under, { users: login, auth: login }, async () => {
    await under.close();
    await dropLogin(login);
  });
}

/** An attacked application with a separate login for sign-in. */
export async function attackSeparate(): Promise<Attacked> {
  const under = await startSeparateLogins({ pool, statementTimeout });
  return attacked(under, under.logins, () => under.close());
}

async function attacked(
  under: JournalUnderTest,
  logins: Logins,
  close: () => Promise<void>,
): Promise<Attacked> {
  const [anna, bob] = [await under.newUser(), await under.newUser()];
  const fill = (userId: string, name: string, count: number) =>
    under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount, symbol, notes)
       SELECT $1, $2::text || n, timestamptz '2026-01-05' + n * interval '1 hour', 'acct-1', 'fee', -n,
         CASE WHEN n % 2 = 0 THEN 'HIDDEN' ELSE 'AAPL' END, $2::text || n || ' notes'
       FROM generate_series(1, $3::int) n`,
      [userId, name, count],
    );
  await fill(anna, 'a-', 1);
  await fill(bob, 'b-', entriesOfBob);
  await under.owner.query(`UPDATE users SET password_hash = 'hash of ' || email`);
  await under.owner.query('ANALYZE users, accounts, journal');
  const whole = <T>(text: string): Promise<T[]> =>
    under.scope.run(anna, () => under.dataSource.query<T[]>(text));
  return {
    ...under,
    anna,
    bob,
    login: logins.users,
    authLogin: logins.auth,
    whole,
    fragment: async (text) => {
      const rows = await whole<{ id: string }>(`SELECT id FROM accounts WHERE id = '${text}'`);
      return rows.map(({ id }) => id);
    },
    close,
  };
}

/** A fragment that adds the rows of a SELECT. */
export function adding(select: string): string {
  return `none' UNION ALL ${select} --`;
}

/** A fragment that changes settings of the transaction, and then has a function run a SELECT. */
export function addingAfter(settings: Record<string, string>, select: string): string {
  const changes = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  return adding(
    `SELECT query_to_xml($$${select}$$, true, true, '')::text FROM (SELECT ${changes.join(', ')} OFFSET 0) changed`,
  );
}
