import { expect } from '@jest/globals';
import type { Query } from '../../support/query.js';
import { addTwoUsers, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';

let rows: unknown[];

/** Adds comments to every table and column, and changes nothing else. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
    expect(await commented(query)).toMatchObject([{ with: '0' }]);
  },

  afterUp: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    const [count] = await commented(query);
    expect(count).toEqual({ with: count?.of, of: '33' });
  },

  afterDown: async ({ query }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await commented(query)).toMatchObject([{ with: '0' }]);
  },
};

/** The number of tables and columns, and how many tables and columns have a comment. */
function commented(query: Query): Promise<{ with: string; of: string }[]> {
  return query(
    `
    SELECT count(description) AS with, count(*) AS of FROM (
      SELECT obj_description(c.oid, 'pg_class') AS description FROM pg_class c WHERE oid = ANY($1::regclass[])
      UNION ALL SELECT col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = ANY($1::regclass[]) AND attnum > 0 AND NOT attisdropped) AS things`,
    ['{users,accounts,journal}'],
  );
}
