import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defer } from 'rxjs';
import { InvalidInputError, JournalEntry, UnitOfWorkDeferredError, type Isolation } from '../../src/index.js';
import { failureOf } from '../support/failure.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

describe('A unit of work', () => {
  let under: JournalUnderTest;
  let anna: string;

  beforeAll(async () => {
    under = await startJournal({ pool: { min: 0, max: 2, idleTimeout: 30_000, connectionTimeout: 5_000 } });
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
  });

  const idsOf = (userId: string) =>
    under.scope.run(userId, async () => (await under.journal.page()).entries.map(({ id }) => id));

  it('joins a unit of work that has no user yet', async () => {
    const { scope, users, accounts } = under;
    const failing = scope.transaction(async () => {
      const { id } = await users.create({ email: 'never@example.com' });
      await scope.run(id, () => accounts.create({ id: 'acct-1', name: 'Taxable' }));
      throw new Error('no');
    });

    await expect(failing).rejects.toThrow(new Error('no'));
    expect(await users.findByEmail('never@example.com')).toBeNull();
  });

  it('commits completely, and is invisible to others before', async () => {
    const { scope, journal, accounts } = under;
    const result = await scope.run(anna, () =>
      scope.transaction(async (manager) => {
        await accounts.create({ id: 'acct-3', name: 'Margin' });
        await journal.append(putSold({ id: 'seed-1', accountId: 'acct-3' }));
        expect(await manager.countBy(JournalEntry, { userId: anna })).toBe(1);
        expect(await under.dataSource.manager.countBy(JournalEntry, { userId: anna })).toBe(1);
        expect(await under.owner.manager.countBy(JournalEntry, { userId: anna })).toBe(0);
        return 'done';
      }),
    );

    expect(result).toBe('done');
    expect(await idsOf(anna)).toEqual(['seed-1']);
  });

  it('contains the statement of a thenable that sends it when it is awaited', async () => {
    const { scope, journal, dataSource } = under;
    const lazy = (id: string) =>
      ({
        then: (...callbacks: []) => journal.append(putSold({ id })).then(...callbacks),
      }) as Promise<unknown>;
    await scope.run(anna, async () => {
      await scope.transaction(() => lazy('outer'));
      await scope.transaction(() => scope.transaction(() => lazy('nested')));
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await scope.join(runner, () => lazy('joined'));
      await runner.commitTransaction();
      await runner.release();
    });

    expect((await idsOf(anna)).toSorted()).toEqual(['joined', 'nested', 'outer']);
  });

  it('rolls back if the work fails', async () => {
    const { scope, journal, accounts } = under;
    const failing = scope.run(anna, () =>
      scope.transaction(async () => {
        await accounts.create({ id: 'acct-3', name: 'Margin' });
        await journal.append(putSold({ accountId: 'acct-3' }));
        throw new RangeError('changed my mind');
      }),
    );

    await expect(failing).rejects.toThrow(RangeError);
    expect(await idsOf(anna)).toEqual([]);
    expect(await scope.run(anna, () => accounts.list())).toHaveLength(2);
  });

  it.each(['an Observable', 'an async generator'])('stores nothing if it returns %s', async (kind) => {
    const { scope, journal, dataSource } = under;
    async function* stored() {
      yield await journal.append(putSold({ id: 'after the unit' }));
    }
    const work = async () => {
      await journal.append(putSold({ id: 'within the unit' }));
      return kind === 'an Observable' ? defer(stored) : stored();
    };
    await scope.run(anna, async () => {
      for (const unit of [() => scope.transaction(work), () => dataSource.transaction(work)])
        await expect(unit()).rejects.toThrow(UnitOfWorkDeferredError);
      await scope.transaction(async () => {
        await expect(scope.transaction(work)).rejects.toThrow(UnitOfWorkDeferredError);
        await journal.append(putSold({ id: 'outer unit' }));
      });
    });

    expect(await idsOf(anna)).toEqual(['outer unit']);
  });

  it('does not run with an isolation level that PostgreSQL does not have', async () => {
    const { scope } = under;
    let runs = 0;
    const work = () => Promise.resolve((runs += 1));
    const isolation = 'SERIALIZABLE; COMMIT' as Isolation;
    const refused = scope.run(anna, () => scope.transaction(work, { isolation }));

    await expect(refused).rejects.toThrow(InvalidInputError);
    await expect(refused).rejects.toThrow('isolation must be one of READ UNCOMMITTED, READ COMMITTED');
    expect(runs).toBe(0);
  });

  it.each([true, false])('rejects a write after SET TRANSACTION READ ONLY (fast: %s)', async (fastPath) => {
    const readOnly = await startJournal({ fastPath });
    try {
      const { scope, journal } = readOnly;
      const userId = await readOnly.newUser();
      const pid = () => scope.run(userId, () => readOnly.dataSource.query('SELECT pg_backend_pid()'));
      const before = (await pid()) as unknown;
      let runs = 0;
      const unit = () =>
        scope.transaction(
          async (manager) => {
            runs += 1;
            await manager.query('SET TRANSACTION READ ONLY');
            await journal.append(putSold());
          },
          { idempotent: true },
        );

      const failure = await failureOf(scope.run(userId, unit));
      expect(failure).toMatchObject({ message: 'cannot execute INSERT in a read-only transaction' });
      expect(runs).toBe(1);
      // The server is writable, so the pool keeps its connections.
      expect(await pid()).toEqual(before);
      await scope.run(userId, () => journal.append(putSold()));
    } finally {
      await readOnly.close();
    }
  });

  it.each([
    [
      'an error with a code that has no text',
      Object.assign(new Error('own'), { code: Object.create(null) as object }),
    ],
    ['a value that is not an error', undefined],
    [
      'an error whose cause cannot be read',
      Object.defineProperty(new Error('own'), 'cause', {
        get: () => {
          throw new Error('never read');
        },
      }),
    ],
  ])('rejects with the error of its work: %s', async (_name, thrown) => {
    const work = () =>
      Promise.resolve().then(() => {
        throw thrown as Error;
      });
    const failure: unknown = await under.scope
      .transaction(work)
      .then(() => 'resolved')
      .catch((error: unknown) => error);

    expect(failure).toBe(thrown);
  });

  it('makes a nested unit of work a savepoint, which can fail alone', async () => {
    const { scope, journal } = under;
    await scope.run(anna, () =>
      scope.transaction(async () => {
        await journal.append(putSold({ id: 'before' }));
        const nested = scope.transaction(async () => {
          await journal.append(putSold({ id: 'within' }));
          await scope.transaction(() => journal.append(putSold({ id: 'deep within' })));
          throw new Error('no');
        });
        await expect(nested).rejects.toThrow('no');
        await expect(journal.append(putSold({ symbol: '' }))).rejects.toThrow(InvalidInputError);
        await expect(journal.append(putSold({ accountId: 'acct-9' }))).rejects.toThrow('acct-9');
        await journal.append(putSold({ id: 'after' }));
      }),
    );

    expect(await idsOf(anna)).toEqual(['before', 'after']);
  });

  it('executes each of several concurrent calls completely or not at all', async () => {
    const { scope, journal, accounts } = under;
    const outcomes = await scope.run(anna, () =>
      scope.transaction(() =>
        Promise.allSettled([
          journal.append(putSold({ id: 'a' })),
          journal.append(putSold({ id: 'b', accountId: 'acct-9' })),
          journal.append([putSold({ id: 'c' }), putSold({ id: 'd' })]),
          under.imports.appendMissing([{ ...putSold(), id: 'e', originalEntryId: 'nothing' }]),
          accounts.create({ id: 'acct-3', name: 'Margin' }),
          journal.append(putSold({ id: 'f' })),
        ]),
      ),
    );

    expect(outcomes.map(({ status }) => status.slice(0, 1)).join('')).toBe('frfrff');
    expect((await idsOf(anna)).sort()).toEqual(['a', 'c', 'd', 'f']);
    expect(await scope.run(anna, () => accounts.list())).toHaveLength(3);
  });
});
