import { expect } from '@jest/globals';
import { addTwoUsers, anna, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';
import { sqlStateOf } from '../../support/partly-migrated.js';

/** The initial schema accepts and refuses rows, and its reversal removes them. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await query('CREATE TABLE of_somebody_else (id int)');
    await query('INSERT INTO of_somebody_else VALUES (1)');
  },

  afterUp: async ({ query }) => {
    await addTwoUsers(query);
    expect(await rowsOf(query)).toHaveLength(10);
    const insert = (id: string, amount: string) =>
      query(
        `INSERT INTO journal (user_id, id, ts, account_id, type, amount) VALUES ($1, $2, now(), 'acct-1', 'fee', $3)`,
        [...[anna, id, amount]],
      ).then(() => 'stored', sqlStateOf);
    expect(await insert('e-1', '1')).toBe('23505');
    expect(await insert('e-4', 'NaN')).toBe('23514');
    expect(await insert('', '1')).toBe('23514');
    expect(await insert('e-4', '1')).toBe('stored');
  },

  afterDown: async ({ query }) => {
    const left = await query(`SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations'`);
    expect(left).toEqual([{ name: 'of_somebody_else' }]);
    expect(await query('SELECT id FROM of_somebody_else')).toEqual([{ id: 1 }]);
  },
};
