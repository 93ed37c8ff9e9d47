import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { UnitOfWorkMissingError } from '../../../src/index.js';
import { everyTransport, startTwoUsers } from '../../support/isolation.js';
import type { TwoUsers } from '../../support/isolation.js';

const all = 'SELECT id FROM journal ORDER BY id';

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
    ])('is closed after %s', async (statement) => {
      const pid = () => asAnna(() => query('SELECT pg_backend_pid() AS pid'));
      const first = await pid();
      await asBob(() => query(statement));

      expect(await pid()).not.toEqual(first);
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
      const read = (client: Client) =>
        new Promise<unknown>((resolve, reject) => {
          const rows: unknown[] = [];
          client
            .query(new pg.Query(all))
            .on('row', (row) => rows.push(row))
            .on('error', reject)
            .on('end', () => resolve(rows));
        });
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
      const { master: pool } = under.dataSource.driver as unknown as { master: pg.Pool };
      const waiting = await asBob(() =>
        withRunner(() => Promise.resolve([asAnna(() => pool.query(all)), asBob(() => pool.query(all))])),
      );

      const results = await Promise.all(waiting);
      expect(results.map(({ rows }) => rows as unknown)).toEqual([[{ id: 'a-1' }], [{ id: 'b-1' }]]);
    });
  },
);
