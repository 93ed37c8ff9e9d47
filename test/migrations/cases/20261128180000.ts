import { expect } from '@jest/globals';
import { addTwoUsers, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';

const indexes = `SELECT indexname AS name FROM pg_indexes JOIN pg_index ON indexrelid = indexname::regclass
  WHERE indexname LIKE 'idx\\_journal\\_live\\_meta\\_%' AND indisvalid ORDER BY 1`;
let rows: unknown[];

/** Adds partial indexes for entries with a filterable key in `meta`. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
    expect(await query(indexes)).toEqual([]);
  },

  afterUp: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    const names = ['roll', 'strategy', 'tag', 'trade'].map((key) => `idx_journal_live_meta_${key}`);
    expect(await query(indexes)).toEqual(names.map((name) => ({ name })));
  },

  afterDown: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await query(indexes)).toEqual([]);
  },
};
