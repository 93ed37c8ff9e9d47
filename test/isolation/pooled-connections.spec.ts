// @slow: hundreds of statements, on each transport
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Client, Connection, Submittable } from 'pg';
import QueryStream from 'pg-query-stream';
import { QueryRunnerAlreadyReleasedError, type QueryRunner } from 'typeorm';
import {
  ConnectionLostError,
  JournalEntry,
  QueryObjectRefusedError,
  TransactionControlError,
  UnitOfWorkMissingError,
} from '../../src/index.js';
import { driverOf } from '../../src/driver/statements/run-statement.js';
import { everyTransport, startTwoUsers } from '../support/isolation.js';
import type { TwoUsers } from '../support/isolation.js';
import { until } from '../support/until.js';

const all = 'SELECT id FROM journal ORDER BY id';

async function drained(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of stream) rows.push(row);
  return rows;
}

/**
 * Submits a query as pg-copy-streams does: as a simple query, which can contain several statements.
 */
function copyStream(text: string): Submittable {
  return { submit: (connection: Connection) => connection.query(text) };
}

const injected = `COPY (${all}) TO STDOUT; RESET ROLE; UPDATE users SET email = 'x@example.com'`;

/** A pool of one connection that Bob uses before Anna, or Anna before Bob. */
describe.each(everyTransport.filter(([, poolSize]) => poolSize === 1))(
  'A connection that is passed from one user to the next: %s',
  (_name, poolSize, transport) => {
    let under: TwoUsers;

    beforeAll(async () => {
      under = await startTwoUsers(poolSize, transport);
    });
    afterAll(() => under.close());
    afterEach(async () => {
      expect([await under.seenBy(under.bob), await under.seenBy(under.anna)]).toEqual([['b-1'], ['a-1']]);
      const page = () => under.journal.page().then(({ entries }) => entries.map(({ id }) => id));
      expect([await asBob(page), await asAnna(page)]).toEqual([['b-1'], ['a-1']]);
    });

    const asAnna = <T>(work: () => Promise<T>) => under.scope.run(under.anna, work);
    const asBob = <T>(work: () => Promise<T>) => under.scope.run(under.bob, work);
    const query = (sql: string) => under.dataSource.query<Record<string, unknown>[]>(sql);
    const inUnit = <T>(work: () => Promise<T>) => under.scope.transaction(work, { attempts: 1 });
    /** The server process id of the only connection. */
    const session = () => asAnna(() => query('SELECT pg_backend_pid() AS pid'));

    async function withRunner<T>(work: (runner: QueryRunner, client: Client) => Promise<T>): Promise<T> {
      const runner = under.dataSource.createQueryRunner();
      try {
        return await work(runner, (await runner.connect()) as Client);
      } finally {
        await runner.release();
      }
    }

    it.each([
      ['a prepared statement', `PREPARE left_over AS ${all}`, 'EXECUTE left_over'],
      ['a cursor', `DECLARE left_over CURSOR WITH HOLD FOR ${all}`, 'FETCH ALL FROM left_over'],
      ['a temporary table', `CREATE TEMP TABLE left_over AS TABLE accounts`, 'TABLE left_over'],
    ])('does not pass on %s of the other user', async (_, leave, use) => {
      await asBob(() => query(leave));

      await expect(asAnna(() => query(use))).rejects.toThrow('does not exist');
    });

    it.each([
      'SET row_security = off',
      'SET search_path = nowhere',
      `SET app.user_id = 'x'`,
      'LISTEN journal',
      'CREATE TEMP TABLE journal AS TABLE public.journal',
      'SELECT * INTO TEMP journal FROM public.journal',
      'EXPLAIN (ANALYZE) CREATE TEMP TABLE journal AS TABLE public.journal',
    ])('is kept after %s', async (statement) => {
      const first = await session();
      await asBob(() => query(statement));

      expect(await session()).toEqual(first);
    });

    it.each([
      'BEGIN',
      'start transaction read only',
      'COMMIT',
      'COMMIT AND CHAIN',
      `commit prepared 'x'`,
      'END',
      'ROLLBACK',
      'ABORT',
      'SAVEPOINT own',
      'RELEASE SAVEPOINT own',
      'ROLLBACK TO SAVEPOINT own',
      `PREPARE TRANSACTION 'x'`,
      `PREPARE/**/TRANSACTION 'x'`,
      `PREPARE -- the
       TRANSACTION 'x'`,
      '; ;COMMIT',
      '/* a /* nested */ comment */ COMMIT',
      '-- a comment\nCOMMIT',
      '\t\r\n\f COMMIT',
    ])('sends no %s', async (statement) => {
      const first = await session();
      await expect(asBob(() => query(statement))).rejects.toThrow(TransactionControlError);
      const unit = asBob(() =>
        inUnit(async () => {
          await query(`INSERT INTO accounts (user_id, id, name) VALUES ('${under.bob}', 'never', 'Never')`);
          await query(statement);
        }),
      );
      await expect(unit).rejects.toThrow(TransactionControlError);

      expect(await under.owner.query(`SELECT FROM accounts WHERE id = 'never'`)).toEqual([]);
      expect(await session()).toEqual(first);
    });

    it.each([
      ['DO', 'DO $$ BEGIN COMMIT; END $$'],
      ['a function', 'DO $$ BEGIN ROLLBACK; RESET ROLE; END $$'],
    ])('ends no transaction from within %s', async (_, statement) => {
      await expect(asBob(() => query(statement))).rejects.toThrow('invalid transaction termination');
      await expect(asBob(() => inUnit(() => query(statement)))).rejects.toThrow(
        'invalid transaction termination',
      );
    });

    it.each<[string, (statement: string) => Promise<unknown>]>([
      ['a statement', query],
      [
        'a stream',
        (statement) => inUnit(() => withRunner(async (runner) => drained(await runner.stream(statement)))),
      ],
    ])('sends no second statement in the text of %s', async (_, send) => {
      await expect(asAnna(() => send(`${all}; RESET ROLE`))).rejects.toThrow('multiple commands');
      await expect(asAnna(() => send(injected))).rejects.toThrow(
        /multiple commands|syntax error|COPY as text/,
      );
    });

    it.each([
      'CREATE TEMP TABLE journal AS TABLE public.journal',
      'SELECT * INTO TEMP journal FROM public.journal',
    ])('sends no %s for a stream', async (statement) => {
      const read = () => inUnit(() => withRunner(async (runner) => drained(await runner.stream(statement))));

      await expect(asBob(read)).rejects.toThrow(/syntax error|INTO/);
      expect(await under.seenBy(under.anna)).toEqual(['a-1']);
    });

    it.each<[string, () => Submittable]>([
      ['a query of pg', () => new pg.Query(all)],
      ['a stream of pg-query-stream', () => new QueryStream(all)],
      ['a COPY stream', () => copyStream(injected)],
    ])('sends no query object of the kind %s', async (_, make) => {
      const first = await session();
      const send = () => withRunner((_runner, client) => Promise.resolve(client.query(make())));

      await expect(asAnna(send)).rejects.toThrow(QueryObjectRefusedError);
      await expect(asAnna(() => inUnit(send))).rejects.toThrow(QueryObjectRefusedError);
      const begun = asAnna(() =>
        withRunner(async (runner, client) => {
          await runner.startTransaction();
          await Promise.resolve(client.query(make()));
        }),
      );
      await expect(begun).rejects.toThrow(QueryObjectRefusedError);
      expect(await session()).toEqual(first);
      expect(await under.owner.query(`SELECT FROM users WHERE email = 'x@example.com'`)).toEqual([]);
    });

    it('streams the rows of one user in a unit of work, and is kept', async () => {
      const read = () => inUnit(() => withRunner(async (runner) => drained(await runner.stream(all))));
      const first = await session();

      expect([await asBob(read), await asAnna(read)]).toEqual([[{ id: 'b-1' }], [{ id: 'a-1' }]]);
      expect(await session()).toEqual(first);
    });

    it('streams any number of rows, also two streams beside statements', async () => {
      const many = (count: number) => `SELECT n FROM generate_series(1, ${count}) n`;
      const counts = await asAnna(() =>
        inUnit(() =>
          withRunner(async (runner) => {
            const streams = [await runner.stream(many(1_234)), await runner.stream(many(500))];
            await query('SELECT 1');
            const rows = await Promise.all(streams.map(drained));
            return rows.map(({ length }) => length);
          }),
        ),
      );

      expect(counts).toEqual([1_234, 500]);
    });

    it('calls the functions that a stream got for its end and its failure', async () => {
      const called: string[] = [];
      const read = (sql: string) => () =>
        withRunner(async (runner) => {
          const onEnd = () => called.push('end');
          const stream = await runner.stream(sql, [], onEnd, ({ message }: Error) => called.push(message));
          return drained(stream);
        });
      await asAnna(() => inUnit(read('SELECT 1')));
      await expect(asAnna(() => inUnit(read('SELECT 1 / n FROM generate_series(0, 1) n')))).rejects.toThrow();

      expect(called).toEqual(['end', 'division by zero']);
    });

    it('streams nothing over a query runner that is released', async () => {
      const read = () =>
        withRunner(async (runner) => {
          await runner.release();
          return runner.stream('SELECT 1');
        });

      await expect(asAnna(() => inUnit(read))).rejects.toThrow(QueryRunnerAlreadyReleasedError);
    });

    it('has no cursor of a stream whose reader stopped early', async () => {
      const cursors = asAnna(() =>
        inUnit(() =>
          withRunner(async (runner) => {
            const stream = await runner.stream(`SELECT n FROM generate_series(1, 2000) n`);
            const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
            for await (const _row of stream) break;
            await closed;
            return query(`SELECT name FROM pg_cursors WHERE name LIKE 'journal_cursor%'`);
          }),
        ),
      );

      expect(await cursors).toEqual([]);
    });

    it('is not lost to a stream that is refused', async () => {
      const stream = () => under.dataSource.getRepository(JournalEntry).createQueryBuilder().stream();

      for (let times = 0; times < 2; times += 1)
        await expect(asAnna(stream)).rejects.toThrow(UnitOfWorkMissingError);
    });

    /** Terminates the session of a statement while it sleeps. */
    async function killSleeping(): Promise<void> {
      const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND datname = current_database() AND wait_event = 'PgSleep'`;
      await until(async () => (await under.owner.query<unknown[]>(kill)).length > 0);
    }

    it('is not passed to the next user after its session was killed', async () => {
      const killed = asBob(() => query('SELECT pg_sleep(30)'));
      const next = killed.catch(() => asAnna(() => query(all)));
      const killing = killSleeping();

      await expect(killed).rejects.toThrow(ConnectionLostError);
      await expect(killed).rejects.toThrow('terminating connection');
      expect(await next).toEqual([{ id: 'a-1' }]);
      await killing;
    });

    it('ends a stream if its session is killed', async () => {
      const read = () =>
        inUnit(() => withRunner(async (runner) => drained(await runner.stream('SELECT pg_sleep(30)'))));
      const killed = asBob(read);
      const killing = killSleeping();

      await expect(killed).rejects.toThrow('terminating connection');
      await killing;
    });

    it('is not occupied by a query runner that sends nothing', async () => {
      const runners = [1, 2, 3].map(() => under.dataSource.createQueryRunner());
      for (const runner of runners) await runner.connect();

      expect(await asAnna(() => query(all))).toEqual([{ id: 'a-1' }]);
      expect(driverOf(under.dataSource).connectionCounts).toEqual({ total: 1, idle: 1 });
      for (const runner of runners) await runner.release();
    });

    it.each([
      ['an error', () => query('SELECT 1 / 0'), 'division by zero'],
      ['a refusal', () => query('UPDATE journal SET amount = 0'), 'permission denied'],
      [
        'a value that cannot be sent',
        () => under.dataSource.query('SELECT $1::jsonb', [{ n: 1n }]),
        'serialize a BigInt',
      ],
      [
        'a unit that is rolled back',
        () => under.scope.transaction(() => query('SELECT 1 / 0')),
        'division by zero',
      ],
      [
        'a value that cannot be sent in a unit',
        () => inUnit(() => under.dataSource.query('SELECT $1::jsonb', [{ n: 1n }])),
        'serialize a BigInt',
      ],
      ['COPY from a client that sends nothing', () => query('COPY accounts FROM STDIN'), 'COPY as text'],
    ])('is kept after %s', async (_, fail, message) => {
      const first = await session();
      await expect(asBob(fail)).rejects.toThrow(message);

      expect(await session()).toEqual(first);
    });

    it('runs a named statement again for each user, and two texts with one name', async () => {
      const read = (text: string) =>
        withRunner(async (_, client) => (await client.query<object>({ name: 'journal', text })).rows);

      expect(await asBob(() => read(all))).toEqual([{ id: 'b-1' }]);
      expect(await asAnna(() => read(all))).toEqual([{ id: 'a-1' }]);
      expect(await asAnna(() => read('SELECT 2 AS n'))).toEqual([{ n: 2 }]);
    });

    it('runs a named statement again that has failed before', async () => {
      const text = 'SELECT 1 / $1::int AS n';
      const read = (divisor: unknown) =>
        withRunner(async (_, client) => {
          const { rows } = await client.query<object>({ name: 'quotient', text, values: [divisor] });
          return rows;
        });
      const circular: Record<string, unknown> = {};
      circular['itself'] = circular;
      await expect(asAnna(() => read(circular))).rejects.toThrow('circular');
      await expect(asAnna(() => read(0))).rejects.toThrow('division by zero');
      const missing = { name: 'missing', text: 'SELECT * FROM nowhere' };
      const fail = () => withRunner((_, client) => client.query(missing));

      expect(await asAnna(() => read(1))).toEqual([{ n: 1 }]);
      for (let times = 0; times < 2; times += 1)
        await expect(asAnna(fail)).rejects.toThrow('"nowhere" does not exist');
    });

    it('is usable after a value that cannot be sent', async () => {
      const circular: Record<string, unknown> = {};
      circular['itself'] = circular;

      await expect(asBob(() => under.dataSource.query('SELECT $1::jsonb', [circular]))).rejects.toThrow(
        'circular',
      );
    });

    it.each<[string, (client: Client) => Promise<unknown>]>([
      ['rows as arrays', async (client) => (await client.query({ text: all, rowMode: 'array' })).rows],
      [
        'all rows, for any requested page size',
        async (client) =>
          (await client.query({ text: `${all} -- `, rows: 1 } as pg.QueryConfig)).rows.map(Object.values),
      ],
      [
        'the rows of a statement that lasts longer than its own query_timeout',
        async (client) => {
          const slow = { text: `SELECT id FROM journal, pg_sleep(0.1)`, query_timeout: 10 } as pg.QueryConfig;
          return (await client.query(slow)).rows.map(Object.values);
        },
      ],
      [
        'values beside a text',
        async (client) =>
          (await client.query<object>('SELECT id FROM journal WHERE id = $1', ['a-1'])).rows.map(
            Object.values,
          ),
      ],
      [
        'a callback',
        (client) =>
          new Promise((resolve, reject) => {
            client.query(all, (error, result) =>
              error ? reject(error) : resolve(result.rows.map(Object.values)),
            );
          }),
      ],
      [
        'a callback after values',
        (client) =>
          new Promise((resolve, reject) => {
            client.query(all, [], (error, result) =>
              error ? reject(error) : resolve(result.rows.map(Object.values)),
            );
          }),
      ],
    ])("supports %s of pg's client interface, in scope", async (_, read) => {
      expect(await asAnna(() => withRunner((_runner, client) => read(client)))).toEqual([['a-1']]);
    });

    it.each(['journal', 'accounts', 'users'])(
      'reads the table %s instead of a temporary table with its name in a unit',
      async (table) => {
        const seen: unknown[] = [];
        const unit = asAnna(() =>
          inUnit(async () => {
            await query(`CREATE TEMP TABLE ${table} (user_id uuid, id text)`);
            await under.accounts.create({ id: 'acct-new', name: 'New' });
            seen.push(
              (await under.journal.get('a-1')).id,
              (await under.accounts.list()).map(({ id }) => id),
            );
            throw new Error('undone');
          }),
        );

        await expect(unit).rejects.toThrow('undone');
        expect(seen).toEqual(['a-1', ['acct-1', 'acct-2', 'acct-new']]);
      },
    );

    it('accepts an empty statement', async () => {
      expect(await asAnna(() => query(''))).toEqual([]);
    });

    it('gives each waiting statement its own scope', async () => {
      const first = asBob(() => query('SELECT pg_sleep(0.05)'));
      const waiting = await asBob(() =>
        Promise.resolve([
          asAnna(() => query(all)),
          asBob(() => query(all)),
          asAnna(() => under.journal.page().then(({ entries }) => entries.map(({ id }) => ({ id })))),
        ]),
      );

      expect(await Promise.all(waiting)).toEqual([[{ id: 'a-1' }], [{ id: 'b-1' }], [{ id: 'a-1' }]]);
      await first;
    });
  },
);
