import { expect } from '@jest/globals';
import pg from 'pg';
import { JournalEntry } from '../../../../src/index.js';
import { selectRows } from '../trader.js';
import type { ReadingWays, Trader } from '../trader.js';
import { byId } from '../trader-model.js';
import type { Row } from '../trader-model.js';

const expectRows = (trader: Trader, found: unknown) =>
  expect(byId(found as Row[])).toEqual(trader.model.rows);

/** SQL, streams and cursors, and pg's own client. */
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
      const query = manager.createQueryBuilder(JournalEntry, 'entry').select('entry.id', 'id');
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

  "pg's client": async (trader) => {
    expectRows(trader, (await trader.withClient((client) => client.query(selectRows))).rows);
  },

  "a query object of pg's client": async (trader) => {
    const rows: unknown[] = [];
    await trader.unit(() =>
      trader.withClient(
        (client) =>
          new Promise((resolve, reject) => {
            const query = client.query(new pg.Query(selectRows));
            query
              .on('row', (row) => rows.push(row))
              .on('error', reject)
              .on('end', resolve);
          }),
      ),
    );
    expectRows(trader, rows);
  },

  "pg's pool": async (trader) => {
    expectRows(trader, (await trader.hunted.pool.query(selectRows)).rows);
  },

  'all tables by SQL': async (trader) => {
    const [row] = await trader.query(`
      SELECT (SELECT count(*) FROM users)::int AS users, (SELECT count(*) FROM accounts)::int AS accounts,
        (SELECT count(*) FROM journal)::int AS entries, (SELECT min(id::text) FROM users) AS id`);
    const { accounts, rows } = trader.model;
    expect(row).toEqual({ users: 1, accounts: accounts.size, entries: rows.length, id: trader.userId });
  },
};
