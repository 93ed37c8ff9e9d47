import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CommitOutcomeUnknownError,
  ConnectionLostError,
  JournalDatabaseError,
  PoolClosedError,
  PoolExhaustedError,
  StatementTimeoutError,
} from '../../../src/index.js';
import { limitMargin } from '../../../src/driver/connection.js';
import type { DatabaseSettings } from '../../../src/index.js';
import { failureOf } from '../../support/failure.js';
import { putSold, startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';
import { deferred } from '../../support/deferred.js';
import { startSwitchingProxy } from '../../support/switching-proxy.js';
import type { SwitchingProxy } from '../../support/switching-proxy.js';
import { until } from '../../support/until.js';

/** Tolerance for late timers on a busy machine. */
const late = 5_000;
const tooLong = 20_000;

/** Defines the tests. Each transport has a spec of its own, because the tests mostly wait. */
export function testLostConnections(fastPath: boolean): void {
  let under: JournalUnderTest;
  let proxy: SwitchingProxy;
  let anna: string;
  let isClosed: boolean;

  async function start(poolSize: number, settings: Partial<DatabaseSettings>): Promise<void> {
    isClosed = false;
    under = await startJournal(async ({ url }) => {
      proxy = await startSwitchingProxy(url);
      const pool = { min: 0, max: poolSize, idleTimeout: 30_000, connectionTimeout: 5_000 };
      return { url: proxy.url, fastPath, pool, keepAlive: 1_000, closeTimeout: 1_000, ...settings };
    });
    anna = await under.newUser();
  }
  afterEach(async () => {
    const elapsed = isClosed ? 0 : await close();
    await proxy.close();
    expect(elapsed).toBeLessThan(tooLong);
  });

  const query = (sql: string) => under.dataSource.query<Record<string, unknown>[]>(sql);
  const page = () => asAnna(() => under.journal.page());
  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const append = (id: string) => under.journal.append(putSold({ id }));
  const times = <T>(count: number, call: () => Promise<T>) => Array.from({ length: count }, call);
  const ids = async () => {
    const rows = await under.owner.query<{ id: string }[]>(
      'SELECT id FROM journal WHERE user_id = $1 ORDER BY id',
      [anna],
    );
    return rows.map(({ id }) => id);
  };

  /** Opens this many connections with overlapping statements. */
  async function warmUp(connections: number): Promise<void> {
    await Promise.all(times(connections, () => query('SELECT pg_sleep(0.5)')));
    expect(await sessions('true')).toBe(connections);
  }

  /** The number of the application's sessions, without the counting session. */
  async function sessions(condition: string): Promise<number> {
    const rows = await under.owner.query<{ n: number }[]>(
      `SELECT count(*)::integer AS n FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend'
         AND pid <> pg_backend_pid() AND (${condition})`,
    );
    return rows[0]?.n ?? 0;
  }

  async function reached(count: number, condition: string): Promise<void> {
    await until(async () => (await sessions(condition)) === count);
  }

  async function timed<T>(call: Promise<T>): Promise<{ result: T; elapsed: number }> {
    const started = performance.now();
    const result = await call;
    return { result, elapsed: performance.now() - started };
  }

  /**
   * Closes the application and drops its database.
   *
   * @returns the duration in milliseconds
   */
  async function close(): Promise<number> {
    isClosed = true;
    return (await timed(inTime(under.close()))).elapsed;
  }

  /** Rejects if a call does not end in time, so that the test fails early. */
  const inTime = <T>(call: Promise<T>) => Promise.race([call, sleep(tooLong, 'no answer', { ref: false })]);

  describe('connections that stop responding', () => {
    const statementLimit = 1_500;

    it('are replaced within the limit: 20 connections, 80 requests', async () => {
      await start(20, { statementLimit });
      await warmUp(20);
      proxy.hold();
      const { result, elapsed } = await timed(Promise.all(times(80, () => failureOf(page()))));
      const failures = result.filter((failure) => failure !== undefined);

      expect(failures.filter((failure) => !(failure instanceof StatementTimeoutError))).toEqual([]);
      // At most one failure for each connection. The other 60 requests use new connections.
      expect(failures.length).toBeLessThanOrEqual(20);
      expect(elapsed).toBeLessThan(statementLimit + late);
      // A connection that is still silent would make one of these fail.
      await Promise.all(times(80, page));
    });

    it('reject their current statements, and waiting statements run on new connections', async () => {
      await start(3, { statementLimit });
      await warmUp(3);
      const underWay = times(3, () => failureOf(query('SELECT pg_sleep(0.6)')));
      await reached(3, `state = 'active' AND query LIKE '%pg_sleep%'`);
      proxy.hold();
      const { result, elapsed } = await timed(
        Promise.all([...times(6, page), ...times(6, () => query('SELECT 1'))]),
      );

      expect(result).toHaveLength(12);
      expect(elapsed).toBeLessThan(statementLimit + late);
      for (const failure of await Promise.all(underWay)) {
        expect(failure).toBeInstanceOf(StatementTimeoutError);
        expect(failure).toMatchObject({ code: 'STATEMENT_TIMEOUT', limit: statementLimit });
      }
    });

    it.each([
      ['a statement of the package', page],
      ['foreign text', () => query('SELECT 1')],
    ])('while idle are replaced within the limit by the next use, %s', async (_what, call) => {
      await start(1, { statementLimit });
      await page();
      const before = proxy.connections();
      proxy.hold();
      const { result, elapsed } = await timed(failureOf(call()));

      // The statement still waits for the answer to BEGIN and has not been sent, so it is sent over
      // a new connection.
      if (result !== undefined) expect(result).toBeInstanceOf(StatementTimeoutError);
      expect(elapsed).toBeGreaterThan(statementLimit - 50);
      expect(elapsed).toBeLessThan(statementLimit + late);
      await call();
      expect(proxy.connections()).toBe(before + 1);
    });

    it('fail a unit of work, which stores nothing', async () => {
      await start(2, { statementLimit });
      const unit = under.scope.run(anna, () =>
        under.scope.transaction(
          async () => {
            await append('before');
            proxy.hold();
            await append('after');
          },
          { attempts: 1 },
        ),
      );

      expect(await failureOf(unit)).toBeInstanceOf(StatementTimeoutError);
      expect(await ids()).toEqual([]);
      await page();
    });

    it('leave the outcome of a COMMIT unknown', async () => {
      await start(2, { statementLimit });
      const unit = under.scope.run(anna, () =>
        under.scope.transaction(async () => {
          await append('entry');
          proxy.hold();
        }),
      );
      const { result, elapsed } = await timed(failureOf(unit));

      expect(result).toBeInstanceOf(CommitOutcomeUnknownError);
      expect(elapsed).toBeLessThan(statementLimit + late);
      await page();
    });

    it('leave an append that has an id either stored once or reported as unknown', async () => {
      await start(1, { statementLimit });
      proxy.hold();
      const failure = await failureOf(asAnna(() => append('entry')));

      if (failure !== undefined) expect(failure).toBeInstanceOf(CommitOutcomeUnknownError);
      await asAnna(() => append('entry'));
      expect(await ids()).toEqual(['entry']);
    });

    it('after connecting fail a call at the time limit, and free their place in the pool', async () => {
      const pool = { min: 0, max: 1, idleTimeout: 30_000, connectionTimeout: 1_000 };
      await start(1, { statementLimit, pool });
      proxy.hold('hold when ready');
      await inTime(failureOf(page()));
      const failure = await inTime(failureOf(page()));

      expect(failure).toBeInstanceOf(JournalDatabaseError);
      proxy.accept();
      await page();
    });

    it.each([
      ['SET LOCAL', `SET LOCAL statement_timeout = 0`, []],
      ['set_config()', `SELECT set_config('statement_timeout', '0', true)`, []],
      ['set_config() with parameters', 'SELECT set_config($1, $2, true)', ['statement_timeout', '0']],
    ])('are awaited in a unit of work that lifts the limit by %s', async (_how, lift, values) => {
      await start(1, { statementLimit });
      const slow = `SELECT pg_sleep(${(statementLimit * 1.5) / 1_000})`;
      const lifted = asAnna(() =>
        under.scope.transaction(async (manager) => {
          await manager.query(lift, values);
          await manager.query(slow);
        }),
      );

      await expect(lifted).resolves.toBeUndefined();
      expect(await failureOf(query(slow))).toBeInstanceOf(StatementTimeoutError);
    });

    it('are awaited for as long as a unit of work lets its statements take', async () => {
      await start(1, { statementLimit });
      const slow = `SELECT pg_sleep(${(statementLimit * 1.5) / 1_000})`;
      const unit = (setting: string) =>
        asAnna(() =>
          under.scope.transaction(
            async (manager) => {
              await manager.query(setting);
              await manager.query(slow);
            },
            { attempts: 1 },
          ),
        );

      await expect(unit(`SET LOCAL statement_timeout = '5s'`)).resolves.toBeUndefined();
      const longest = 2 ** 31 - 1;
      await expect(unit(`SET LOCAL statement_timeout = ${longest}`)).resolves.toBeUndefined();
      // Other settings keep the limit, although the connection has a longer statement_timeout.
      const other = `SELECT set_config('app.request', '1', true)`;
      expect(await failureOf(unit(other))).toBeInstanceOf(StatementTimeoutError);
    });

    it('are awaited without end in a unit of work that lifts the limit, also after a nested unit', async () => {
      await start(1, { statementLimit });
      const lifted = asAnna(() =>
        under.scope.transaction(async (manager) => {
          await manager.query('SET LOCAL statement_timeout = 0');
          const nested = under.scope.transaction(async () => {
            await manager.query(`SET LOCAL statement_timeout = '100ms'`);
            await manager.query('SELECT pg_sleep(1)');
          });
          expect(await failureOf(nested)).toMatchObject({ code: '57014' });
          await manager.query(`SELECT pg_sleep(${(limitMargin + 500) / 1_000})`);
        }),
      );

      await expect(lifted).resolves.toBeUndefined();
    });

    it('are awaited without end if there is no limit', async () => {
      await start(1, { statementLimit: 0 });
      proxy.hold();
      const silent = failureOf(page());

      expect(await Promise.race([silent, sleep(1_500, 'still waiting')])).toBe('still waiting');
      await close();
      expect(await silent).toBeInstanceOf(JournalDatabaseError);
    });
  });

  describe('an application that closes', () => {
    const closeTimeout = 1_000;
    const settings = { closeTimeout, statementLimit: 60_000 };

    const openSockets = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;

    beforeEach(() =>
      start(2, { ...settings, pool: { min: 0, max: 2, idleTimeout: 30_000, connectionTimeout: 60_000 } }),
    );

    it('ends although its idle connections are silent', async () => {
      await warmUp(2);
      proxy.hold();

      expect(await close()).toBeLessThan(closeTimeout + late);
      // An open socket would keep the process alive. Terminate may take up to a second.
      await sleep(1_200);
      const open = openSockets();
      await proxy.close();
      await sleep(100);
      // The proxy has two sockets for each connection; the application has none left.
      expect(open - openSockets()).toBe(4);
    });

    it('ends although its statements are unanswered, and rejects waiting calls immediately', async () => {
      await warmUp(2);
      proxy.hold();
      const silent = [failureOf(page()), failureOf(query('SELECT 1'))];
      await sleep(50);
      const waiting = [
        failureOf(page()),
        failureOf(query('SELECT 1')),
        failureOf(asAnna(() => append('entry'))),
        failureOf(asAnna(() => under.scope.transaction(() => append('entry')))),
      ];
      await sleep(50);
      const closing = close();
      const first = await Promise.race([Promise.all(waiting).then(() => 'rejected'), closing]);

      expect(first).toBe('rejected');
      for (const failure of await Promise.all(waiting)) expect(failure).toBeInstanceOf(PoolClosedError);
      expect(await closing).toBeLessThan(closeTimeout + late);
      for (const failure of await Promise.all(silent)) expect(failure).toBeInstanceOf(JournalDatabaseError);
    });

    it('ends although a unit of work is open', async () => {
      const opened = deferred();
      const unit = asAnna(() =>
        under.scope.transaction(async () => {
          await append('entry');
          opened.resolve();
          await new Promise(() => undefined);
        }),
      );
      unit.catch(() => undefined);
      await opened.promise;

      expect(await close()).toBeLessThan(closeTimeout + late);
    });

    it('ends during a connection attempt, and rejects the calls that wait for it', async () => {
      await page();
      proxy.hold('hold');
      // The first call takes the silent connection, the second opens one, and the third waits for a
      // free connection.
      const silent = failureOf(page());
      await sleep(50);
      const waiting = [failureOf(page()), failureOf(page())];
      await sleep(50);
      const closing = close();
      const first = await Promise.race([Promise.all(waiting).then(() => 'rejected'), closing]);

      expect(first).toBe('rejected');
      expect(await closing).toBeLessThan(closeTimeout + late);
      for (const failure of await Promise.all(waiting)) expect(failure).toBeInstanceOf(PoolClosedError);
      expect(await silent).toBeInstanceOf(JournalDatabaseError);
    });

    it('does not report a write as not stored that the server may still complete', async () => {
      await warmUp(2);
      const locking = under.owner.createQueryRunner();
      await locking.startTransaction();
      await locking.query('LOCK TABLE journal IN EXCLUSIVE MODE');
      const writing = failureOf(asAnna(() => append('unanswered')));
      await reached(1, `wait_event_type = 'Lock'`);
      await under.dataSource.destroy();
      const failure = await writing;
      await locking.rollbackTransaction();
      await locking.release();
      await reached(0, `query LIKE '%INSERT%'`);

      // The fast transport sends the statement and its COMMIT at once, the plain one does not.
      expect(await ids()).toEqual(fastPath ? ['unanswered'] : []);
      expect(failure).toBeInstanceOf(fastPath ? CommitOutcomeUnknownError : JournalDatabaseError);
    });

    it('completes the current statements first, if they end in time', async () => {
      const slow = query('SELECT pg_sleep(0.4), 1 AS one');
      await reached(1, `state = 'active' AND query LIKE '%pg_sleep%'`);
      const elapsed = await close();

      expect(await slow).toMatchObject([{ one: 1 }]);
      expect(elapsed).toBeLessThan(closeTimeout + late);
    });

    it('accepts no further statement', async () => {
      await close();

      expect(await failureOf(page())).toBeInstanceOf(PoolClosedError);
    });
  });

  describe('a pool whose connections are all in use', () => {
    it('rejects a call after the connection time-out, and serves the next one', async () => {
      const connectionTimeout = 600;
      await start(2, { pool: { min: 0, max: 2, idleTimeout: 30_000, connectionTimeout } });
      const inUse = times(2, () => query('SELECT pg_sleep(1.5)'));
      await reached(2, `state = 'active' AND query LIKE '%pg_sleep%'`);
      const { result, elapsed } = await timed(Promise.all([failureOf(page()), failureOf(query('SELECT 1'))]));

      for (const failure of result) expect(failure).toBeInstanceOf(PoolExhaustedError);
      expect(result[0]).toMatchObject({ code: 'POOL_EXHAUSTED' });
      expect(elapsed).toBeGreaterThan(connectionTimeout - 50);
      expect(elapsed).toBeLessThan(connectionTimeout + late);
      await Promise.all(inUse);
      await page();
    });

    it('lets an append wait once, because nothing was sent', async () => {
      const connectionTimeout = 2_000;
      await start(1, { pool: { min: 0, max: 1, idleTimeout: 30_000, connectionTimeout } });
      const inUse = query('SELECT pg_sleep(4)');
      await reached(1, `state = 'active' AND query LIKE '%pg_sleep%'`);
      const { result, elapsed } = await timed(failureOf(asAnna(() => append('unsent'))));

      expect(result).toBeInstanceOf(PoolExhaustedError);
      expect(elapsed).toBeLessThan(2 * connectionTimeout - 100);
      await inUse;
    });
  });

  describe('a connection that is dropped in the middle of a statement', () => {
    beforeEach(() => start(2, {}));

    it.each([
      ['of a page', page],
      ['of an entry', () => asAnna(() => under.journal.get('entry'))],
      ['of totals', () => asAnna(() => under.journal.totals())],
      ['of the application', () => asAnna(() => query('SELECT count(*) FROM journal'))],
    ])('rejects a read %s, which has stored nothing', async (_whose, read) => {
      const locking = under.owner.createQueryRunner();
      await locking.startTransaction();
      await locking.query('LOCK TABLE journal');
      const reading = failureOf(read());
      await reached(1, `wait_event_type = 'Lock'`);
      proxy.drop();
      const failure = await reading;
      await locking.rollbackTransaction();
      await locking.release();

      expect(failure).toBeInstanceOf(ConnectionLostError);
      expect(failure).toMatchObject({ code: 'CONNECTION_LOST', outcome: 'undone' });
      proxy.accept();
      await asAnna(() => append('entry'));
      await read();
    });

    it('rejects a read whose transaction has committed already', async () => {
      const dropped = proxy.dropAtEndOfTransaction('FROM journal');
      const failure = await failureOf(page());
      await dropped;

      expect(failure).toBeInstanceOf(ConnectionLostError);
      expect(failure).toMatchObject({ code: 'CONNECTION_LOST', outcome: 'undone' });
    });
  });
}
