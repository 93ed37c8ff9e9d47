import { expect } from '@jest/globals';
import { addTwoUsers, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';

const indexes = `SELECT indexname AS name FROM pg_indexes JOIN pg_class ON oid = indexname::regclass
  JOIN pg_index ON indexrelid = oid WHERE tablename = 'journal' AND indisvalid
  AND indexname IN ('idx_journal_live_ts', 'idx_journal_live_ts_amount', 'idx_journal_live_symbol_type') ORDER BY 1`;
let rows: unknown[];

/** Adds an index for index-only totals, and an index for pages of one symbol and type. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
    expect(await query(indexes)).toEqual([{ name: 'idx_journal_live_ts' }]);
  },

  afterUp: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await query(indexes)).toEqual([
      { name: 'idx_journal_live_symbol_type' },
      { name: 'idx_journal_live_ts_amount' },
    ]);
  },

  afterDown: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await query(indexes)).toEqual([{ name: 'idx_journal_live_ts' }]);
  },
};
