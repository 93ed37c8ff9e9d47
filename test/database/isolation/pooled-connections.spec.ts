import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { JournalEntry, UnitOfWorkMissingError } from '../../../src/index.js';
import { runStatement } from '../../../src/database/statements/run-statement.js';
import { everyTransport, startTwoUsers } from '../../support/isolation.js';
import type { TwoUsers } from '../../support/isolation.js';
import { poolOf } from '../../support/pool-of.js';

const all = 'SELECT id FROM journal ORDER BY id';

function rowsOf(query: pg.Query): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const rows: unknown[] = [];
    query
      .on('row', (row) => rows.push(row))
      .on('error', reject)
      .on('end', () => resolve(rows));
  });
}

async function drained(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of stream) rows.push(row);
  return rows;
}

/** The one connection of a pool, which Bob has used before Anna, or the other way round. */
describe.each(everyTransport.filter(([, poolSize]) => poolSize === 1))(
  'A connection that goes from one user to the next: %s',
  (_name, poolSize, transport) => {
    let under: TwoUsers;

    beforeAll(async () => {
      under = await startTwoUsers(poolSize, transport);
    });
    afterAll(() => under.close());
    afterEach(async () => {
      expect([await under.seenBy(under.bob), await under.seenBy(under.anna)]).toEqual([['b-1'], ['a-1']]);
    });

    const asAnna = <T>(work: () => Promise<T>) => under.scope.run(under.anna, work);
    const asBob = <T>(work: () => Promise<T>) => under.scope.run(under.bob, work);
    const query = (sql: string) => under.dataSource.query<Record<string, unknown>[]>(sql);

    async function withRunner<T>(work: (runner: QueryRunner, client: Client) => Promise<T>): Promise<T> {
      const runner = under.dataSource.createQueryRunner();
      try {
        return await work(runner, (await runner.connect()) as Client);
      } finally {
        await runner.release();
      }
    }

    it.each([
      ['a prepared statement', `PREPARE left_over AS ${all}`, 'EXECUTE left_over', 'does not exist'],
      [
        'a cursor',
        `DECLARE left_over CURSOR WITH HOLD FOR ${all}`,
        'FETCH ALL FROM left_over',
        'does not exist',
      ],
      [
        'a temporary table',
        `CREATE TEMP TABLE left_over AS TABLE accounts`,
        'TABLE left_over',
        'does not exist',
      ],
    ])('does not bring %s of the other user along', async (_, leave, use, refusal) => {
      await asBob(() => query(leave));

      await expect(asAnna(() => query(use))).rejects.toThrow(refusal);
    });

    it.each([
      'SET row_security = off',
      'SET search_path = nowhere',
      `SET app.user_id = 'x'`,
      'LISTEN journal',
      'BEGIN',
      'CREATE TEMP TABLE journal AS TABLE public.journal',
      'SELECT * INTO TEMP journal FROM public.journal',
      'EXPLAIN (ANALYZE) CREATE TEMP TABLE journal AS TABLE public.journal',
    ])('is closed after %s', async (statement) => {
      const pid = () => asAnna(() => query('SELECT pg_backend_pid() AS pid'));
      const first = await pid();
      await asBob(() => query(statement));

      expect(await pid()).not.toEqual(first);
    });

    it.each<[string, (runner: QueryRunner, client: Client, statement: string) => Promise<unknown>]>([
      ['a stream', async (runner, _, statement) => drained(await runner.stream(statement))],
      ['a query object', (_, client, statement) => rowsOf(client.query(new pg.Query(statement)))],
    ])('is closed after a temporary table that %s has left', async (_, send) => {
      const inUnit = (statement: string) =>
        under.scope.transaction(() => withRunner((runner, client) => send(runner, client, statement)));
      await asBob(() => inUnit('CREATE TEMP TABLE journal AS TABLE public.journal'));
      await asBob(() => inUnit('SELECT * INTO TEMP journal FROM public.journal'));

      expect(await under.seenBy(under.anna)).toEqual(['a-1']);
    });

    it('is kept after a stream or a query object that only reads', async () => {
      const read = () =>
        withRunner(async (runner, client) => {
          await rowsOf(client.query(new pg.Query('SELECT 1')));
          await drained(await runner.stream(all));
          return client.query<object>('SELECT pg_backend_pid()').then(({ rows }) => rows);
        });

      const [first, second] = [
        await asBob(() => under.scope.transaction(read)),
        await asAnna(() => under.scope.transaction(read)),
      ];
      expect(first).toEqual(second);
    });

    it('takes no second statement in the text of a query object', async () => {
      const both = () => withRunner((_, client) => rowsOf(client.query(new pg.Query(`${all}; RESET ROLE`))));

      await expect(asAnna(() => under.scope.transaction(both))).rejects.toThrow('multiple commands');
    });

    it('loses no connection to a stream that is refused', async () => {
      const stream = () => under.dataSource.getRepository(JournalEntry).createQueryBuilder().stream();

      for (let times = 0; times < 2; times += 1)
        await expect(asAnna(stream)).rejects.toThrow(UnitOfWorkMissingError);
    });

    /** Ends the session of a statement from outside, once it sleeps. */
    async function killSleeping(): Promise<void> {
      const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND datname = current_database() AND wait_event = 'PgSleep'`;
      while ((await under.owner.query<unknown[]>(kill)).length === 0);
    }

    it('is not handed to the next user after its session was killed', async () => {
      const killed = asBob(() => query('SELECT pg_sleep(30)'));
      const next = killed.catch(() => asAnna(() => query(all)));
      const killing = killSleeping();

      await expect(killed).rejects.toThrow('terminating connection');
      expect(await next).toEqual([{ id: 'a-1' }]);
      await killing;
    });

    it('is closed when its user waits no longer for a statement', async () => {
      const slow = { text: 'SELECT FROM pg_sleep(30)', query_timeout: 20 } as pg.QueryConfig;

      await expect(asBob(() => withRunner((_, client) => client.query(slow)))).rejects.toThrow('timeout');
      expect(await asAnna(() => query(all))).toEqual([{ id: 'a-1' }]);
      // The server goes on with it.
      await killSleeping();
    }, 20_000);

    it('goes on with its statement when nobody waits any longer for the next one', async () => {
      const pid = () => asAnna(() => query('SELECT pg_backend_pid() AS pid'));
      const first = await pid();
      const text = `SELECT id FROM journal, pg_sleep(0.3)`;
      const next = { text: all, query_timeout: 50 } as pg.QueryConfig;
      const read = () =>
        withRunner(async ({ manager }, client) => {
          const rows = runStatement(manager, { text, values: [], map: (row) => ({ id: row.text(0) }) });
          await setTimeout(20);
          await expect(client.query(next)).rejects.toThrow('timeout');
          return rows;
        });

      expect(await asBob(read)).toEqual([{ id: 'b-1' }]);
      expect(await asAnna(() => under.scope.transaction(read))).toEqual([{ id: 'a-1' }]);
      expect(await pid()).toEqual(first);
    });

    it('is closed when a transaction may still begin on it, as nobody waited for that', async () => {
      const begin = () =>
        withRunner((_, client) => {
          const given = [
            client.query('SELECT count(*) FROM generate_series(1, 1000000)'),
            client.query('START TRANSACTION'),
          ];
          void Promise.allSettled(given);
          return Promise.resolve();
        });
      await asBob(begin);
      const add = `INSERT INTO journal (user_id, id, ts, account_id, type, amount) VALUES ('${under.anna}', 'a-2', '2026-01-05', 'acct-1', 'fee', -1)`;
      await asAnna(() => query(add));

      // In that transaction it would be lost.
      expect(await under.owner.query(`DELETE FROM journal WHERE id = 'a-2' RETURNING id`)).toEqual([
        [{ id: 'a-2' }],
        1,
      ]);
    });

    it('is kept when it was taken and not used', async () => {
      const pool = poolOf(under.dataSource);
      await asBob(() => query('LISTEN journal'));
      expect(pool.totalCount).toBe(0);
      await withRunner(() => Promise.resolve());

      expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
    });

    it.each([
      ['an error', () => query('SELECT 1 / 0')],
      ['a refusal', () => query('UPDATE journal SET amount = 0')],
      ['a value that cannot be sent', () => under.dataSource.query('SELECT $1::jsonb', [{ n: 1n }])],
      ['a unit that is rolled back', () => under.scope.transaction(() => query('SELECT 1 / 0'))],
    ])('is kept after %s', async (_, fail) => {
      const pid = () => asAnna(() => query('SELECT pg_backend_pid() AS pid'));
      const first = await pid();
      await expect(asBob(fail)).rejects.toThrow();

      expect(await pid()).toEqual(first);
    });

    it('ends a stream whose session is killed', async () => {
      const read = () =>
        under.scope.transaction(
          () => withRunner(async (runner) => drained(await runner.stream('SELECT pg_sleep(30)'))),
          { attempts: 1 },
        );
      const killed = asBob(read);
      const killing = killSleeping();

      await expect(killed).rejects.toThrow('terminating connection');
      await killing;
    });

    it('runs a named statement anew for each user', async () => {
      const named = { name: 'journal', text: all };
      const read = () => withRunner(async (_, client) => (await client.query<{ id: string }>(named)).rows);

      expect(await asBob(read)).toEqual([{ id: 'b-1' }]);
      expect(await asAnna(read)).toEqual([{ id: 'a-1' }]);
    });

    it('takes a named statement again that has failed before', async () => {
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

    it('is in order after a value that cannot be sent', async () => {
      const circular: Record<string, unknown> = {};
      circular['itself'] = circular;

      await expect(asBob(() => under.dataSource.query('SELECT $1::jsonb', [circular]))).rejects.toThrow(
        'circular',
      );
    });

    it.each<[string, (client: Client) => Promise<unknown>]>([
      ['rows as arrays', async (client) => (await client.query({ text: all, rowMode: 'array' })).rows],
      [
        'a page of rows at a time',
        async (client) =>
          (await client.query({ text: `${all} -- `, rows: 1 } as pg.QueryConfig)).rows.map(Object.values),
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
    ])("answers pg's own client with %s, in scope", async (_, read) => {
      expect(await asAnna(() => withRunner((_runner, client) => read(client)))).toEqual([['a-1']]);
    });

    it('takes an empty statement', async () => {
      expect(await asAnna(() => query(''))).toEqual([]);
    });

    it('is in order after an error while rows come in pages', async () => {
      const failing = { text: 'SELECT 1 / (2 - n) FROM generate_series(1, 3) n', rows: 1 } as pg.QueryConfig;

      await expect(asAnna(() => withRunner((_, client) => client.query(failing)))).rejects.toThrow(
        'division',
      );
    });

    it('refuses a query object, a stream or COPY outside a transaction', async () => {
      const send = () =>
        withRunner((_, client) => Promise.resolve().then(() => client.query(new pg.Query(all))));

      await expect(asAnna(send)).rejects.toThrow(UnitOfWorkMissingError);
    });

    it('gives a query object its scope at the very beginning of a transaction', async () => {
      const read = (client: Client) => rowsOf(client.query(new pg.Query(all)));
      const inTransaction = () =>
        withRunner(async (runner, client) => {
          await runner.startTransaction();
          return read(client).finally(() => runner.rollbackTransaction());
        });

      expect(await asAnna(inTransaction)).toEqual([{ id: 'a-1' }]);
      expect(await asBob(inTransaction)).toEqual([{ id: 'b-1' }]);
    });

    it('refuses a query object whose transaction ends before its turn comes', async () => {
      const late = () =>
        withRunner(async (runner, client) => {
          await runner.startTransaction();
          const committed = client.query('COMMIT');
          const refused = new Promise((_, reject) => client.query(new pg.Query(all)).on('error', reject));
          await committed;
          return refused;
        });

      await expect(asAnna(late)).rejects.toThrow(UnitOfWorkMissingError);
    });

    it("gives those who wait for it their own scope, and not the releasing user's", async () => {
      const pool = poolOf(under.dataSource);
      const waiting = await asBob(() =>
        withRunner(() => Promise.resolve([asAnna(() => pool.query(all)), asBob(() => pool.query(all))])),
      );

      const results = await Promise.all(waiting);
      expect(results.map(({ rows }) => rows as unknown)).toEqual([[{ id: 'a-1' }], [{ id: 'b-1' }]]);
    });
  },
);
