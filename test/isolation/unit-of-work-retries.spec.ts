// @slow: cuts connections during COMMIT
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import {
  Account,
  CommitOutcomeUnknownError,
  EntryConflictError,
  IsolationLevelError,
  JournalEntry,
  UnitOfWorkAbortedError,
} from '../../src/index.js';
import type { UnitOfWorkOptions } from '../../src/index.js';
import type { Isolation } from '../../src/driver/contract/contract.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { deferred } from '../support/deferred.js';
import { startSwitchingProxy } from '../support/switching-proxy.js';
import type { SwitchingProxy } from '../support/switching-proxy.js';
import { until } from '../support/until.js';

describe('A unit of work that fails', () => {
  let under: JournalUnderTest;
  let proxy: SwitchingProxy;
  let anna: string;
  let attempts: number;

  beforeAll(async () => {
    under = await startJournal(async ({ url }) => {
      proxy = await startSwitchingProxy(url);
      const pool = { min: 0, max: 4, idleTimeout: 30_000, connectionTimeout: 5_000 };
      return { url: proxy.url, pool };
    });
  });
  afterAll(async () => {
    await under.close();
    await proxy.close();
  });
  beforeEach(async () => {
    attempts = 0;
    anna = await under.newUser();
  });

  /** A unit of work of Anna that counts its attempts. */
  function unit<T>(work: (attempt: number) => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    const { scope } = under;
    return scope.run(anna, () => scope.transaction(() => work((attempts += 1)), options));
  }
  const query = (sql: string) => under.dataSource.query<Record<string, unknown>[]>(sql);
  const append = (id: string) => under.journal.append(putSold({ id }));
  const ids = async () => {
    const entries = await under.owner.getRepository(JournalEntry).findBy({ userId: anna });
    return entries.map(({ id }) => id).sort();
  };
  const raise = (state: string) =>
    query(`DO $$ BEGIN RAISE EXCEPTION 'made for the test' USING ERRCODE = '${state}'; END $$`);
  const kill = async () => {
    const [row] = await query('SELECT pg_backend_pid() AS pid');
    await under.owner.query('SELECT pg_terminate_backend($1, 5000)', [row?.['pid']]);
  };

  /** Drops the connections at the next COMMIT, before the server gets it or after it committed. */
  function cutCommit(moment: 'before' | 'after'): void {
    const cut = moment === 'before' ? proxy.dropBefore('COMMIT') : proxy.dropAtEndOfTransaction('COMMIT');
    void cut.then(() => proxy.accept());
  }
  /** Drops the connections at the next BEGINs, before the server gets them. */
  function cutBegins(times: number): void {
    if (times === 0) return;
    void proxy.dropBefore('BEGIN').then(() => {
      proxy.accept();
      cutBegins(times - 1);
    });
  }

  it.each(['40001', '40P01'])('with %s is retried from the beginning', async (state) => {
    const transactions: unknown[] = [];
    await unit(async (attempt) => {
      transactions.push(...(await query('SELECT pg_current_xact_id()::text AS id')));
      await append(`attempt-${attempt}`);
      if (attempt < 3) await raise(state);
    });

    expect(attempts).toBe(3);
    expect(new Set(transactions.map((row) => JSON.stringify(row))).size).toBe(3);
    expect(await ids()).toEqual(['attempt-3']);
  });

  it.each([
    [undefined, 4],
    [2, 2],
    [1, 1],
  ])('repeatedly is rejected in the end (attempts: %s)', async (most, expected) => {
    const options = most === undefined ? {} : { attempts: most };

    await expect(unit(() => raise('40001'), options)).rejects.toThrow('made for the test');
    expect(attempts).toBe(expected);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3'])(
    'is refused before it begins with attempts: %p',
    async (most) => {
      const refused = unit(() => query('SELECT 1'), { attempts: most as number });

      await expect(refused).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        problems: [{ property: 'attempts', reason: 'must be a whole number from 1' }],
      });
      expect(attempts).toBe(0);
    },
  );

  it('by a deadlock between two is retried for one of them, and both are committed', async () => {
    const first = new Set<string>();
    const bothHaveOne = deferred();
    const rename = (id: string, name: string) =>
      under.dataSource.getRepository(Account).update({ userId: anna, id }, { name });
    const both = (one: string, other: string) =>
      unit(async () => {
        await rename(one, `by ${one}`);
        if (first.add(one).size === 2) bothHaveOne.resolve();
        await bothHaveOne.promise;
        await rename(other, `by ${one}`);
      });
    await Promise.all([both('acct-1', 'acct-2'), both('acct-2', 'acct-1')]);

    expect(attempts).toBe(3);
    const names = (await under.scope.run(anna, () => under.accounts.list())).map(({ name }) => name);
    expect(new Set(names).size).toBe(1);
  });

  it('by a serialization failure is retried, also if only COMMIT reports it', async () => {
    let readers = 0;
    const bothHaveRead = deferred();
    const addCount = (id: string) =>
      unit(
        async () => {
          const [row] = await query('SELECT count(*)::int AS n FROM journal');
          if ((readers += 1) === 2) bothHaveRead.resolve();
          await bothHaveRead.promise;
          await under.journal.append(putSold({ id, notes: String(row?.['n']) }));
        },
        { isolation: 'SERIALIZABLE' },
      );
    await Promise.all([addCount('one'), addCount('other')]);

    const entries = await under.owner.getRepository(JournalEntry).findBy({ userId: anna });
    expect(entries.map(({ notes }) => notes).sort()).toEqual(['0', '1']);
    expect(attempts).toBeGreaterThan(2);
  });

  it.each([
    ['between statements', kill],
    ['in a statement', async () => void (await Promise.all([killLater(), query('SELECT pg_sleep(30)')]))],
  ])('by a connection lost %s is retried', async (_, lose) => {
    await unit(async (attempt) => {
      await append(`attempt-${attempt}`);
      if (attempt === 1) await lose();
      await append('then');
    });

    expect(attempts).toBe(2);
    expect(await ids()).toEqual(['attempt-2', 'then']);
  });

  /** Terminates Anna's session while it sleeps. */
  async function killLater(): Promise<void> {
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND pid <> pg_backend_pid()`;
    await until(async () => (await under.owner.query<unknown[]>(kill)).length > 0);
  }

  it('by a lost connection is retried, even if the work hides the error', async () => {
    await unit(async (attempt) => {
      if (attempt === 1) await kill().then(() => query('SELECT 1').catch(() => undefined));
      else await append('done');
    });

    expect(attempts).toBe(2);
    expect(await ids()).toEqual(['done']);
  });

  it('by a lost connection at BEGIN is retried', async () => {
    const before = proxy.connections();
    cutBegins(5);
    await unit(() => append('seed-1'));

    expect(proxy.connections()).toBeGreaterThanOrEqual(before + 5);
    expect(attempts).toBe(1);
    expect(await ids()).toEqual(['seed-1']);
  });

  it("with an application's own error is retried according to its cause", async () => {
    await unit(async (attempt) => {
      if (attempt > 1) return;
      await raise('40001').catch((error: unknown) => {
        throw new Error('no trade', { cause: error });
      });
    });

    expect(attempts).toBe(2);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an error of the application', () => Promise.reject(new RangeError('no'))],
    [
      'a connection of the application to something else',
      () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
    ],
    ['a constraint', () => raise('23505')],
    ['a time-out', () => raise('57014')],
    ['a failed connection of the server to something else', () => raise('08001')],
  ])('with %s is not retried', async (_, work) => {
    await expect(unit(work)).rejects.toThrow(/^no$|made for the test/);
    expect(attempts).toBe(1);
  });

  it('with a wrong number of parameters is not retried, and keeps its connection', async () => {
    const wrong = () => under.dataSource.query('SELECT $1::text, $2::text', ['one']);
    const session = () => unit(() => query('SELECT pg_backend_pid() AS pid'));
    const before = await session();
    attempts = 0;

    await expect(unit(wrong)).rejects.toMatchObject({ driverError: { code: '08P01' } });
    expect(attempts).toBe(1);
    expect(await session()).toEqual(before);
  });

  it.each([
    ['before', []],
    ['after', ['seed-1']],
  ] as const)('by a lost answer to COMMIT (%s) is rejected without a retry', async (moment, stored) => {
    cutCommit(moment);

    await expect(unit(() => append('seed-1'))).rejects.toThrow(CommitOutcomeUnknownError);
    expect(attempts).toBe(1);
    expect(await ids()).toEqual(stored);
  });

  it.each(['before', 'after'] as const)(
    'by a lost answer to COMMIT (%s) is retried if its writes have their own ids',
    async (moment) => {
      cutCommit(moment);
      await unit(() => append('seed-1'), { idempotent: true });
      cutCommit(moment);
      await under.scope.run(anna, () => under.accounts.create({ id: 'acct-3', name: 'Margin' }));

      expect(attempts).toBe(2);
      expect(await ids()).toEqual(['seed-1']);
      expect(await under.owner.getRepository(Account).countBy({ userId: anna })).toBe(3);
    },
  );

  it('by a lost answer to COMMIT has an unknown outcome if the connection of the last attempt is lost', async () => {
    cutCommit('after');
    const lost = unit(
      async (attempt) => {
        await append('seed-1');
        if (attempt === 2) await kill();
        await append('seed-2');
      },
      { idempotent: true, attempts: 2 },
    );

    await expect(lost).rejects.toThrow(CommitOutcomeUnknownError);
    expect(attempts).toBe(2);
    expect(await ids()).toEqual(['seed-1', 'seed-2']);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['keeps', 'an own error', () => Promise.reject(new RangeError('no'))],
    ['keeps', 'a duplicate key', () => query('INSERT INTO accounts TABLE accounts')],
    [
      'keeps',
      'a caught duplicate key',
      () => query('INSERT INTO accounts TABLE accounts').catch(() => undefined),
    ],
    ['keeps', 'a caught time-out', () => raise('55P03').catch(() => undefined)],
    [
      'loses',
      'an error of the package',
      () => under.journal.append(putSold({ id: 'seed-1', amount: '1.00' })),
    ],
  ])(
    'by a lost answer to COMMIT %s its unknown outcome at %s of a later attempt',
    async (keeps, _what, later) => {
      cutCommit('after');
      const failed = unit((attempt) => (attempt === 1 ? append('seed-1') : later()), { idempotent: true });

      await expect(failed).rejects.toThrow(
        keeps === 'keeps' ? CommitOutcomeUnknownError : EntryConflictError,
      );
    },
  );

  it('by a lost connection is rejected with the error that the caller saw', async () => {
    let seen: unknown;
    const lost = unit(
      async () => {
        await kill();
        await append('seed-1').catch((error: unknown) => {
          seen = error;
          throw error;
        });
      },
      { attempts: 1 },
    );

    await expect(lost).rejects.toBeInstanceOf(Error);
    await lost.catch((error: unknown) => expect(error).toBe(seen));
  });

  it('is retried with the deprecated name of the option', async () => {
    cutCommit('after');
    await unit(() => append('seed-1'), { repeatable: true });

    expect(attempts).toBe(2);
    expect(await ids()).toEqual(['seed-1']);
  });

  it.each<[string, (work: (manager: EntityManager) => Promise<void>) => Promise<void>]>([
    ['a unit of work', (work) => under.scope.transaction(work)],
    ["TypeORM's own transaction", (work) => under.dataSource.transaction(work)],
  ])('in a statement whose error was caught is not committed by %s', async (_, transaction) => {
    const caught = under.scope.run(anna, () =>
      transaction(async (manager) => {
        await manager.insert(Account, { userId: anna, id: 'acct-3', name: 'Margin' });
        await manager.query('SELECT 1 / 0').catch(() => undefined);
      }),
    );

    await expect(caught).rejects.toThrow(UnitOfWorkAbortedError);
    expect(await under.owner.getRepository(Account).countBy({ userId: anna })).toBe(2);
  });

  it.each(['COMMIT', 'rollback', ' ; -- now\n end', '/* a /* b */ */ COMMIT AND CHAIN', 'SAVEPOINT a'])(
    'rejects the text %j, which would end it, and stores nothing',
    async (text) => {
      const ended = unit(async () => {
        await append('seed-1');
        await query(text).catch(() => undefined);
        await append('seed-2');
      });

      await expect(ended).rejects.toMatchObject({
        code: 'UNIT_OF_WORK_ABORTED',
        cause: { code: 'TRANSACTION_CONTROL' },
      });
      expect(await ids()).toEqual([]);
    },
  );

  it('inside another unit fails the outer unit, which is retried completely', async () => {
    const { scope } = under;
    await unit(async (attempt) => {
      await append(`outer-${attempt}`);
      await scope.transaction(async () => {
        await append(`inner-${attempt}`);
        if (attempt === 1) await raise('40001');
      });
    });

    expect(await ids()).toEqual(['inner-2', 'outer-2']);
  });

  it('has the requested isolation level, and a nested unit can have no other', async () => {
    const { scope } = under;
    const level = () => query('SHOW transaction_isolation');
    const serializable = { isolation: 'SERIALIZABLE' } as const;

    expect(await unit(level, serializable)).toEqual([{ transaction_isolation: 'serializable' }]);
    await unit(() => scope.transaction(level, serializable), serializable);
    const stricter = unit(() => scope.transaction(level, serializable));
    await expect(stricter).rejects.toThrow(IsolationLevelError);
  });

  it('without a requested level has the default of the database', async () => {
    const { scope } = under;
    const alter = (clause: string) =>
      under.owner.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ${clause}', current_database()); END $$`,
      );
    const level = () => query('SHOW transaction_isolation');
    const nested = (isolation: Isolation) => unit(() => scope.transaction(level, { isolation }));
    await alter(`SET default_transaction_isolation = ''repeatable read''`);
    // A new connection has the new default.
    await kill();
    try {
      expect(await nested('REPEATABLE READ')).toEqual([{ transaction_isolation: 'repeatable read' }]);
      await expect(nested('READ COMMITTED')).rejects.toMatchObject({ given: 'REPEATABLE READ' });
    } finally {
      await alter('RESET default_transaction_isolation');
    }
  });
});
