import { expect } from '@jest/globals';
import { failureOf } from '../../support/failure.js';
import { adding, addingAfter } from './attacked.js';
import type { Attacked } from './attacked.js';
import { provedBy } from './proofs.js';
import type { Proofs } from './proofs.js';
import { activityOf, otherSessions, whilePaused } from './sessions.js';
import { becomesNothing } from './trust.js';

/** A whole statement that works as another user. */
export function asBob({ bob }: Attacked, statement: string): string {
  return `DO $$ BEGIN PERFORM set_config('app.user_id', '${bob}', true); ${statement}; END $$`;
}

const messageOf = async (work: Promise<unknown>) => ((await failureOf(work)) as Error | undefined)?.message;

export const prevented: Proofs = {
  'a query without a filter by user, or with the id of another user': provedBy(
    'attacks-by-sql',
    'a query without where',
  ),
  'a statement outside of any scope, as of a timer': provedBy(
    'attacks-by-repository',
    'is rejected outside of any scope with USER_SCOPE_MISSING',
  ),
  'a user id that is not a UUID': {
    file: 'test/isolation/user-scope.spec.ts',
    title: 'refuses the user id "%s" without running anything',
  },
  "an entry in an account of another user, or an amendment of another user's entry": provedBy(
    'attacks-by-repository',
    "cannot append to another user's account or amend another user's entry",
  ),
  'UPDATE of an amount, DELETE, TRUNCATE, an upsert over an entry': provedBy(
    'attacks-by-sql',
    'an upsert over an amount',
  ),
  'undoing a deletion, or changing its time or reason': provedBy('final-deletion', 'another reason'),
  'changing a subscription, or reading a password hash or another user': provedBy(
    'attacks-by-sql',
    'a password hash',
  ),
  'reading accounts or entries during sign-in': provedBy(
    'attacks-by-repository',
    'cannot reach accounts or entries while signing in',
  ),
  'deleting a user and creating it again with a rewritten history': provedBy(
    'history-by-sign-in',
    'cannot create the user again by %s',
  ),
  'going on in a unit of work after a failed statement was caught': provedBy(
    'units-and-connections',
    'after a caught failure, regardless of further caught errors',
  ),
  'a statement of a unit of work that has ended': provedBy(
    'units-and-connections',
    'with statements after their end',
  ),
  'a second statement in an injected text': provedBy('attacks-by-sql', 'a second statement'),
  'BEGIN, COMMIT, ROLLBACK or a savepoint as text': provedBy('pooled-connections', 'sends no %s'),
  'COPY as text': provedBy('attacks-by-sql', 'COPY TO a file'),
  'a query object, such as one of `pg-cursor` or `pg-copy-streams`': provedBy(
    'pooled-connections',
    'sends no query object of the kind %s',
  ),
  'SET `client_encoding` or SET DateStyle, for later statements of the unit of work': {
    file: 'test/driver/contract/date-style.spec.ts',
    title: 'Dates and texts are read and stored correctly in a unit of work whose SQL runs %s (fast: %s)',
  },
  'SET ROLE, RESET ALL or SET `app.user_id`, for later statements of the unit of work': provedBy(
    'attacks-by-sql',
    'changes nothing for itself or others by',
  ),
  'a setting, role, cursor, temporary table, lock or prepared statement, for the next user': provedBy(
    'left-behind',
    'The next user of a connection gets no state from statements of the previous user, on the %s transport:',
  ),
  'the same, behind PgBouncer in transaction mode': provedBy(
    'pgbouncer',
    'The next user of the one connection of PgBouncer, on the %s transport,',
  ),
  'BEGIN or the scope fails: it is cancelled, or the role was revoked': provedBy(
    'fail-closed',
    'On the %s transport, a scope that cannot be set',
  ),
  'the session of the server is killed between two statements': provedBy(
    'pooled-connections',
    'is not passed to the next user after its session was killed',
  ),
  'a fragment becomes `journal_auth`, with separate logins': ({ separate }) => becomesNothing(separate),
  'a fragment becomes a superuser or the owner of the tables': async ({ shared, separate }) => {
    for (const { owner, fragment } of [shared, separate]) {
      const [table] = await owner.query<{ owner: string }[]>(
        `SELECT tableowner AS owner FROM pg_tables WHERE tablename = 'journal'`,
      );
      const [superuser] = await owner.query<{ name: string }[]>(
        'SELECT rolname AS name FROM pg_roles WHERE oid = 10',
      );
      for (const role of [table?.owner ?? '', superuser?.name ?? ''])
        await expect(fragment(addingAfter({ role }, 'SELECT 1'))).rejects.toThrow(
          'permission denied to set role',
        );
    }
  },
  'turning row-level security or a policy off, or a grant to itself': provedBy(
    'attacks-by-sql',
    'DISABLE ROW LEVEL SECURITY',
  ),
  'rewriting or deleting the entries of a user whose id is known': async ({ shared, separate }) => {
    for (const attacked of [shared, separate])
      for (const statement of ['UPDATE journal SET amount = 0', 'DELETE FROM journal', 'TRUNCATE journal'])
        await expect(attacked.whole(asBob(attacked, statement))).rejects.toThrow(
          'permission denied for table journal',
        );
  },
  'a fragment of a SELECT that writes rows': async ({ shared }) => {
    const entry = `INSERT INTO journal (user_id, id, ts, account_id, type, amount)
      VALUES ('${shared.anna}', 'x', now(), 'acct-1', 'fee', 1)`;
    const others = [`UPDATE accounts SET name = 'x'`, `DELETE FROM accounts WHERE id = 'acct-2'`];
    for (const statement of [entry, ...others]) {
      const nested = `(WITH written AS (${statement} RETURNING id) SELECT id FROM written)`;
      await expect(shared.fragment(adding(nested))).rejects.toThrow('must be at the top level');
      const inFunction = addingAfter({ 'app.user_id': shared.anna }, `${statement} RETURNING id`);
      await expect(shared.fragment(inFunction)).rejects.toThrow('not allowed in a non-volatile function');
    }
  },
  'reading column statistics: `pg_stats`, `pg_statistic`': async ({ shared }) => {
    const ofTables = `FROM pg_stats WHERE tablename IN ('users', 'accounts', 'journal')`;
    const { owner, fragment } = shared;

    expect(await owner.query(`SELECT ${ofTables} AND attname = 'email'`)).toHaveLength(1);
    expect(await fragment(adding(`SELECT attname::text ${ofTables}`))).toEqual([]);
    expect((await fragment(addingAfter({ role: 'none' }, `SELECT attname ${ofTables}`))).join()).toBe('');
    await expect(shared.whole('SELECT FROM pg_statistic')).rejects.toThrow('permission denied');
  },
  'an error message that holds a value of another user': async ({ shared: { whole } }) => {
    const converting = (text: string) => messageOf(whole(`SELECT FROM journal WHERE ${text}::int = 1`));

    expect(await converting('notes')).toContain('a-1 notes');
    expect(await converting(`nullif(notes, 'a-1 notes')`)).toBeUndefined();
  },
  'a duplicate key or foreign key that tells whether another user has an id': async ({ shared }) => {
    const account = (userId: string, id: string) =>
      messageOf(shared.whole(`INSERT INTO accounts (user_id, id, name) VALUES ('${userId}', '${id}', 'x')`));
    const refusal = await account(shared.bob, 'acct-1');

    expect(refusal).toContain('violates row-level security policy');
    expect(await account(shared.bob, 'unknown')).toBe(refusal);
    expect(await account('00000000-0000-4000-8000-000000000000', 'acct-1')).toBe(refusal);
  },
  '`EXPLAIN` of a condition on password hashes': async ({ shared }) => {
    for (const options of ['', '(ANALYZE)'])
      await expect(
        shared.whole(`EXPLAIN ${options} SELECT FROM users WHERE password_hash < 'm'`),
      ).rejects.toThrow('permission denied for table users');
  },
  'reading the statements of sign-in in `pg_stat_activity`, or ending its sessions, with separate logins':
    async ({ separate }) => {
      const { scope, users, authLogin, fragment, anna } = separate;
      const find = () => users.findByEmail('trader-1@example.com');
      const signIn = whilePaused(
        (pause) => scope.withAllUsers(() => scope.transaction(() => find().then(pause).then(find))),
        async () => {
          expect(await activityOf(separate, authLogin)).toContain('insufficient privilege');
          for (const call of ['pg_cancel_backend', 'pg_terminate_backend'])
            await expect(fragment(otherSessions(call, authLogin))).rejects.toThrow(
              /permission denied|must be a member/,
            );
        },
      );
      expect(await signIn).toMatchObject({ id: anna });
    },
  'a deployment as superuser, with BYPASSRLS, or without policies or grants': {
    file: 'test/isolation/privilege-check/login-role.spec.ts',
    title: 'with %s is reported',
  },
};
