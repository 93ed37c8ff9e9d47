// @slow 20 s: streams large journals
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { driverOf } from '../../src/driver/statements/run-statement.js';
import {
  InvalidInputError,
  JournalEntry,
  UnitOfWorkEndedError,
  UserScopeMissingError,
  entryOrders,
} from '../../src/index.js';
import type { StreamRequest } from '../../src/index.js';
import { filter, journalRecords } from '../support/database-arbitraries.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { newestFirst, passes } from '../support/database-model.js';

describe('A stream of entries', () => {
  let under: JournalUnderTest;
  let anna: string;

  beforeAll(async () => {
    under = await startJournal({ pool: { min: 0, max: 2, idleTimeout: 30_000, connectionTimeout: 5_000 } });
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    anna = await under.newUser();
  });

  const asAnna = <T>(work: () => Promise<T>) => under.scope.run(anna, work);
  const idsOf = async (request: StreamRequest = {}) => {
    const ids: string[] = [];
    for await (const { id } of under.journal.stream(request)) ids.push(id);
    return ids;
  };
  /** More entries than one batch. The owner inserts them with one statement. */
  const addMany = (count: number) =>
    under.owner.query(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount, deleted_at)
       SELECT $1, 'entry-' || n, '2026-01-01'::timestamptz + n / 3 * interval '1 minute', 'acct-1', 'fee', -n,
         CASE n % 10 WHEN 0 THEN now() END FROM generate_series(1, $2::int) n`,
      [anna, count],
    );
  const connections = () => {
    const { total, idle } = driverOf(under.dataSource).connectionCounts;
    return { inUse: total - idle };
  };

  it('contains the entries that match a filter, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        journalRecords,
        filter,
        fc.constantFrom(...entryOrders),
        async (records, given, order) => {
          anna = await under.newUser();
          await asAnna(() => under.imports.appendMissing(records));
          const all = await under.owner
            .getRepository(JournalEntry)
            .find({ where: { userId: anna }, withDeleted: true });
          const expected = all.filter((entry) => passes(entry, given)).sort(newestFirst);
          if (order === 'oldest-first') expected.reverse();

          expect(await asAnna(() => idsOf({ ...given, order }))).toEqual(expected.map(({ id }) => id));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(entryOrders)('continues over any number of batches, %s', async (order) => {
    await addMany(5_001);
    for (const status of ['live', 'deleted', 'all'] as const) {
      const ids = await asAnna(() => idsOf({ status, order }));
      expect(ids).toHaveLength({ live: 4_501, deleted: 500, all: 5_001 }[status]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('is one snapshot of the journal, regardless of concurrent changes', async () => {
    await addMany(2_500);
    await asAnna(async () => {
      const ids = new Set<string>();
      for await (const { id } of under.journal.stream()) {
        if (ids.size === 10) {
          await under.journal.amend('entry-1', { amount: '1' }, { reason: 'typo', id: 'amended' });
          await under.journal.remove('entry-2', { reason: 'twice' });
          await under.journal.append(putSold({ id: 'added', ts: new Date('2026-01-01') }));
        }
        ids.add(id);
      }
      expect(ids.size).toBe(2_250);
      expect([...ids]).toEqual(expect.arrayContaining(['entry-1', 'entry-2']));
      expect([...ids]).not.toEqual(expect.arrayContaining(['amended']));
    });
  });

  it('releases its connection at the end, when the loop ends early or throws, and when it is disposed', async () => {
    await addMany(5_000);
    await asAnna(async () => {
      await idsOf();
      for await (const { id } of under.journal.stream()) if (id) break;
      const failing = async () => {
        for await (const { id } of under.journal.stream()) throw new RangeError(id);
      };
      await expect(failing()).rejects.toThrow(RangeError);
      const disposed = under.journal.stream();
      await disposed.next();
      await disposed[Symbol.asyncDispose]();
      expect(await disposed.next()).toEqual({ done: true, value: undefined });
    });

    expect(connections()).toEqual({ inUse: 0 });
    expect(await asAnna(() => idsOf({ status: 'deleted' }))).toHaveLength(500);
  });

  it('holds no connection before the first entry is requested', async () => {
    await asAnna(async () => {
      under.journal.stream();
      await setTimeout(20);
      expect(connections()).toEqual({ inUse: 0 });
    });
  });

  it('is read no faster than it is consumed', async () => {
    await addMany(20_000);
    let sent = 0;
    const { logger } = under.dataSource;
    under.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: (query: string) => void (sent += query.includes('FROM journal') ? 1 : 0),
    });
    try {
      await asAnna(async () => {
        for await (const { id } of under.journal.stream()) {
          await setTimeout(200);
          expect(id).toBeTruthy();
          expect(sent).toBeLessThanOrEqual(4);
          break;
        }
      });
    } finally {
      under.dataSource.logger = logger;
    }
  });

  it('belongs to the user in whose scope it was opened, in any later scope', async () => {
    await asAnna(() => under.journal.append(putSold({ id: 'seed-1' })));
    const bob = await under.newUser();
    const stream = await asAnna(() => Promise.resolve(under.journal.stream()));
    const read = async () => {
      const ids: string[] = [];
      for await (const { id } of stream) ids.push(id);
      return ids;
    };

    expect(await under.scope.run(bob, read)).toEqual(['seed-1']);
  });

  it('includes the writes of its unit of work, which can continue in the loop', async () => {
    await addMany(1_500);
    await asAnna(() =>
      under.scope.transaction(async () => {
        await under.journal.append(putSold({ id: 'within' }));
        let taken = 0;
        for await (const { id } of under.journal.stream({ order: 'oldest-first' })) {
          if ((taken += 1) % 500 === 0) await under.journal.get(id);
        }
        expect(taken).toBe(1_351);
      }),
    );
  });

  it('is read within the unit of work that made it', async () => {
    await addMany(10);
    const bob = await under.newUser();
    const { scope, journal } = under;
    const ofUnit = () =>
      asAnna(() =>
        scope.transaction(async () => {
          await scope.transaction(() => journal.stream().next());
          return journal.stream();
        }),
      );
    const [inScope, inUnit, asBob, outside] = [
      await ofUnit(),
      await ofUnit(),
      await ofUnit(),
      await ofUnit(),
    ];

    await expect(asAnna(() => inScope.next())).rejects.toThrow(UnitOfWorkEndedError);
    await expect(asAnna(() => scope.transaction(() => inUnit.next()))).rejects.toThrow(UnitOfWorkEndedError);
    await expect(scope.run(bob, () => asBob.next())).rejects.toThrow(UnitOfWorkEndedError);
    await expect(outside.next()).rejects.toThrow(UnitOfWorkEndedError);
  });

  it('refuses invalid options immediately', async () => {
    expect(() => under.journal.stream()).toThrow(UserScopeMissingError);
    const wrong = { order: 'random' } as unknown as StreamRequest;
    await asAnna(() => {
      expect(() => under.journal.stream(wrong)).toThrow(InvalidInputError);
      return Promise.resolve();
    });
  });

  it('ends with an error when its connection is lost', async () => {
    await addMany(20_000);
    // The stream prefetches for a moment before it is idle.
    const kill = async () => {
      let killed: unknown[] = [];
      while (killed.length === 0)
        killed = await under.owner.query(
          `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
           WHERE datname = current_database() AND state = 'idle in transaction'`,
        );
    };
    const lost = asAnna(async () => {
      let taken = 0;
      for await (const { id } of under.journal.stream()) {
        if ((taken += 1) === 1) await kill();
        expect(id).toBeTruthy();
      }
    });

    await expect(lost).rejects.toThrow(/terminat|released|connection error/i);
    expect(await asAnna(() => idsOf({ status: 'deleted' }))).toHaveLength(2_000);
  });
});

it('A stream outlives the limit of idle transactions while its reader does not pause', async () => {
  const under = await startJournal({ idleInTransactionTimeout: 3_000 });
  try {
    const entries = Array.from({ length: 6_000 }, (_, at) => putSold({ id: `entry-${at}` }));
    const taken = await under.scope.run(await under.newUser(), async () => {
      await under.journal.load(entries);
      let read = 0;
      for await (const _entry of under.journal.stream())
        if ((read += 1) % 1_000 === 0) await setTimeout(1_800);
      return read;
    });

    expect(taken).toBe(6_000);
  } finally {
    await under.close();
  }
});

it('A stream without a time limit outlives any pause of its reader', async () => {
  const under = await startJournal({ streamTimeout: 0, idleInTransactionTimeout: 1_500 });
  try {
    const entries = Array.from({ length: 6_000 }, (_, at) => putSold({ id: `entry-${at}` }));
    await under.scope.run(await under.newUser(), async () => {
      await under.journal.load(entries);
      const stream = under.journal.stream();
      await stream.next();
      await setTimeout(3_000);
      let left = 0;
      for await (const _entry of stream) left += 1;
      expect(left).toBe(5_999);
    });
  } finally {
    await under.close();
  }
});
