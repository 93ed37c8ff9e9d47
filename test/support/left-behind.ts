import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import type { TwoUsers } from './isolation.js';
import { sessionOf } from './leak-hunt/sessions.js';
import type { Session } from './leak-hunt/sessions.js';
import { rawClients } from './raw-clients.js';

const ofSession = (name: string, value: string): [string, string] => [
  name,
  `SELECT id FROM journal WHERE id = '' OR set_config('${name}', '${value}', false) IS NOT NULL`,
];

/** Replaces each prepared statement of the session by a statement that selects all users' rows. */
const replaceAll = (names: string) => `
  DO $do$ DECLARE known record; BEGIN
    FOR known IN ${names} LOOP
      EXECUTE format('DEALLOCATE %I', known.name);
      EXECUTE format('PREPARE %I%s AS SELECT set_config(''role'', ''none'', false), set_config(''app.user_id'', ''ANNA'', false)',
        known.name, coalesce('(' || nullif(array_to_string(known.parameter_types, ', '), '') || ')', ''));
    END LOOP;
  END $do$`;

/** SQL that an attacker can inject. ANNA stands for her user id. */
export const leavings: [name: string, ...statements: string[]][] = [
  ofSession('client_encoding', 'LATIN1'),
  ofSession('search_path', 'nowhere'),
  ofSession('default_transaction_read_only', 'on'),
  ofSession('default_transaction_isolation', 'serializable'),
  ofSession('row_security', 'off'),
  ofSession('statement_timeout', '7s'),
  ofSession('lock_timeout', '7s'),
  ofSession('idle_in_transaction_session_timeout', '7s'),
  ofSession('array_nulls', 'off'),
  ofSession('DateStyle', 'German'),
  ofSession('TimeZone', 'Asia/Kolkata'),
  ofSession('bytea_output', 'escape'),
  ofSession('standard_conforming_strings', 'off'),
  ofSession('synchronous_commit', 'off'),
  ofSession('application_name', 'somebody else'),
  ofSession('role', 'journal_auth'),
  ofSession('app.user_id', 'ANNA'),
  ['the role of sign-in', 'SET ROLE journal_auth'],
  ['the rights of the login', 'RESET ROLE'],
  ['a read-only session', 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'],
  ['a setting of an unknown name', `SET my.setting = 'x'`, 'RESET my.setting'],
  ['a prepared statement', 'PREPARE left_over AS SELECT id FROM journal'],
  ['a cursor', 'DECLARE left_over CURSOR WITH HOLD FOR SELECT id FROM journal'],
  ['a temporary table', 'CREATE TEMP TABLE journal AS TABLE public.journal'],
  ['a temporary table of a SELECT', 'SELECT * INTO TEMP journal FROM public.journal'],
  ['a temporary table of an EXPLAIN', 'EXPLAIN (ANALYZE) CREATE TEMP TABLE journal AS TABLE public.journal'],
  ['a temporary view', `CREATE TEMP VIEW accounts AS SELECT 'ANNA'::uuid AS user_id`],
  [
    'a temporary function',
    `CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$`,
  ],
  ['the value of a sequence', `SELECT nextval('numbers')`],
  ['the value of a temporary sequence', 'CREATE TEMP SEQUENCE own_numbers', `SELECT nextval('own_numbers')`],
  ['a channel', 'LISTEN journal'],
  ['an advisory lock', 'SELECT pg_advisory_lock(42)'],
  ['an advisory lock that is taken twice', 'SELECT pg_advisory_lock_shared(42), pg_advisory_lock_shared(42)'],
  [
    'another statement in the place of the one of the scope',
    replaceAll(`SELECT * FROM pg_prepared_statements WHERE name LIKE 'journal\\_scope%'`),
  ],
  ['another statement in the place of each', replaceAll('SELECT * FROM pg_prepared_statements')],
  [
    'a statement under the name of the one of the scope',
    `DO $do$ BEGIN
       BEGIN DEALLOCATE journal_scope; EXCEPTION WHEN invalid_sql_statement_name THEN NULL; END;
       PREPARE journal_scope(text, text) AS SELECT set_config('app.user_id', 'ANNA', false);
     END $do$`,
  ],
  ['the loss of all prepared statements', 'DEALLOCATE ALL'],
];

/** Statements that run `body` in a deferred trigger, at the end of the transaction. */
const deferring = (body: string) => [
  `CREATE TEMP TABLE trap (id int)`,
  `CREATE TEMP TABLE second_trap (id int)`,
  `CREATE FUNCTION pg_temp.spring() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; RETURN NULL; END $$`,
  `CREATE FUNCTION pg_temp.spring_last() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN PERFORM set_config('search_path', 'nowhere', false); RETURN NULL; END $$`,
  `CREATE CONSTRAINT TRIGGER spring AFTER INSERT ON trap DEFERRABLE INITIALLY DEFERRED
     FOR EACH ROW EXECUTE FUNCTION pg_temp.spring()`,
  `CREATE CONSTRAINT TRIGGER spring AFTER INSERT ON second_trap DEFERRABLE INITIALLY DEFERRED
     FOR EACH ROW EXECUTE FUNCTION pg_temp.spring_last()`,
  'INSERT INTO trap VALUES (1)',
];

const failing = 'SELECT 1 / 0';
const failure = 'division by zero';

/** Creates a sequence of the application, used by some of the statements above. */
export async function addSequence({ owner }: TwoUsers): Promise<void> {
  await owner.query('CREATE SEQUENCE numbers');
  await owner.query('GRANT USAGE ON SEQUENCE numbers TO journal_user');
}

/** The properties and settings of a session that differ from those before. */
export function changes({ settings: before, ...fresh }: Session, { settings, ...session }: Session): object {
  const changed = (was: object, is: object) =>
    Object.entries(is).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(was, name)),
    );
  return Object.fromEntries([...changed(fresh, session), ...changed(before, settings)]);
}

/**
 * Tests that state left in the session by Anna's statements does not affect Bob, who uses the same
 * session next.
 *
 * @param start starts an application with a pool of one connection and one server session
 */
export function itLeavesNothingBehind(start: () => Promise<TwoUsers>): void {
  let under: TwoUsers;
  let client: Client;
  let fresh: Session;

  beforeAll(async () => {
    under = await start();
    await addSequence(under);
    // PL/pgSQL adds its settings at first use.
    await asAnna(() => query('DO $$ BEGIN END $$'));
    await expectBobWorks();
    client = ownClient();
    fresh = await sessionOf(client);
  });
  afterAll(() => under.close());

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(under.anna, work);
  const asBob = <T>(work: () => Promise<T>) => under.scope.run(under.bob, work);
  const query = (sql: string) => under.dataSource.query<object[]>(sql.replaceAll('ANNA', under.anna));
  const unit = <T>(work: () => Promise<T>) => asAnna(() => under.scope.transaction(work));

  /** The raw pg client of the application's only connection. */
  function ownClient(): Client {
    const { pathname, username } = new URL((under.dataSource.options as { url: string }).url);
    const clients = rawClients(pathname.slice(1), username);
    expect(clients.length).toBe(1);
    return clients[0] as Client;
  }

  /** Expects the same connection, an unchanged session, and only Bob's rows. */
  async function expectNothingLeft(): Promise<void> {
    expect(ownClient() === client).toBe(true);
    expect(changes(fresh, await sessionOf(client))).toEqual({});
    await expectBobWorks();
  }

  async function expectBobWorks(): Promise<void> {
    const { journal, owner } = under;
    const ts = new Date('2026-02-03T04:05:06.789Z');
    const entry = { ts, accountId: 'acct-bob', type: 'fee', amount: '1' } as const;
    const entries = [
      { ...entry, id: 'b-2', notes: 'Café' },
      { ...entry, id: 'b-3' },
    ];
    try {
      await asBob(() => journal.append(entries));
      expect(await asBob(() => journal.get('b-2'))).toMatchObject({ ts, notes: 'Café', symbol: null });
      expect((await asBob(() => journal.page())).entries).toHaveLength(3);
      expect(await owner.query(`SELECT notes FROM journal WHERE id IN ('b-2', 'b-3') ORDER BY id`)).toEqual([
        { notes: 'Café' },
        { notes: null },
      ]);
      expect(await under.seenBy(under.bob)).toEqual(['b-1', 'b-2', 'b-3']);
    } finally {
      await owner.query(`DELETE FROM journal WHERE id IN ('b-2', 'b-3')`);
    }
  }

  describe.each(leavings)('%s,', (leaving, ...statements) => {
    const leave = async () => {
      for (const statement of statements) await query(statement);
    };

    it('left by a single statement, and by a failing statement after it', async () => {
      await asAnna(() => query(statements[0] ?? ''));
      await expectNothingLeft();
      await asAnna(() => query(statements[0] ?? ''));
      await expect(asAnna(() => query(failing))).rejects.toThrow(failure);
      await expectNothingLeft();
    });

    it('left by a statement that fails itself', async () => {
      const text = `DO $outer$ BEGIN ${statements.map((each) => `EXECUTE $each$${each}$each$;`).join(' ')}
          PERFORM 1 / 0; END $outer$`;
      await expect(asAnna(() => query(text))).rejects.toThrow(/division by zero|not implemented/);
      await expectNothingLeft();
    });

    it('left in a committed unit of work', async () => {
      await unit(leave);
      await expectNothingLeft();
    });

    it('left in a failed unit of work', async () => {
      const rejected = unit(async () => {
        await leave();
        await query(failing);
      });
      await expect(rejected).rejects.toThrow(failure);
      await expectNothingLeft();
    });

    it('left in a unit of work before calls of the package', async () => {
      const read = unit(async () => {
        await leave();
        return (await under.journal.page()).entries.map(({ id }) => id);
      });
      // These settings make every read in their unit fail.
      if (leaving === 'search_path') await expect(read).rejects.toThrow('does not exist');
      else if (leaving === 'row_security') await expect(read).rejects.toThrow('row-level security');
      else expect(await read).toEqual(['a-1']);
      await expectNothingLeft();
    });

    it('left in a nested unit that is rolled back', async () => {
      await unit(async () => {
        const nested = under.scope.transaction(async () => {
          await leave();
          await query(failing);
        });
        await expect(nested).rejects.toThrow(failure);
      });
      await expectNothingLeft();
    });
  });

  it('a setting of a trigger that runs at the end of the transaction', async () => {
    await unit(async () => {
      for (const statement of deferring(`PERFORM set_config('search_path', 'nowhere', false)`))
        await query(statement);
    });
    await expectNothingLeft();
  });

  it('a setting of a trigger that another trigger defers again', async () => {
    const rejected = unit(async () => {
      const body = 'SET CONSTRAINTS ALL DEFERRED; INSERT INTO second_trap VALUES (1)';
      for (const statement of deferring(body)) await query(statement);
    });
    await expect(rejected).rejects.toThrow('pending trigger events');
    await expectNothingLeft();
  });

  it('a statement with the name of another statement', async () => {
    const text = `SELECT set_config('app.user_id', '${under.anna}', false), set_config('role', 'none', false)`;
    const runner = under.dataSource.createQueryRunner();
    const handle = (await runner.connect()) as Client;
    for (const { name } of (
      await client.query<{ name: string }>(
        `SELECT 'journal_scope' AS name UNION SELECT name FROM pg_prepared_statements`,
      )
    ).rows)
      await asAnna(() => handle.query({ name, text }));
    await runner.release();
    await expectNothingLeft();
  });
}
