// @slow: hundreds of attacks, on each transport
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { everyTransport, startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';

/**
 * An attack with SQL as Anna: the statements, which run in sequence, and the expected result of the
 * last one.
 */
type Attempt = [name: string, statements: readonly string[], outcome: readonly unknown[] | RegExp];

const all = 'SELECT id FROM journal ORDER BY id';
const own = [{ id: 'a-1' }];

// BOB stands for his user id.
const reading: Attempt[] = [
  ['a query without where', [all], own],
  ["a query for another user's rows", [`SELECT id FROM journal WHERE user_id = 'BOB'`], []],
  ['an injected OR', [`SELECT id FROM journal WHERE id = '' OR 1 = 1 --'`], own],
  ['a CTE', [`WITH everyone AS MATERIALIZED (SELECT id FROM journal) SELECT id FROM everyone`], own],
  [
    'an injected UNION',
    ['SELECT id FROM journal UNION ALL SELECT name FROM accounts WHERE name ~ $$Bob$$'],
    own,
  ],
  ['a count', ['SELECT count(*)::int AS n FROM journal'], [{ n: 1 }]],
  ['an EXISTS', [`SELECT EXISTS (SELECT FROM journal WHERE id = 'b-1') AS seen`], [{ seen: false }]],
  ['the other users', ['SELECT count(*)::int AS n FROM users'], [{ n: 1 }]],
  ['a password hash', ['SELECT password_hash FROM users'], /permission denied for table users/],
  ['every column of users', ['SELECT * FROM users'], /permission denied for table users/],
  [
    'a temporary view',
    ['CREATE TEMP VIEW every AS SELECT id FROM journal', 'SELECT id FROM pg_temp.every'],
    own,
  ],
  ['COPY TO a program', [`COPY journal TO PROGRAM 'cat'`], /COPY as text/],
  ['COPY TO a file', [`COPY journal TO '/tmp/journal'`], /COPY as text/],
  ['a file of the server', [`SELECT pg_read_file('postgresql.conf')`], /permission denied/],
  [
    'a query within a function',
    [`SELECT query_to_xml($$${all}$$, true, false, '')::text ~ 'b-1' AS seen`],
    [{ seen: false }],
  ],
  [
    'an expression that fails on the rows of others',
    [`SELECT id FROM journal WHERE id <> 'a-1' AND 1 / (amount - amount) > 0`],
    [],
  ],
  [
    'a planner statistic',
    [`SELECT tablename FROM pg_stats WHERE tablename IN ('users', 'accounts', 'journal')`],
    [],
  ],
  ['the row of a pooled statement', [`PREPARE other AS ${all}`, 'EXECUTE other'], own],
];

const changingScope: Attempt[] = [
  ['a second statement', ['SELECT 1; RESET ROLE; SELECT id FROM journal'], /cannot insert multiple commands/],
  ['RESET ROLE', ['RESET ROLE', all], own],
  ['SET ROLE NONE', ['SET ROLE NONE', all], own],
  ['SET SESSION AUTHORIZATION DEFAULT', ['SET SESSION AUTHORIZATION DEFAULT', all], own],
  ['SET ROLE to the role of sign-in', ['SET ROLE journal_auth', all], own],
  ['SET ROLE to the owner of the tables', ['SET ROLE postgres'], /permission denied to set role/],
  ['the user of the session', [`SET app.user_id = 'BOB'`, all], own],
  ['the user of the session, by a function', [`SELECT set_config('app.user_id', 'BOB', false)`, all], own],
  ['the role of the session, by a function', [`SELECT set_config('role', 'none', false)`, all], own],
  ['RESET ALL', ['RESET ALL', all], own],
  ['DISCARD ALL', ['DISCARD ALL'], /cannot run inside a transaction block/],
  ['the end of the transaction', ['COMMIT', all], /cannot be sent as text/],
  ['the end of the transaction behind a comment', ['/* */ ; ROLLBACK', all], /cannot be sent as text/],
  [
    'the end of the transaction in a block',
    ['DO $$ BEGIN COMMIT; END $$', all],
    /invalid transaction termination/,
  ],
  ['a savepoint from before it', ['ROLLBACK TO SAVEPOINT journal_1', all], /cannot be sent as text/],
  [
    "the scope's own statement",
    [
      `DO $$ BEGIN EXECUTE $e$EXECUTE journal_scope('none', 'BOB')$e$;
        EXCEPTION WHEN invalid_sql_statement_name THEN NULL; END $$`,
      all,
    ],
    own,
  ],
  [
    'COPY with a second statement',
    [`COPY (${all}) TO STDOUT; RESET ROLE; UPDATE users SET email = 'x@example.com'`],
    /COPY as text/,
  ],
  [
    'a cursor of another role',
    ['RESET ROLE', `DECLARE theirs CURSOR WITH HOLD FOR ${all}`, 'FETCH ALL FROM theirs'],
    own,
  ],
  [
    'row_security, which makes every read fail',
    ['SET row_security = off', all],
    /affected by row-level security/,
  ],
  ['DISABLE ROW LEVEL SECURITY', ['ALTER TABLE journal DISABLE ROW LEVEL SECURITY'], /must be owner/],
  ['DROP POLICY', ['DROP POLICY mark_own_live_entries ON journal'], /must be owner/],
  ['a policy of its own', ['CREATE POLICY mine ON journal USING (true)'], /must be owner/],
  [
    'a grant to itself',
    ['GRANT DELETE ON journal TO journal_user', 'DELETE FROM journal'],
    /permission denied for table journal/,
  ],
  ['a membership', ['GRANT postgres TO journal_user'], /permission denied|admin option|must be superuser/i],
  [
    'a function with the rights of its owner',
    ['CREATE FUNCTION f() RETURNS int SECURITY DEFINER LANGUAGE sql AS $$SELECT 1$$'],
    /permission denied for schema public/,
  ],
];

const writing: Attempt[] = [
  ['an UPDATE of an amount', ['UPDATE journal SET amount = 0'], /permission denied for table journal/],
  ['an UPDATE of a user', [`UPDATE journal SET user_id = 'BOB'`], /permission denied for table journal/],
  ['a DELETE', ['DELETE FROM journal'], /permission denied for table journal/],
  ['a TRUNCATE', ['TRUNCATE users CASCADE'], /permission denied for table/],
  [
    'a MERGE that deletes',
    ['MERGE INTO journal USING (VALUES (1)) one ON true WHEN MATCHED THEN DELETE'],
    /permission denied for table journal/,
  ],
  [
    "the mark of deletion on another user's entry",
    [`UPDATE journal SET deleted_at = now() WHERE id = 'b-1' RETURNING id`],
    [[], 0],
  ],
  ["another user's account", [`DELETE FROM accounts WHERE id = 'acct-bob'`], [[], 0]],
  [
    'an account that is moved',
    [`UPDATE accounts SET user_id = 'BOB'`],
    /permission denied for table accounts/,
  ],
  [
    'an account for another user',
    [`INSERT INTO accounts (user_id, id, name) VALUES ('BOB', 'x', 'x')`],
    /violates row-level security policy/,
  ],
  [
    "another user's account under its id, to tell that it is there",
    [`INSERT INTO accounts (user_id, id, name) VALUES ('BOB', 'acct-bob', 'x')`],
    /violates row-level security policy/,
  ],
  [
    "another user's account in an entry",
    [
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount) SELECT user_id, 'x', ts, 'acct-bob', type, 1 FROM journal`,
    ],
    /violates foreign key constraint "fk_journal_account"/,
  ],
  [
    "another user's entry as the original",
    [
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount, original_entry_id) SELECT user_id, 'x', ts, account_id, type, 1, 'b-1' FROM journal`,
    ],
    /violates foreign key constraint "fk_journal_original_entry"/,
  ],
  [
    'an upsert over an amount',
    [
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount) SELECT user_id, id, ts, account_id, type, 9 FROM journal ON CONFLICT (user_id, id) DO UPDATE SET amount = 9`,
    ],
    /permission denied for table journal/,
  ],
  ['COPY FROM', ['COPY journal FROM STDIN'], /COPY as text/],
  ['a subscription', [`UPDATE users SET subscription_tier = 'premium'`], /permission denied for table users/],
  ['a user', [`DELETE FROM users`], /permission denied for table users/],
  [
    'a trigger',
    ['CREATE TRIGGER t BEFORE INSERT ON journal EXECUTE FUNCTION suppress_redundant_updates_trigger()'],
    /permission denied|must be owner/,
  ],
];

describe.each(everyTransport)('Injected SQL, over %s', (_, poolSize, transport) => {
  let under: TwoUsers;
  let before: unknown[];

  beforeAll(async () => {
    under = await startTwoUsers(poolSize, transport);
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    before = await under.everything();
  });
  afterEach(async () => {
    expect(await under.everything()).toEqual(before);
    expect([await under.seenBy(under.bob), await under.seenBy(under.anna)]).toEqual([['b-1'], ['a-1']]);
  });

  async function outcomeOf(statements: readonly string[]): Promise<unknown> {
    let last: unknown;
    for (const statement of statements)
      last = await under.dataSource.query(statement.replaceAll('BOB', under.bob));
    return last;
  }

  async function check(outcome: Promise<unknown>, expected: readonly unknown[] | RegExp): Promise<void> {
    if (expected instanceof RegExp) await expect(outcome).rejects.toThrow(expected);
    else expect(await outcome).toEqual(expected);
  }

  describe.each([
    ['reads no more than its own by', reading],
    ['changes nothing for itself or others by', changingScope],
    ['writes nothing by', writing],
  ])('%s', (_, attempts) => {
    it.each(attempts)('%s, within a unit of work', async (_name, statements, expected) => {
      const { scope } = under;
      const attempt = scope.run(under.anna, () => scope.transaction(() => outcomeOf(statements)));
      await check(attempt, expected);
    });

    it.each(attempts.filter(([, { length }]) => length === 1))('%s', async (_name, statements, expected) => {
      await check(
        under.scope.run(under.anna, () => outcomeOf(statements)),
        expected,
      );
    });
  });
});
