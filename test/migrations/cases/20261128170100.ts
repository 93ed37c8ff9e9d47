import { expect } from '@jest/globals';
import { addTwoUsers, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';

const index = `SELECT indexname AS name FROM pg_indexes JOIN pg_index ON indexrelid = indexname::regclass
  WHERE indexname = 'idx_journal_target_account' AND indisvalid`;
let rows: unknown[];

/** Adds an index for the foreign key on `target_account_id`. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
    expect(await query(index)).toEqual([]);
  },

  afterUp: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await query(index)).toEqual([{ name: 'idx_journal_target_account' }]);
  },

  afterDown: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await query(index)).toEqual([]);
  },
};
