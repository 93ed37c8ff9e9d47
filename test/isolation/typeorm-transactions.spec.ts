// @slow: hundreds of transactions, on each transport
import { AsyncResource } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getRepositoryToken } from '@nestjs/typeorm';
import { QueryRunnerAlreadyReleasedError, TransactionNotStartedError } from 'typeorm';
import type { EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';
import type { IsolatedDataSource } from '../../src/isolation/isolated.data-source.js';
import {
  Account,
  JournalEntry,
  JournalDatabaseError,
  TransactionNotJoinedError,
  TransactionWithinUnitError,
  UnitOfWorkAbortedError,
} from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { failureOf } from '../support/failure.js';
import { deferred } from '../support/deferred.js';
import {
  attempt,
  calls,
  expected,
  nameOfEnd,
  OwnError,
  row,
  rowsAfter,
  storedIds,
} from './transactions/trial.js';
import type { End, TrialJournal } from './transactions/trial.js';
import { byHand, surroundings, unscoped } from './transactions/typeorm.js';
import { until } from '../support/until.js';

const raise40001 = `DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$`;
const poolSize = 20;

describe.each([
  ['the fast transport', true],
  ['the plain transport', false],
])("TypeORM's own transactions on %s", (_, fastPath) => {
  let under: JournalUnderTest;
  let journal: TrialJournal;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(journal.userId, work);
  const append = (id: string) => under.journal.append(putSold({ id }));
  const stored = async () => (await storedIds(journal)).filter((id) => !id.startsWith('acct-')).sort();
  const account = (id: string) => ({ userId: journal.userId, id, name: id });

  beforeAll(async () => {
    const pool = { min: 0, max: poolSize, idleTimeout: 30_000, connectionTimeout: 10_000 };
    under = await startJournal({ fastPath, pool });
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    const entries = under.get<TrialJournal['entries']>(getRepositoryToken(JournalEntry) as string);
    journal = { ...under, entries, userId: await under.newUser() };
  });

  describe.each(surroundings)('$name', (surrounding) => {
    describe.each<End>(['returns', 'throws'])('whose code %s', (end) => {
      it.each(calls)('$name', async (call) => {
        const result = await inScope(() => attempt(journal, surrounding, call, end));

        expect(result).toEqual(expected(surrounding, end));
      });
    });
  });

  describe.each(unscoped)('$name', (surrounding) => {
    describe.each<End>(['returns', 'throws'])('whose code %s', (end) => {
      it.each(calls)('$name', async (call) => {
        const result = await attempt(journal, surrounding, call, end);

        expect(result).toMatchObject({ stored: rowsAfter(result) });
      });
    });
  });

  describe('dataSource.transaction', () => {
    it('stores nothing if one of its statements failed and the code caught the error', async () => {
      const failure = await inScope(() =>
        failureOf(
          under.dataSource.transaction(async (manager) => {
            await append('before');
            await failureOf(manager.query('SELECT 1/0'));
            await failureOf(append('after'));
          }),
        ),
      );

      expect(failure).toBeInstanceOf(UnitOfWorkAbortedError);
      expect(await stored()).toEqual([]);
    });

    it.each<[string, (manager: EntityManager, work: () => Promise<void>) => Promise<void>]>([
      ['manager.transaction', (manager, work) => manager.transaction(work)],
      ['dataSource.transaction', (_manager, work) => under.dataSource.transaction(work)],
      ['userScope.transaction', (_manager, work) => under.scope.transaction(work)],
    ])('remains open if only a nested %s fails', async (_name, nested) => {
      await inScope(() =>
        under.dataSource.transaction(async (manager) => {
          await append('outer');
          const failure = failureOf(
            nested(manager, async () => {
              await append('inner');
              throw new OwnError('no');
            }),
          );
          expect(await failure).toBeInstanceOf(OwnError);
          await append('after');
        }),
      );

      expect(await stored()).toEqual(['after', 'outer']);
    });

    it('creates an account that it has inserted before, without waiting for itself', async () => {
      await inScope(() =>
        under.dataSource.transaction(async (manager) => {
          await manager.insert(Account, account('twice'));
          expect(await under.accounts.create({ id: 'twice', name: 'twice' })).toMatchObject(account('twice'));
        }),
      );

      // A blocked statement would have ended with the lock time-out.
      expect(await stored()).toEqual(['twice']);
    });

    it('needs one connection: fifty concurrent transactions finish with a pool of twenty', async () => {
      const ids = Array.from({ length: 50 }, (_each, index) => `many-${String(index).padStart(2, '0')}`);
      await inScope(() =>
        Promise.all(
          ids.map((id) =>
            under.dataSource.transaction(async (manager) => {
              await manager.insert(Account, account(id));
              await under.accounts.create({ id, name: id });
              await append(`entry of ${id}`);
            }),
          ),
        ),
      );

      expect(await stored()).toEqual([...ids.map((id) => `entry of ${id}`), ...ids]);
    });

    it.each(['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'] as const)('runs in %s', async (level) => {
      const levels = await inScope(() =>
        under.dataSource.transaction(level, async (manager) => [
          await manager.query<unknown>('SHOW transaction_isolation'),
          await under.dataSource.query<unknown>('SHOW transaction_isolation'),
        ]),
      );

      const shown = [{ transaction_isolation: level.toLowerCase() }];
      expect(levels).toEqual([shown, shown]);
    });

    it.each<[string, (work: (manager: EntityManager) => Promise<void>) => Promise<void>]>([
      ['dataSource.transaction', (work) => under.dataSource.transaction(work)],
      ['dataSource.manager.transaction', (work) => under.dataSource.manager.transaction(work)],
      [
        'userScope.transaction within dataSource.transaction',
        (work) => under.dataSource.transaction(() => under.scope.transaction(work)),
      ],
    ])('%s does not retry its code after 40001', async (_name, transaction) => {
      let runs = 0;
      const failure = await inScope(() =>
        failureOf(
          transaction(async (manager) => {
            runs += 1;
            await append(`run-${runs}`);
            await manager.query(raise40001);
          }),
        ),
      );

      expect(failure).toMatchObject({ driverError: { code: '40001' } });
      expect(runs).toBe(1);
      expect(await stored()).toEqual([]);
    });

    it('is retried with its outer unit of work', async () => {
      let runs = 0;
      await inScope(() =>
        under.scope.transaction(() =>
          under.dataSource.transaction(async (manager) => {
            runs += 1;
            await append(`run-${runs}`);
            if (runs === 1) await manager.query(raise40001);
          }),
        ),
      );

      expect(runs).toBe(2);
      expect(await stored()).toEqual(['run-2']);
    });

    it.each<[string, (work: (manager: EntityManager) => Promise<void>) => Promise<void>]>([
      ['dataSource.transaction', (work) => under.dataSource.transaction(work)],
      ['userScope.transaction', (work) => under.scope.transaction(work)],
      [
        'a nested manager.transaction',
        (work) => under.scope.transaction((manager) => manager.transaction(work)),
      ],
    ])('%s cannot be committed by the query runner of its manager', async (_name, transaction) => {
      let failure: unknown;
      const work = inScope(() =>
        transaction(async ({ queryRunner }) => {
          await append('a');
          failure = await failureOf(queryRunner?.commitTransaction() ?? Promise.resolve());
          throw new OwnError('own error');
        }),
      );

      expect(await nameOfEnd(work)).toBe('Error: own error');
      expect(await stored()).toEqual([]);
      expect(failure).toBeInstanceOf(JournalDatabaseError);
    });

    it('accepts the arguments of TypeORM', async () => {
      const transaction = under.dataSource.transaction.bind(under.dataSource) as (
        ...args: unknown[]
      ) => Promise<unknown>;
      const result = inScope(() => transaction(undefined, () => append('a').then(() => 'done')));

      expect(await result).toBe('done');
      expect(await stored()).toEqual(['a']);
      await expect(inScope(() => transaction('SERIALIZABLE'))).rejects.toThrow('callback');
    });
  });

  describe('queryRunner.startTransaction', () => {
    it.each<[string, (work: () => Promise<void>) => Promise<void>]>([
      ['userScope.transaction', (work) => under.scope.transaction(work)],
      ['dataSource.transaction', (work) => under.dataSource.transaction(work)],
      ['userScope.join', (work) => byHand(under.dataSource, (runner) => under.scope.join(runner, work))],
    ])('is rejected within %s, which continues', async (_name, transaction) => {
      let failure: unknown;
      await inScope(() =>
        transaction(async () => {
          await append('before');
          const runner = under.dataSource.createQueryRunner();
          failure = await failureOf(runner.startTransaction());
          await runner.release();
          await append('after');
        }),
      );

      expect(failure).toBeInstanceOf(TransactionWithinUnitError);
      expect(await stored()).toEqual(['after', 'before']);
    });

    it.each<[string, End, string[]]>([
      ['commits', 'returns', ['by query', 'by repository', 'by save', 'nested']],
      ['rolls back', 'throws', []],
    ])('%s each statement that goes through its runner and manager', async (_name, end, ids) => {
      const { userId } = journal;
      const work = inScope(() =>
        byHand(under.dataSource, async (runner) => {
          await runner.query('INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, $2)', [
            userId,
            'by query',
          ]);
          await runner.manager.getRepository(JournalEntry).insert(row(userId, 'by repository'));
          await runner.manager.save(JournalEntry, row(userId, 'by save'));
          await runner.manager.transaction((manager) => manager.insert(Account, account('nested')));
          if (end === 'throws') throw new OwnError('own error');
        }),
      );

      expect(await nameOfEnd(work)).toBe(end === 'returns' ? 'resolved' : 'Error: own error');
      expect(await stored()).toEqual(ids);
    });

    it('rejects COMMIT if a statement failed and the code caught the error', async () => {
      const work = inScope(() =>
        byHand(under.dataSource, async (runner) => {
          await runner.manager.insert(Account, account('lost'));
          await failureOf(runner.query('SELECT 1/0'));
        }),
      );

      expect(await failureOf(work)).toBeInstanceOf(UnitOfWorkAbortedError);
      expect(await stored()).toEqual([]);
    });

    it('rejects a read that would not see the rows of the transaction', async () => {
      const failure = await inScope(() =>
        byHand(under.dataSource, async (runner) => {
          await runner.manager.insert(Account, account('new'));
          return failureOf(under.accounts.get('new'));
        }),
      );

      expect(failure).toBeInstanceOf(TransactionNotJoinedError);
    });

    it('does not affect calls in another async context', async () => {
      const opened = deferred();
      const beside = opened.promise.then(() => inScope(() => append('beside')));
      await inScope(() =>
        byHand(under.dataSource, async (runner) => {
          await runner.manager.insert(Account, account('by hand'));
          opened.resolve();
          await beside;
        }),
      );

      expect(await stored()).toEqual(['beside', 'by hand']);
    });

    it('is refused outside of any scope', async () => {
      const begun = byHand(under.dataSource, () => Promise.resolve());

      await expect(begun).rejects.toMatchObject({ code: 'TRANSACTION_OUTSIDE_SCOPE' });
    });

    it('does not affect scopes that are opened after its end', async () => {
      await inScope(() => byHand(under.dataSource, () => Promise.resolve()));
      const opened = deferred();
      const beside = opened.promise.then(() => inScope(() => append('beside')));
      await inScope(() =>
        byHand(under.dataSource, async () => {
          opened.resolve();
          await beside;
        }),
      );

      expect(await stored()).toEqual(['beside']);
    });

    it.each<[string, (work: () => Promise<void>) => Promise<unknown>]>([
      ['COMMIT', (work) => byHand(under.dataSource, work)],
      [
        'ROLLBACK',
        (work) =>
          failureOf(
            byHand(under.dataSource, async () => {
              await work();
              throw new OwnError('own error');
            }),
          ),
      ],
      [
        'a release without either',
        async (work) => {
          const runner = under.dataSource.createQueryRunner();
          await runner.startTransaction();
          await runner.manager.insert(Account, account('released'));
          await work();
          await runner.release();
        },
      ],
    ])('permits calls again after %s', async (_name, transaction) => {
      let within: unknown;
      await inScope(async () => {
        await transaction(async () => {
          within = await failureOf(append('within'));
        });
        await append('after');
      });

      expect(within).toBeInstanceOf(TransactionNotJoinedError);
      expect(await stored()).toEqual(['after']);
    });
  });

  describe('a query runner that is beginning a transaction', () => {
    const newRunner = () => under.dataSource.createQueryRunner();
    const insert = (runner: QueryRunner, id: string) => runner.manager.insert(Account, account(id));
    const inUse = () => {
      const { total, idle } = (under.dataSource as IsolatedDataSource).journal.connectionCounts;
      return total - idle;
    };

    it.each<[string, () => Promise<unknown>]>([
      [
        'released',
        () =>
          inScope(async () => {
            const runner = newRunner();
            const begun = runner.startTransaction();
            await runner.release();
            await begun;
            await until(() => inUse() === 0);
          }),
      ],
      [
        'released while it begins a savepoint',
        () =>
          inScope(async () => {
            const runner = newRunner();
            const begun = Promise.allSettled([runner.startTransaction(), runner.startTransaction()]);
            await runner.release();
            await begun;
          }),
      ],
      [
        'forgotten by its scope while it begins a savepoint',
        () =>
          inScope(() => {
            const runner = newRunner();
            return Promise.resolve(void [runner.startTransaction(), runner.startTransaction()]);
          }),
      ],
      ['forgotten by its scope', () => inScope(() => Promise.resolve(void newRunner().startTransaction()))],
      [
        'forgotten by a scope that throws',
        () =>
          failureOf(
            inScope(() => {
              void newRunner().startTransaction();
              throw new OwnError('own error');
            }),
          ),
      ],
      [
        'begun after its scope',
        async () => {
          let late: () => Promise<void> = () => Promise.resolve();
          await inScope(() => {
            late = AsyncResource.bind(() => newRunner().startTransaction());
            return Promise.resolve();
          });
          await late();
        },
      ],
      [
        'begun twice at once',
        () =>
          inScope(async () => {
            const runner = newRunner();
            await Promise.all([runner.startTransaction(), runner.startTransaction()]);
            await runner.release();
          }),
      ],
      [
        'begun while an earlier rollback is unanswered',
        () =>
          inScope(async () => {
            const runner = newRunner();
            await runner.startTransaction();
            const first = runner.rollbackTransaction();
            await runner.rollbackTransaction();
            await runner.startTransaction();
            await first;
          }),
      ],
      [
        'begun after its release',
        () =>
          inScope(async () => {
            const runner = newRunner();
            await runner.release();
            expect(await failureOf(runner.startTransaction())).toBeInstanceOf(
              QueryRunnerAlreadyReleasedError,
            );
          }),
      ],
    ])('keeps no connection when it is %s', async (_name, work) => {
      await work();
      // Gives an unawaited `startTransaction()` time to take a connection.
      await setTimeout(50);
      await until(() => inUse() === 0);
    });

    it('again needs the rollback of a transaction that could not commit, and sends nothing before', async () => {
      await inScope(async () => {
        const runner = newRunner();
        await runner.startTransaction();
        await failureOf(runner.query('SELECT 1/0'));
        expect(await failureOf(runner.commitTransaction())).toBeInstanceOf(UnitOfWorkAbortedError);
        expect(await failureOf(insert(runner, 'between'))).toMatchObject({ code: 'UNIT_OF_WORK_ENDED' });
        await append('beside');
        await runner.rollbackTransaction();
        await runner.startTransaction();
        await insert(runner, 'second');
        await runner.commitTransaction();
        await runner.release();
      });

      expect(await stored()).toEqual(['beside', 'second']);
    });

    it('queues the statements that follow, even if its promise is not awaited', async () => {
      const beside = await inScope(async () => {
        const runner = newRunner();
        const begun = runner.startTransaction();
        const failure = failureOf(append('beside'));
        await insert(runner, 'inside');
        await begun;
        await runner.rollbackTransaction();
        await runner.release();
        return failure;
      });

      expect(beside).toBeInstanceOf(TransactionNotJoinedError);
      expect(await stored()).toEqual([]);
    });

    it.each<[string, (runner: QueryRunner) => Promise<unknown>]>([
      ['a save', (runner) => runner.manager.save(Account, account('late'))],
      ['a transaction', (runner) => runner.manager.transaction(() => append('late'))],
      ['userScope.join', (runner) => under.scope.join(runner, () => append('late'))],
      [
        'a stream',
        async (runner) => {
          const rows = (await runner.stream('SELECT id FROM accounts')) as AsyncIterable<unknown>;
          for await (const row of rows) expect(row).toHaveProperty('id');
        },
      ],
    ])('contains %s, even if the promise of startTransaction() is not awaited', async (_name, send) => {
      await inScope(async () => {
        const runner = newRunner();
        const begun = runner.startTransaction();
        await send(runner);
        await begun;
        await runner.rollbackTransaction();
        await runner.startTransaction();
        const nested = runner.startTransaction();
        await send(runner);
        await nested;
        await runner.rollbackTransaction();
        await runner.commitTransaction();
        await runner.release();
      });

      expect(await stored()).toEqual([]);
    });

    it('cannot be the query runner of a unit of work, also from outside the unit', async () => {
      const opened = await inScope(async () => {
        let runner: QueryRunner | undefined;
        let outside: Promise<unknown> = Promise.resolve();
        const anywhere = AsyncResource.bind(() => runner?.startTransaction());
        await under.scope.transaction(async (manager) => {
          runner = manager.queryRunner;
          outside = failureOf(Promise.resolve(anywhere()));
          await outside;
        });
        return [await outside, await failureOf(Promise.resolve(anywhere()))];
      });

      const within = expect.objectContaining({ code: 'TRANSACTION_WITHIN_UNIT' }) as unknown;
      expect(opened).toEqual([within, expect.any(Error)]);
      expect(inUse()).toBe(0);
    });

    it('stores nothing after the end of its scope, which rolls back its transaction', async () => {
      let late: Promise<unknown[]> = Promise.resolve([]);
      await inScope(async () => {
        const runner = newRunner();
        await runner.startTransaction();
        await insert(runner, 'before');
        late = setTimeout(50).then(async () => [
          await failureOf(insert(runner, 'after')),
          await failureOf(runner.commitTransaction()),
        ]);
      });

      const ended = expect.objectContaining({ code: 'UNIT_OF_WORK_ENDED' }) as unknown;
      expect(await late).toEqual([ended, ended]);
      expect(await stored()).toEqual([]);
    });

    it('is usable in another scope after the rollback of a transaction whose scope has ended', async () => {
      const runner = newRunner();
      await inScope(() => runner.startTransaction());
      const rows = await inScope(async () => {
        await runner.rollbackTransaction();
        return runner.query('SELECT 1 AS one') as Promise<unknown>;
      });

      expect(rows).toEqual([{ one: 1 }]);
      await runner.release();
    });

    it('rejects requests from the scope of another user and from outside of any scope', async () => {
      const runner = newRunner();
      const other = await under.newUser();
      const calls = [
        () => runner.query('SELECT * FROM mine'),
        () => runner.stream('SELECT * FROM mine'),
        () => runner.startTransaction(),
        () => runner.commitTransaction(),
        () => under.scope.join(runner, () => Promise.resolve('not called')),
        () => runner.manager.transaction(() => Promise.resolve('not called')),
      ];
      const inOrder = async () => {
        const failures = [];
        for (const call of calls) failures.push(await failureOf(call()));
        return failures;
      };
      const strangers = AsyncResource.bind(() => under.scope.run(other, inOrder));
      const anonymous = AsyncResource.bind(() => failureOf(runner.query('SELECT * FROM mine')));
      await inScope(async () => {
        await runner.startTransaction();
        await runner.query('CREATE TEMPORARY TABLE mine AS SELECT id FROM accounts');
        const refused = expect.objectContaining({ code: 'USER_SCOPE_MISMATCH' }) as unknown;
        expect(await strangers()).toEqual(calls.map(() => refused));
        expect(await anonymous()).toMatchObject({ code: 'USER_SCOPE_MISSING' });
        await insert(runner, 'own');
        await runner.commitTransaction();
        await runner.release();
      });

      expect(await stored()).toEqual(['own']);
    });
  });

  describe('userScope.join', () => {
    it('makes an inner unit of work a savepoint, which can fail alone', async () => {
      await inScope(() =>
        byHand(under.dataSource, (runner) =>
          under.scope.join(runner, async () => {
            await append('before');
            const nested = under.scope.transaction(async () => {
              await append('within');
              throw new OwnError('no');
            });
            expect(await failureOf(nested)).toBeInstanceOf(OwnError);
            await append('after');
          }),
        ),
      );

      expect(await stored()).toEqual(['after', 'before']);
    });

    it('stores nothing if one of its statements failed and the code caught the error', async () => {
      const work = inScope(() =>
        byHand(under.dataSource, async (runner) => {
          await under.scope.join(runner, () => append('before')).catch(() => undefined);
          await failureOf(under.scope.join(runner, () => under.dataSource.query('SELECT 1/0')));
          await failureOf(under.scope.join(runner, () => append('after')));
        }),
      );

      expect(await failureOf(work)).toBeInstanceOf(UnitOfWorkAbortedError);
      expect(await stored()).toEqual([]);
    });

    it('is rejected without an open transaction', async () => {
      const runner = under.dataSource.createQueryRunner();
      const failure = await inScope(() => failureOf(under.scope.join(runner, () => append('never'))));
      await runner.release();

      expect(failure).toBeInstanceOf(TransactionNotStartedError);
      expect(await stored()).toEqual([]);
    });

    it('uses the isolation level of the transaction', async () => {
      const runner = under.dataSource.createQueryRunner();
      await inScope(async () => {
        await runner.startTransaction('SERIALIZABLE');
        await under.scope.join(runner, () =>
          under.scope.transaction(() => append('a'), { isolation: 'SERIALIZABLE' }),
        );
        await runner.commitTransaction();
      }).finally(() => runner.release());

      expect(await stored()).toEqual(['a']);
    });
  });

  describe("A plain repository's save, for which TypeORM begins a transaction", () => {
    it('does not prevent concurrent calls from being stored', async () => {
      const { userId, entries } = journal;
      await inScope(() =>
        Promise.all([
          entries.save(row(userId, 'saved-1')),
          append('appended'),
          entries.save(row(userId, 'saved-2')),
          under.accounts.create({ id: 'created', name: 'created' }),
        ]),
      );

      expect(await stored()).toEqual(['appended', 'created', 'saved-1', 'saved-2']);
    });

    it.each<[string, (userId: string) => Promise<unknown>]>([
      ['journal.append', () => append('by subscriber')],
      [
        'dataSource.query',
        (userId) =>
          under.dataSource.query('INSERT INTO accounts (user_id, id, name) VALUES ($1, $2, $2)', [
            userId,
            'by subscriber',
          ]),
      ],
    ])("does not store a subscriber's statements by %s before its failure", async (_name, send) => {
      const { userId, entries } = journal;
      const subscriber: EntitySubscriberInterface<JournalEntry> = {
        listenTo: () => JournalEntry,
        async afterInsert({ entity }) {
          if (entity.id !== 'saved') return;
          await failureOf(send(userId));
          throw new OwnError('own error');
        },
      };
      under.dataSource.subscribers.push(subscriber);
      const failure = await inScope(() => failureOf(entries.save(row(userId, 'saved'))));
      under.dataSource.subscribers.pop();

      expect(failure).toBeInstanceOf(OwnError);
      expect(await stored()).toEqual([]);
    });
  });
});
