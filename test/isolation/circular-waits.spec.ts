// @slow: waits for the time-outs of blocked units
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UnitOfWorkBlockedError } from '../../src/index.js';
import type { IsolatedDataSource } from '../../src/isolation/isolated.data-source.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { deferred } from '../support/deferred.js';
import { failureOf } from '../support/failure.js';

const insertText = `INSERT INTO accounts (user_id, id, name) VALUES (current_setting('app.user_id')::uuid, $1, 'Plain')`;

/** Rejects after a time limit, because an undetected circular wait never ends. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  const stopped = new AbortController();
  const late = setTimeout(5_000, undefined, { signal: stopped.signal }).then(() => {
    throw new Error('still waiting');
  });
  late.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => stopped.abort());
}

describe.each([
  ['fast', true],
  ['plain', false],
])('A nested unit of work on the %s transport that waits for its outer unit', (_name, fastPath) => {
  let under: JournalUnderTest;
  let anna: string;

  beforeAll(async () => {
    // A failed test may still hold a connection.
    const pool = { min: 0, max: 8, idleTimeout: 30_000, connectionTimeout: 10_000 };
    under = await startJournal({ fastPath, pool, lockTimeout: 500 });
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
  });

  const insert = (id: string) => under.dataSource.query<unknown>(insertText, [id]);
  const nested = <T>(work: () => Promise<T>) => under.scope.transaction(work);
  const unit = <T>(work: () => Promise<T>) => under.scope.run(anna, () => under.scope.transaction(work));

  async function expectBlocked(rejected: Promise<unknown>): Promise<void> {
    await expect(inTime(rejected)).rejects.toThrow(UnitOfWorkBlockedError);
    const stored = `SELECT id FROM accounts WHERE user_id = $1 AND id NOT LIKE 'acct-%'`;
    expect(await under.owner.query(stored, [anna])).toEqual([]);
  }

  it.each([
    ['while it is open', (opened: Promise<void>) => opened],
    ['while it is being opened', () => Promise.resolve()],
  ])('for a statement sent %s is rejected', async (_, moment) => {
    const rejected = unit(async () => {
      const [opened, wanted] = [deferred(), deferred<unknown>()];
      const inner = nested(async () => {
        await insert('inner');
        opened.resolve();
        await wanted.promise;
      });
      inner.catch(() => undefined);
      await moment(opened.promise);
      const outer = insert('outer');
      wanted.resolve(outer);
      await expect(outer).rejects.toThrow(UnitOfWorkBlockedError);
      await inner;
    });

    await expectBlocked(rejected);
  });

  it('is rejected although the clock is set back meanwhile', async () => {
    const { now } = Date;
    const rejected = unit(async () => {
      const [opened, wanted] = [deferred(), deferred<unknown>()];
      const inner = nested(async () => {
        opened.resolve();
        await wanted.promise;
      });
      inner.catch(() => undefined);
      await opened.promise;
      Date.now = () => now() - 3_600_000;
      wanted.resolve(insert('outer'));
      await inner;
    });

    await expectBlocked(rejected).finally(() => (Date.now = now));
  });

  it('for a statement of a transaction that is then rolled back is rejected', async () => {
    const { journal } = under.dataSource as IsolatedDataSource;
    await under.scope.run(anna, async () => {
      const outer = await journal.begin();
      await outer.nested();
      const scope = { role: 'journal_user', userId: anna };
      const waiting = outer.query(scope, { text: insertText, values: ['outer'] });
      const failure = failureOf(waiting);
      await outer.rollBack();

      expect(await inTime(failure)).toMatchObject({ code: 'UNIT_OF_WORK_ENDED' });
    });
  });

  it('for another nested unit is rejected', async () => {
    const rejected = unit(async () => {
      const wanted = deferred<unknown>();
      const first = nested(async () => {
        await insert('first');
        await wanted.promise;
      });
      const second = nested(() => insert('second'));
      wanted.resolve(second);
      await Promise.all([first, second]);
    });

    await expectBlocked(rejected);
  });

  it('for the end of the outer unit is rejected', async () => {
    const end = deferred<unknown>();
    const rejected = unit(async () => {
      const opened = deferred();
      nested(async () => {
        await insert('inner');
        opened.resolve();
        await end.promise;
      }).catch(() => undefined);
      await opened.promise;
    });
    end.resolve(rejected);

    await expectBlocked(rejected);
  });

  it('is not blocked while it sends statements for longer than the lock time-out', async () => {
    await unit(async () => {
      const inner = nested(async () => {
        for (let times = 0; times < 12; times += 1) await insert(`inner-${times}`).then(() => setTimeout(50));
      });
      await insert('outer');
      await inner;
    });

    const stored = await under.owner.query<unknown[]>(
      `SELECT id FROM accounts WHERE user_id = $1 AND id NOT LIKE 'acct-%'`,
      [anna],
    );
    expect(stored).toHaveLength(13);
  });

  it.each([
    ['inside the loop of a stream', false],
    ['after a loop that has left its stream', true],
  ])('is not blocked %s', async (_, isLeft) => {
    const taken = await unit(async () => {
      let rows = 0;
      const slowNested = () => nested(() => insert(`inner-${rows}`).then(() => setTimeout(900)));
      const runner = under.dataSource.createQueryRunner();
      for await (const _row of await runner.stream('SELECT generate_series(1, 2000)')) {
        if ((rows += 1) % 1_500 !== 3) continue;
        if (isLeft) break;
        await slowNested();
      }
      if (isLeft) await slowNested();
      await runner.release();
      return rows;
    });

    expect(taken).toBe(isLeft ? 3 : 2_000);
  });
});
