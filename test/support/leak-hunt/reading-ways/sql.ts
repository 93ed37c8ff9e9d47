import { expect } from '@jest/globals';
import { JournalEntry } from '../../../../src/index.js';
import type { Answer } from '../../../../src/driver/contract/contract.js';
import { selectedRow, selectRows } from '../trader.js';
import type { ReadingWays, SelectedRow, Trader } from '../trader.js';
import { byId } from '../trader-model.js';

const expectRows = (trader: Trader, found: unknown) =>
  expect(byId((found as SelectedRow[]).map(selectedRow))).toEqual(trader.model.rows);

/** Reads by SQL, streams, cursors, query runners and their clients. */
export const sqlWays: ReadingWays = {
  'dataSource.query': async (trader) => {
    expectRows(trader, await trader.query(selectRows));
  },

  'dataSource.query that asks for strangers as well': async (trader) => {
    const asked = `${selectRows} WHERE user_id = ANY($1) OR user_id <> $2`;
    expectRows(trader, await trader.query(asked, [[trader.userId, ...trader.strangers], trader.userId]));
  },

  'a stream': async (trader) => {
    const rows: unknown[] = [];
    await trader.unit(async (manager) => {
      const query = manager.createQueryBuilder(JournalEntry, 'entry').withDeleted();
      query.select('entry.id', 'id');
      query.addSelect('entry.ts', 'ts');
      query.addSelect('entry.accountId', 'accountId').addSelect('entry.amount', 'amount');
      query.addSelect('entry.notes', 'notes').addSelect('entry.deletedAt IS NOT NULL', 'isDeleted');
      query.addSelect('entry.originalEntryId', 'originalEntryId');
      for await (const row of await query.stream()) rows.push(row);
    });
    expectRows(trader, rows);
  },

  'a cursor': async (trader) => {
    const rows: unknown[] = [];
    await trader.unit(async () => {
      await trader.query(`DECLARE hunting CURSOR FOR ${selectRows}`);
      for (let page: unknown[] = [0]; page.length > 0; rows.push(...page))
        page = await trader.query('FETCH 10 FROM hunting');
    });
    expectRows(trader, rows);
  },

  "a query runner's client": async (trader) => {
    expectRows(trader, (await trader.clientQuery(selectRows)).rows);
  },

  "a named statement of a query runner's client": async (trader) => {
    expectRows(trader, (await trader.clientQuery({ name: 'journal_scope', text: selectRows })).rows);
  },

  "a callback of a query runner's client, in a unit": async (trader) => {
    const read = () =>
      trader.withClient(
        (client) =>
          new Promise<Answer>((resolve, reject) => {
            void client.query(selectRows, (error: Error | null, answer?: Answer) => {
              if (error) reject(error);
              else resolve(answer as Answer);
            });
          }),
      );
    expectRows(trader, (await trader.unit(read)).rows);
  },

  "a query runner's own transaction": async (trader) => {
    const rows = await trader.withRunner(async (runner) => {
      await runner.startTransaction('REPEATABLE READ');
      const found: unknown = await runner.query(selectRows);
      await runner.commitTransaction();
      return found;
    });
    expectRows(trader, rows);
  },

  'all tables by SQL': async (trader) => {
    const [row] = await trader.query(`
      SELECT (SELECT count(*) FROM users)::int AS users, (SELECT count(*) FROM accounts)::int AS accounts,
        (SELECT count(*) FROM journal)::int AS entries, (SELECT min(id::text) FROM users) AS id`);
    const { accounts, rows } = trader.model;
    expect(row).toEqual({ users: 1, accounts: accounts.size, entries: rows.length, id: trader.userId });
  },
};
