import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager, EntitySubscriberInterface, TransactionCommitEvent } from 'typeorm';
import { Account, CommitOutcomeUnknownError, UnitOfWorkAbortedError } from '../../src/index.js';
import { failureOf } from '../support/failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { startSwitchingProxy } from '../support/switching-proxy.js';
import type { SwitchingProxy } from '../support/switching-proxy.js';

class OwnError extends Error {}

describe.each([
  ['fast', true],
  ['plain', false],
])('A subscriber of the application, on the %s transport,', (_name, fastPath) => {
  let under: JournalUnderTest;
  let proxy: SwitchingProxy;
  let anna: string;

  beforeAll(async () => {
    under = await startJournal(async ({ url }) => {
      proxy = await startSwitchingProxy(url);
      return { url: proxy.url, fastPath };
    });
  });
  afterAll(async () => {
    await under.close();
    await proxy.close();
  });
  beforeEach(async () => {
    anna = await under.newUser();
  });
  afterEach(() => {
    under.dataSource.subscribers.splice(0);
  });

  const subscribe = (subscriber: EntitySubscriberInterface) => under.dataSource.subscribers.push(subscriber);
  const append = (id: string) => under.journal.append(putSold({ id }));
  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const insertAccount = (id: string) => under.accounts.create({ id, name: 'Margin' });

  async function stored(): Promise<string[]> {
    const rows = await under.owner.query<{ id: string }[]>(
      'SELECT id FROM journal WHERE user_id = $1 ORDER BY id',
      [anna],
    );
    return rows.map(({ id }) => id);
  }

  type Transaction = (work: (manager: EntityManager) => Promise<unknown>) => Promise<unknown>;
  const unit: Transaction = (work) => asAnna(() => under.scope.transaction(work));
  const byRunner: Transaction = (work) =>
    asAnna(async () => {
      const runner = under.dataSource.createQueryRunner();
      await runner.startTransaction();
      try {
        await under.scope.join(runner, () => work(runner.manager));
        await runner.commitTransaction();
      } catch (error) {
        await runner.rollbackTransaction();
        throw error;
      } finally {
        await runner.release();
      }
    });
  const transactions: [string, Transaction][] = [
    ['a unit of work', unit],
    ['startTransaction()', byRunner],
  ];

  describe.each(['beforeTransactionStart', 'afterTransactionStart', 'beforeTransactionCommit'] as const)(
    'that appends in %s',
    (event) => {
      it('stores nothing if the unit of work fails', async () => {
        subscribe({ [event]: () => append('by-subscriber') });
        const failure = await failureOf(
          unit(async () => {
            await append('by-unit');
            await failureOf(under.scope.manager.query('SELECT 1 / 0'));
          }),
        );

        expect(failure).toBeInstanceOf(UnitOfWorkAbortedError);
        expect(await stored()).toEqual([]);
      });

      it('stores its entry with the unit of work', async () => {
        subscribe({ [event]: () => append('by-subscriber') });
        await unit(() => append('by-unit'));

        expect(await stored()).toEqual(['by-subscriber', 'by-unit']);
      });
    },
  );

  it.each(['beforeTransactionStart', 'afterTransactionStart'] as const)(
    'that fails in %s leaves no transaction of startTransaction() open',
    async (event) => {
      subscribe({ [event]: () => Promise.reject(new OwnError()) });
      await asAnna(async () => {
        const runner = under.dataSource.createQueryRunner();
        expect(await failureOf(runner.startTransaction())).toBeInstanceOf(OwnError);
        expect(runner.isTransactionActive).toBe(false);
        under.dataSource.subscribers.splice(0);
        await append('after-failure');
        expect(await stored()).toEqual(['after-failure']);
        await runner.release();
      });
    },
  );

  it.each(transactions)('that fails before COMMIT causes %s to store nothing', async (_of, transaction) => {
    subscribe({ beforeTransactionCommit: () => Promise.reject(new OwnError()) });

    expect(await failureOf(transaction(() => append('by-unit')))).toBeInstanceOf(OwnError);
    expect(await stored()).toEqual([]);
  });

  it.each(transactions)('that fails after COMMIT does not cause %s to reject', async (_of, transaction) => {
    subscribe({ afterTransactionCommit: () => Promise.reject(new OwnError()) });
    await transaction(() => append('by-unit'));

    expect(await stored()).toEqual(['by-unit']);
  });

  it.each(transactions)(
    'that fails after ROLLBACK does not replace the error of %s',
    async (_of, transaction) => {
      subscribe({ afterTransactionRollback: () => Promise.reject(new OwnError()) });
      const failure = await failureOf(
        transaction(() => Promise.reject(new OwnError('the failure of the work'))),
      );

      expect(failure).toMatchObject({ message: 'the failure of the work' });
    },
  );

  function endsTold(): string[] {
    const told: string[] = [];
    subscribe({
      afterTransactionRollback: () => void told.push('rollback'),
      afterTransactionCommit: () => void told.push('commit'),
    });
    return told;
  }

  it.each(transactions)('receives one rollback event if %s cannot commit', async (_of, transaction) => {
    const told = endsTold();
    const failure = await failureOf(
      transaction(async (manager) => void (await failureOf(manager.query('SELECT 1 / 0')))),
    );

    expect(failure).toBeInstanceOf(UnitOfWorkAbortedError);
    expect(told).toEqual(['rollback']);
  });

  it.each(transactions)(
    'receives no event while the outcome of COMMIT is unknown, of %s',
    async (_of, transaction) => {
      const told = endsTold();
      const dropped = proxy.dropAtEndOfTransaction('by-unit');
      const failure = await failureOf(transaction(() => append('by-unit')));
      await dropped;
      proxy.accept();

      expect(failure).toBeInstanceOf(CommitOutcomeUnknownError);
      expect(told).toEqual([]);
      expect(await stored()).toEqual(['by-unit']);
    },
  );

  it('that fails after a statement of the package causes the call to store nothing', async () => {
    let isFailing = true;
    subscribe({
      afterQuery: ({ query, success }) => {
        if (isFailing && success && /accounts/.test(query))
          throw new OwnError('the failure of the subscriber');
      },
    });
    const failure = await failureOf(asAnna(() => insertAccount('new-account')));
    isFailing = false;

    expect(failure).toMatchObject({ message: expect.stringContaining('the failure of the subscriber') });
    expect(await under.owner.getRepository(Account).countBy({ userId: anna, id: 'new-account' })).toBe(0);
  });

  it('cannot read rows of other users by the manager of an event after its unit of work', async () => {
    let held: EntityManager | undefined;
    subscribe({
      beforeTransactionCommit: ({ manager }: TransactionCommitEvent) => void (held = manager),
    });
    await unit(() => append('by-unit'));
    const bob = await under.newUser();

    const failure = await failureOf(under.scope.run(bob, async () => held?.count(Account)));
    expect(failure).toMatchObject({ code: 'UNIT_OF_WORK_ENDED' });
  });
});
