import { expect } from '@jest/globals';
import { addTwoUsers, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';

const comments = `SELECT objoid::regclass::text AS table, objsubid AS position, description
  FROM pg_description WHERE objoid = ANY('{users,accounts,journal}'::regclass[]) ORDER BY 1, 2`;
let rows: unknown[];
let before: unknown[];

/** Rewrites comments of tables and columns, and changes nothing else. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
    before = await query(comments);
    expect(before).toContainEqual(expect.objectContaining({ description: 'As the user calls it.' }));
  },

  afterUp: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    const after = await query(comments);
    expect(after).toHaveLength(before.length);
    expect(after).toContainEqual(expect.objectContaining({ description: 'Display name.' }));
  },

  afterDown: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await query(comments)).toEqual(before);
  },
};
