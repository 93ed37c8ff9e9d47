// @slow: hundreds of transactions, on each transport
import { AsyncResource } from 'node:async_hooks';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Account, UnitOfWorkAbortedError, UnitOfWorkEndedError } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { deferred } from '../support/deferred.js';
import { until } from '../support/until.js';

class OwnError extends Error {}

const insertText = `INSERT INTO accounts (user_id, id, name) VALUES (current_setting('app.user_id')::uuid, $1, 'Plain')`;

const ignore = () => undefined;

/** Rows 1 to 9 of the list of units and connections. All users share one pooled connection. */
describe.each([
  ['fast', true],
  ['plain', false],
])('Units of work on the %s transport', (_name, fastPath) => {
  let under: JournalUnderTest;
  let anna: string;
  let bob: string;

  beforeAll(async () => {
    const pool = { min: 0, max: 1, idleTimeout: 30_000, connectionTimeout: 10_000 };
    under = await startJournal({ fastPath, pool });
    bob = await under.newUser();
    await under.scope.run(bob, () => append('bob-1'));
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
  });

  const append = (id: string) => under.journal.append(putSold({ id }));
  const insert = (id: string, by: EntityManager = under.dataSource.manager) => by.query(insertText, [id]);
  const count = () => under.dataSource.manager.count(Account);
  const nested = <T>(work: (manager: EntityManager) => Promise<T>) => under.scope.transaction(work);
  const unit = <T>(work: (manager: EntityManager) => Promise<T>) =>
    under.scope.run(anna, () => under.scope.transaction(work));

  /** Sends a failing statement and ignores its error. */
  const failing = (manager: EntityManager) =>
    expect(manager.query('select 1/0')).rejects.toThrow('division by zero');
  const firstFailure = {
    code: 'UNIT_OF_WORK_ABORTED',
    cause: { code: '22012', message: 'division by zero' },
  };

  async function storedIds(): Promise<string[]> {
    const rows = await under.owner.query<{ id: string }[]>(
      `SELECT id FROM journal WHERE user_id = $1
       UNION ALL SELECT id FROM accounts WHERE user_id = $1 AND id NOT LIKE 'acct-%'`,
      [anna],
    );
    return rows.map(({ id }) => id).sort();
  }

  /** The server process id of the only connection. */
  async function session(userId: string): Promise<number | undefined> {
    const read = () => under.dataSource.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    return (await under.scope.run(userId, read))[0]?.pid;
  }

  async function idsSeenBy(userId: string): Promise<string[]> {
    const read = () => under.dataSource.query<{ id: string }[]>('SELECT id FROM journal ORDER BY id');
    return (await under.scope.run(userId, read)).map(({ id }) => id);
  }

  describe('that are rejected store nothing', () => {
    it('after a caught failure, regardless of further caught errors', async () => {
      const rejected = unit(async (manager) => {
        await append('a0');
        await failing(manager);
        await expect(append('a1')).rejects.toThrow(UnitOfWorkAbortedError);
        await append('a2');
      });

      await expect(rejected).rejects.toMatchObject(firstFailure);
      const error = await rejected.catch((reason: UnitOfWorkAbortedError) => reason);
      const { message, cause } = error as UnitOfWorkAbortedError & { cause: { query?: string } };
      expect(`${message} ${cause.query}`).toContain('select 1/0');
      expect(await storedIds()).toEqual([]);
    });

    it('even if the callback resolves after a caught failure', async () => {
      const rejected = unit(async (manager) => {
        await append('a0');
        await failing(manager);
      });

      await expect(rejected).rejects.toMatchObject(firstFailure);
      expect(await storedIds()).toEqual([]);
    });

    it('after a report that reached the statement time-out', async () => {
      const codes: unknown[] = [];
      const rejected = unit(async (manager) => {
        await manager.query('SET LOCAL statement_timeout = 100');
        await expect(manager.query('SELECT pg_sleep(10)')).rejects.toMatchObject({ code: '57014' });
        for (const id of ['a1', 'a2', 'a3'])
          await append(id).catch((error: { code?: string }) => codes.push(error.code));
      });

      await expect(rejected).rejects.toMatchObject({
        code: 'UNIT_OF_WORK_ABORTED',
        cause: { code: '57014' },
      });
      expect(codes).toEqual(Array(3).fill('UNIT_OF_WORK_ABORTED'));
      expect(await storedIds()).toEqual([]);
    });

    it('after a duplicate key in a loop of caught appends', async () => {
      const appended: string[] = [];
      const rejected = unit(async () => {
        for (const id of ['a1', 'a2', 'a3', 'a4', 'a5']) {
          await append(id).then(() => appended.push(id), ignore);
          if (id === 'a2') await expect(insert('acct-1')).rejects.toMatchObject({ code: '23505' });
        }
      });

      await expect(rejected).rejects.toMatchObject({
        code: 'UNIT_OF_WORK_ABORTED',
        cause: { code: '23505' },
      });
      expect(appended).toEqual(['a1', 'a2']);
      expect(await storedIds()).toEqual([]);
    });

    it('after a caught failure, with Promise.allSettled of appends', async () => {
      let outcomes: PromiseSettledResult<unknown>[] = [];
      const rejected = unit(async (manager) => {
        await failing(manager);
        outcomes = await Promise.allSettled(['a1', 'a2', 'a3'].map(append));
      });

      await expect(rejected).rejects.toMatchObject(firstFailure);
      expect(outcomes).toMatchObject(Array(3).fill({ status: 'rejected', reason: firstFailure }));
      expect(await storedIds()).toEqual([]);
    });

    it('after a failed nested unit, with an own error at the end', async () => {
      const rejected = unit(async () => {
        await append('e0');
        const inner = nested(async (manager) => {
          await append('e1');
          await failing(manager);
          await append('e2').catch(ignore);
          await append('e3');
        });
        await expect(inner).rejects.toMatchObject(firstFailure);
        throw new OwnError('no');
      });

      await expect(rejected).rejects.toThrow(OwnError);
      expect(await storedIds()).toEqual([]);
    });

    it.each([
      ['at once', () => Promise.resolve()],
      ['after a statement', () => count()],
      ['after a while', () => setTimeout(5)],
    ])('if a part of Promise.all throws %s, and the other parts are refused', async (_, before) => {
      const parts: Promise<void>[] = [];
      const rejected = unit(() => {
        for (const id of ['a1', 'a2', 'a3'])
          parts.push(
            (async () => {
              await count();
              await count();
              await setTimeout(20);
              await insert(id);
            })(),
          );
        const throwing = async () => {
          await before();
          throw new OwnError('no');
        };
        return Promise.all([...parts, throwing()]);
      });

      await expect(rejected).rejects.toThrow(OwnError);
      for (const part of parts) await expect(part).rejects.toThrow(UnitOfWorkEndedError);
      expect(await storedIds()).toEqual([]);
    });

    it('and refuse a nested unit after a failure, without calling its callback', async () => {
      let called = false;
      const rejected = unit(async (manager) => {
        await failing(manager);
        const inner = nested(() => Promise.resolve((called = true)));
        await expect(inner).rejects.toMatchObject(firstFailure);
      });

      await expect(rejected).rejects.toMatchObject(firstFailure);
      expect(called).toBe(false);
    });
  });

  describe('with statements after their end', () => {
    const lateStatements: [string, (manager: EntityManager) => Promise<unknown>][] = [
      ['an append', () => append('late')],
      ['an insert through the manager of the unit', (manager) => insert('late', manager)],
      ['an insert through the DataSource', () => insert('late')],
      [
        'an insert through a repository',
        () => under.dataSource.getRepository(Account).insert({ userId: anna, id: 'late', name: 'Late' }),
      ],
      [
        'an insert through a query runner',
        async () => {
          const runner = under.dataSource.createQueryRunner();
          await runner.query(insertText, ['late']).finally(() => runner.release());
        },
      ],
      ['a nested unit', () => nested(() => insert('late'))],
      ['a transaction of TypeORM', () => under.dataSource.transaction(() => insert('late'))],
    ];

    it.each(lateStatements)('reject %s after COMMIT', async (_, send) => {
      let sendLate = () => Promise.resolve<unknown>(undefined);
      await unit(async (manager) => {
        await append('kept');
        sendLate = AsyncResource.bind(() => send(manager));
      });

      await expect(sendLate()).rejects.toThrow(UnitOfWorkEndedError);
      expect(await storedIds()).toEqual(['kept']);
    });

    it.each(lateStatements)('reject %s after ROLLBACK', async (_, send) => {
      let sendLate = () => Promise.resolve<unknown>(undefined);
      const rejected = unit(async (manager) => {
        await append('undone');
        sendLate = AsyncResource.bind(() => send(manager));
        throw new OwnError('no');
      });

      await expect(rejected).rejects.toThrow(OwnError);
      await expect(sendLate()).rejects.toThrow(UnitOfWorkEndedError);
      expect(await storedIds()).toEqual([]);
    });

    it('reject a statement of a nested unit after its end, while the outer unit is open', async () => {
      await unit(async () => {
        let sendLate = () => Promise.resolve<unknown>(undefined);
        await nested(async () => {
          await append('nested');
          sendLate = AsyncResource.bind(() => insert('late'));
        });
        await expect(sendLate()).rejects.toThrow(UnitOfWorkEndedError);
        await append('outer');
      });

      expect(await storedIds()).toEqual(['nested', 'outer']);
    });

    it('reject a statement that is sent while the end waits for a nested unit', async () => {
      const [opened, end] = [deferred(), deferred()];
      let inner: Promise<unknown> = Promise.resolve();
      let late: Promise<unknown> = Promise.resolve();
      await unit(async () => {
        inner = nested(async () => {
          await insert('inner');
          opened.resolve();
          await end.promise;
        });
        late = opened.promise
          .then(() => nextTurn())
          .then(() => insert('late'))
          .finally(() => end.resolve());
        for (const each of [inner, late]) each.catch(ignore);
        await opened.promise;
      });

      await expect(late).rejects.toThrow(UnitOfWorkEndedError);
      const [{ status }] = await Promise.allSettled([inner]);
      expect(await storedIds()).toEqual(status === 'fulfilled' ? ['inner'] : []);
    });

    it('reject a statement of a promise that lost in Promise.race', async () => {
      let slow: Promise<unknown> = Promise.resolve();
      await unit(async (manager) => {
        await append('kept');
        slow = (async () => {
          await manager.query('SELECT pg_sleep(0.1)');
          await setTimeout(20);
          await insert('late');
        })();
        await Promise.race([setTimeout(20), slow]);
      });

      await expect(slow).rejects.toThrow(UnitOfWorkEndedError);
      expect(await storedIds()).toEqual(['kept']);
    });

    it('store a statement that is sent before the end exactly if it is acknowledged', async () => {
      const sent: Promise<unknown>[] = [];
      const acknowledged: string[] = [];
      await unit(async () => {
        await count();
        for (const id of ['b1', 'b2', 'b3'])
          sent.push((id === 'b2' ? append(id) : insert(id)).then(() => acknowledged.push(id), ignore));
      });
      await Promise.all(sent);

      expect(await storedIds()).toEqual(acknowledged.sort());
    });
  });

  describe('close the connection of a query runner that is released during its statement', () => {
    const abandoned = { code: 'CONNECTION_LOST', cause: { message: 'The query runner was released.' } };
    const slowTable = 'CREATE TEMP TABLE journal AS SELECT entry.* FROM public.journal entry, pg_sleep(1)';

    const isAsleep = async () => {
      const asleep = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
      return (await under.owner.query<unknown[]>(asleep)).length > 0;
    };

    async function releaseEarly(runner: QueryRunner): Promise<void> {
      runner.query(slowTable).catch(ignore);
      await until(isAsleep);
      await runner.release();
    }

    it('outside of a unit', async () => {
      await under.scope.run(anna, () => append('a0'));
      const before = await session(anna);
      await under.scope.run(anna, () => releaseEarly(under.dataSource.createQueryRunner()));

      expect(await idsSeenBy(bob)).toEqual(['bob-1']);
      await until(async () => !(await isAsleep()));
      expect(await idsSeenBy(bob)).toEqual(['bob-1']);
      expect(await session(bob)).not.toBe(before);
    });

    it('in a transaction of the query runner', async () => {
      await under.scope.run(anna, () => append('a0'));
      const before = await session(anna);
      await under.scope.run(anna, async () => {
        const runner = under.dataSource.createQueryRunner();
        await runner.startTransaction();
        await releaseEarly(runner);
      });

      expect(await idsSeenBy(bob)).toEqual(['bob-1']);
      expect(await session(bob)).not.toBe(before);
    });

    // Its statement belongs to the unit, which awaits it before COMMIT or is rejected.
    it('in a unit, or drop its effects before the end of the unit', async () => {
      const acknowledged: string[] = [];
      const done = unit(async () => {
        await append('a0').then(() => acknowledged.push('a0'));
        await releaseEarly(under.dataSource.createQueryRunner());
        await append('a1').then(() => acknowledged.push('a1'), ignore);
      });
      const [{ status }] = await Promise.allSettled([done]);

      expect(await idsSeenBy(bob)).toEqual(['bob-1']);
      await until(async () => !(await isAsleep()));
      expect(await idsSeenBy(bob)).toEqual(['bob-1']);
      expect(await storedIds()).toEqual(status === 'fulfilled' ? acknowledged : []);
    });

    it('and send its statement over no other connection, before BEGIN is answered', async () => {
      await under.scope.run(anna, async () => {
        const runner = under.dataSource.createQueryRunner();
        const failed = expect(runner.query(insertText, ['a0'])).rejects.toMatchObject(abandoned);
        await nextTurn();
        await runner.release();
        await failed;
      });

      expect(await storedIds()).toEqual([]);
    });

    it('and send no statement that waits for a connection', async () => {
      const [opened, end] = [deferred(), deferred()];
      const holding = under.scope.run(bob, () =>
        under.scope.transaction(() => {
          opened.resolve();
          return end.promise;
        }),
      );
      await opened.promise;
      const runner = under.dataSource.createQueryRunner();
      const waiting = under.scope.run(anna, () => runner.query(insertText, ['a0']));
      const failed = expect(waiting).rejects.toMatchObject(abandoned);
      await runner.release();
      end.resolve();
      await Promise.all([holding, failed]);

      expect(await storedIds()).toEqual([]);
    });

    it.each(['startTransaction', 'commitTransaction'] as const)(
      'but no connection that has passed to another user since the last call, %s',
      async (last) => {
        const runner = under.dataSource.createQueryRunner();
        // The end of the scope rolls back an open transaction.
        await under.scope.run(anna, async () => {
          await runner.startTransaction();
          await runner.query(insertText, ['a0']);
          if (last === 'commitTransaction') await runner.commitTransaction();
        });
        const ofBob = under.scope.run(bob, () =>
          under.dataSource.query<object[]>('SELECT id FROM journal, pg_sleep(0.2)'),
        );
        await setTimeout(50);
        await runner.release();

        expect(await ofBob).toEqual([{ id: 'bob-1' }]);
      },
    );

    it('but no connection of a transaction that is rolled back after its statements', async () => {
      const before = await session(anna);
      await under.scope.run(anna, async () => {
        const runner = under.dataSource.createQueryRunner();
        await runner.startTransaction();
        await runner.query(insertText, ['a0']);
        await runner.release();
      });

      expect(await storedIds()).toEqual([]);
      expect(await session(bob)).toBe(before);
    });

    it('but no connection of a runner that is released after its statement', async () => {
      const before = await session(anna);
      await unit(async () => {
        const runner = under.dataSource.createQueryRunner();
        await runner.query(insertText, ['a0']);
        await runner.release();
        await expect(runner.query(insertText, ['a1'])).rejects.toThrow('released');
        await insert('a2');
      });

      expect(await storedIds()).toEqual(['a0', 'a2']);
      expect(await session(bob)).toBe(before);
    });

    it('but not the unit whose own query runner is released', async () => {
      await unit(async (manager) => {
        await insert('a0');
        await manager.queryRunner?.release();
        await insert('a1');
      });

      expect(await storedIds()).toEqual(['a0', 'a1']);
    });
  });

  describe('that are nested', () => {
    const outerStatements: [string, (id: string) => Promise<unknown>][] = [
      ['a plain insert', (id) => insert(id)],
      ['an append', (id) => append(id)],
      ['a nested unit', (id) => nested(() => insert(id))],
    ];

    it.each(outerStatements)('block %s of the outer unit, without losing it', async (_, send) => {
      await unit(async () => {
        const [opened, end] = [deferred(), deferred()];
        const inner = nested(async () => {
          await insert('inner');
          opened.resolve();
          await end.promise;
          throw new OwnError('no');
        });
        inner.catch(ignore);
        await opened.promise;
        let isDone = false;
        const outer = send('outer').then(() => (isDone = true));
        outer.catch(ignore);
        await setTimeout(50);
        expect(isDone).toBe(false);
        end.resolve();
        await expect(inner).rejects.toThrow(OwnError);
        await outer;
      });

      expect(await storedIds()).toEqual(['outer']);
    });

    it('include the statements of their callback, also those through the manager of the outer unit', async () => {
      await unit(async (outer) => {
        const inner = nested(async () => {
          await insert('by the outer manager', outer);
          await outer.insert(Account, { userId: anna, id: 'an entity by the outer manager', name: 'Plain' });
          throw new OwnError('no');
        });
        await expect(inner).rejects.toThrow(OwnError);
        await insert('outer', outer);
      });

      expect(await storedIds()).toEqual(['outer']);
    });

    it('roll back the nested units in them that are still open, and end these', async () => {
      let inner: Promise<unknown> = Promise.resolve();
      await unit(async () => {
        const [opened, end] = [deferred(), deferred()];
        const failed = nested(async () => {
          await insert('a1');
          inner = nested(async () => {
            await insert('b1');
            opened.resolve();
            await end.promise;
            await insert('b2');
          });
          inner.catch(ignore);
          await opened.promise;
          throw new OwnError('no');
        });
        await expect(failed).rejects.toThrow(OwnError);
        end.resolve();
        await expect(inner).rejects.toThrow(UnitOfWorkEndedError);
        await insert('outer');
      });

      expect(await storedIds()).toEqual(['outer']);
    });

    it('are not ended by the failure of another nested unit', async () => {
      await unit(async () => {
        const [failed, done] = await Promise.allSettled([
          nested(async (manager) => {
            await insert('a1');
            await manager.query('select 1/0');
          }),
          nested(() => insert('a2')),
        ]);
        expect([failed.status, done.status]).toEqual(['rejected', 'fulfilled']);
        await insert('a3');
      });

      expect(await storedIds()).toEqual(['a2', 'a3']);
    });
  });
});
