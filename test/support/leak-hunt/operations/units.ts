import { expect } from '@jest/globals';
import {
  Account,
  JournalEntry,
  TransactionNotJoinedError,
  UnitOfWorkAbortedError,
} from '../../../../src/index.js';
import { expectError, expectSqlState } from '../expected-failures.js';
import type { Operations } from '../trader.js';
import { insertSql, valuesOf } from './appending.js';

class Undone extends Error {}

/** Units of work, and the savepoints in them. */
export const units: Operations = {
  'a unit that is committed': async (trader) => {
    const { journal, entries } = trader.hunted;
    const [one, other] = [trader.newEntry(), trader.newRow()];
    await trader.unit(async () => {
      await journal.append(one);
      await entries.insert(other);
      expect(await entries.count()).toBe(trader.model.liveRows.length + 2);
    });
    trader.has(one, other);
  },

  'a unit that is rolled back': async (trader) => {
    const undone = trader.unit(async (manager) => {
      await trader.hunted.journal.append([trader.newEntry(), trader.newEntry()]);
      await manager.insert(Account, { userId: trader.userId, id: 'undone', name: 'undone' });
      await trader.query('UPDATE journal SET deleted_at = now() WHERE deleted_at IS NULL');
      throw new Undone('undone');
    });
    await expectError(undone, Undone);
  },

  'a unit with savepoints that fail': async (trader) => {
    const { journal, entries } = trader.hunted;
    const [kept, alsoKept] = [trader.newEntry(), trader.newEntry()];
    await trader.unit(async () => {
      await journal.append(kept);
      await expectSqlState(
        trader.unit(() => trader.query('SELECT 1 / 0')),
        '22012',
      );
      await trader.unit(async () => {
        await journal.append(alsoKept);
        const inner = trader.unit(async () => {
          await entries.insert(trader.newRow());
          throw new Undone('undone');
        });
        await expectError(inner, Undone);
      });
      expect(await entries.count()).toBe(trader.model.liveRows.length + 2);
    });
    trader.has(kept, alsoKept);
  },

  'savepoints at once': async (trader) => {
    const entries = [trader.newEntry(), trader.newEntry(), trader.newEntry()];
    await trader.unit(() => Promise.all(entries.map((entry) => trader.hunted.journal.append(entry))));
    trader.has(...entries);
  },

  'a unit that goes on after an error': async (trader) => {
    const unit = trader.unit(async () => {
      await trader.hunted.journal.append(trader.newEntry());
      await expectSqlState(trader.query('SELECT 1 / 0'), '22012');
      await expectError(trader.query('SELECT id FROM journal'), UnitOfWorkAbortedError);
    });
    await expectError(unit, UnitOfWorkAbortedError);
  },

  'a transaction that nobody ends': (trader) =>
    trader.withRunner(async (runner) => {
      await runner.startTransaction();
      await runner.query(insertSql, [trader.userId, ...valuesOf(trader.newEntry())]);
    }),

  'a transaction of a query runner': async (trader) => {
    const { scope, journal, entries } = trader.hunted;
    const [one, other] = [trader.newRow(), trader.newEntry()];
    await trader.withRunner(async (runner) => {
      await runner.startTransaction();
      await runner.manager.insert(JournalEntry, one);
      await expectError(entries.count(), TransactionNotJoinedError);
      await scope.join(runner, () => journal.append(other));
      await runner.commitTransaction();
    });
    trader.has(one, other);
  },

  'a transaction of a query runner that is rolled back': (trader) =>
    trader.withRunner(async (runner) => {
      await runner.startTransaction();
      await trader.hunted.scope.join(runner, () => trader.hunted.journal.append(trader.newEntry()));
      await runner.rollbackTransaction();
    }),

  "TypeORM's own transaction": async (trader) => {
    const row = trader.newRow();
    await trader.hunted.dataSource.transaction(async (manager) => {
      await manager.insert(JournalEntry, row);
      expect(await manager.count(JournalEntry)).toBe(trader.model.liveRows.length + 1);
    });
    trader.has(row);
  },

  'sign-in within a unit': async (trader) => {
    const { scope, users, journal, entries } = trader.hunted;
    const entry = trader.newEntry();
    await trader.unit(async () => {
      await journal.append(entry);
      expect((await users.findByEmail(trader.email))?.id).toBe(trader.userId);
      await expectSqlState(
        trader.unit(() => scope.withAllUsers(() => trader.query('SELECT id FROM journal'))),
        '42501',
      );
      expect(await entries.count()).toBe(trader.model.liveRows.length + 1);
    });
    trader.has(entry);
  },
};
