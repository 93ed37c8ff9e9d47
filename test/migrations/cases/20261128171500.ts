import { expect } from '@jest/globals';
import { addTwoUsers, anna } from '../../support/migration-case.js';
import type { CaseDatabase, MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const undefinedColumn = '42703';
let rows: unknown[];

/** The accounts without the new column, followed by the new column. */
const accountsOf = ({ query }: CaseDatabase, column = 'NULL') =>
  query(
    `SELECT to_jsonb(accounts) - 'closed_at' AS account, ${column} AS closed_at FROM accounts ORDER BY user_id`,
  );

const close = ({ settings }: CaseDatabase, instant: string) =>
  asJournalUser(settings, anna, `UPDATE accounts SET closed_at = ${instant} RETURNING id`);

/** Adds the closing time of accounts. Existing accounts are open. */
export const migrationCase: MigrationCase = {
  before: async (database) => {
    await addTwoUsers(database.query);
    rows = await accountsOf(database);
    expect(await close(database, 'now()')).toBe(undefinedColumn);
  },

  afterUp: async (database) => {
    expect(await accountsOf(database, 'closed_at')).toEqual(rows);
    expect(await close(database, `'2026-01-31'`)).toEqual([[{ id: 'acct-1' }], 1]);
    expect(await database.query('SELECT user_id FROM accounts WHERE closed_at IS NOT NULL')).toEqual([
      { user_id: anna },
    ]);
    expect(await close(database, 'NULL')).toEqual([[{ id: 'acct-1' }], 1]);
  },

  afterDown: async (database) => {
    expect(await accountsOf(database)).toEqual(rows);
  },
};
