import { expect } from '@jest/globals';
import { JournalEntry } from '../../../../src/index.js';
import type { Interruption } from '../outside.js';
import { endless, interrupt, interruptProcess } from '../outside.js';
import { expectLostConnection, expectSqlState } from '../expected-failures.js';
import type { Operations, Trader } from '../trader.js';
import { insertSql, valuesOf } from './appending.js';

const ended = { pg_cancel_backend: 'cancelled', pg_terminate_backend: 'killed' } as const;

const expectEnded = (how: Interruption, work: Promise<unknown>) =>
  how === 'pg_cancel_backend' ? expectSqlState(work, '57014') : expectLostConnection(work);

const ownProcess = async (trader: Trader) =>
  (await trader.query('SELECT pg_backend_pid() AS pid'))[0]?.['pid'];

/** Operations that are interrupted while a statement runs. They store nothing. */
function inside(how: Interruption): Operations {
  const end = async (trader: Trader, mark: string, work: Promise<unknown>) => {
    await Promise.all([expectEnded(how, work), interrupt(trader.hunted, { mark }, how)]);
  };
  const read = 'SELECT id FROM pg_sleep(30), journal UNION ALL SELECT null FROM pg_sleep(30)';
  return {
    [`a statement that is ${ended[how]}`]: (trader) => {
      const { sql, mark } = endless(trader, read);
      return end(trader, mark, trader.query(sql));
    },

    [`a query builder's statement that is ${ended[how]}`]: (trader) => {
      const { mark } = endless(trader, '');
      const query = trader.hunted.entries.createQueryBuilder('entry').comment(mark);
      const slow = query.where('(SELECT pg_sleep(30)) IS NOT NULL');
      // The statement sleeps for each row. Without rows it does not sleep.
      return trader.model.liveRows.length === 0 ? Promise.resolve() : end(trader, mark, slow.getMany());
    },

    [`an insert that is ${ended[how]}`]: (trader) => {
      const { sql, mark } = endless(trader, `${insertSql} RETURNING pg_sleep(30)`);
      return end(trader, mark, trader.query(sql, [trader.userId, ...valuesOf(trader.newEntry())]));
    },

    [`a unit whose statement is ${ended[how]}`]: (trader) => {
      const { sql, mark } = endless(trader, read);
      const unit = trader.unitOnce(async (manager) => {
        await trader.hunted.journal.append(trader.newEntry());
        await manager.insert(JournalEntry, trader.newRow());
        await trader.query(sql);
      });
      return end(trader, mark, unit);
    },

    [`a stream that is ${ended[how]}`]: (trader) => {
      const unit = trader.unitOnce(async (manager) => {
        await trader.hunted.journal.append(trader.newEntry());
        const pid = await ownProcess(trader);
        // The sleeping statement is a FETCH.
        const interrupted = interrupt(trader.hunted, { pid }, how);
        try {
          for await (const _ of (await manager.queryRunner?.stream(read)) ?? []) continue;
        } finally {
          await interrupted;
        }
      });
      return expectEnded(how, unit);
    },
  };
}

/** Operations that are interrupted between two statements. */
const between: Operations = {
  'a unit that is cancelled while it does nothing': async (trader) => {
    const [one, other] = [trader.newEntry(), trader.newEntry()];
    await trader.unit(async () => {
      await trader.hunted.journal.append(one);
      await interruptProcess(trader.hunted, await ownProcess(trader), 'pg_cancel_backend');
      await trader.hunted.journal.append(other);
    });
    trader.has(one, other);
  },

  'a savepoint that is cancelled': async (trader) => {
    const entry = trader.newEntry();
    const { sql, mark } = endless(trader, 'SELECT pg_sleep(30)');
    await trader.unit(async () => {
      await trader.hunted.journal.append(entry);
      const inner = trader.unit(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        await trader.query(sql);
      });
      await Promise.all([
        expectSqlState(inner, '57014'),
        interrupt(trader.hunted, { mark }, 'pg_cancel_backend'),
      ]);
    });
    trader.has(entry);
  },

  'a unit that is killed while it does nothing': (trader) =>
    expectLostConnection(
      trader.unitOnce(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        await interruptProcess(trader.hunted, await ownProcess(trader), 'pg_terminate_backend');
        await trader.query('SELECT id FROM journal');
      }),
    ),

  'a unit that is killed before it is committed': (trader) =>
    expectLostConnection(
      trader.unitOnce(async () => {
        await trader.hunted.journal.append(trader.newEntry());
        await interruptProcess(trader.hunted, await ownProcess(trader), 'pg_terminate_backend');
      }),
    ),

  'a unit that is killed and tried again': async (trader) => {
    const [one, other] = [trader.newEntry(), trader.newEntry()];
    let attempts = 0;
    await trader.unit(async () => {
      attempts += 1;
      await trader.hunted.journal.append(one);
      if (attempts < 3)
        await interruptProcess(trader.hunted, await ownProcess(trader), 'pg_terminate_backend');
      await trader.hunted.journal.append(other);
    });
    expect(attempts).toBe(3);
    trader.has(one, other);
  },

  'a client that hangs up within a unit': (trader) => {
    const hangUp = new AbortController();
    const { scope, journal } = trader.hunted;
    return expectLostConnection(
      trader.unitOnce(() =>
        scope.endWhenAborted(hangUp.signal, async () => {
          await journal.append(trader.newEntry());
          hangUp.abort();
          await trader.query('SELECT id FROM journal');
        }),
      ),
    );
  },
};

/** Interruptions by another session, during a statement and between two statements. */
export const interruptions: Operations = {
  ...inside('pg_cancel_backend'),
  ...inside('pg_terminate_backend'),
  ...between,
};
