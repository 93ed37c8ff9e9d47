import { expect } from '@jest/globals';
import { addTwoUsers, anna, bob, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const [insufficientPrivilege, outsidePolicy] = ['42501', '42501'];
let rows: unknown[];

/** Row-level security isolates existing rows as well as new ones. */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
  },

  afterUp: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    const owners = 'SELECT DISTINCT user_id AS "userId" FROM journal';
    expect(await asJournalUser(settings, anna, owners)).toEqual([{ userId: anna }]);
    expect(await asJournalUser(settings, bob, owners)).toEqual([{ userId: bob }]);
    expect(await asJournalUser(settings, anna, `INSERT INTO accounts VALUES ('${bob}', 'acct-2', '')`)).toBe(
      outsidePolicy,
    );
    expect(await asJournalUser(settings, anna, 'DELETE FROM journal')).toBe(insufficientPrivilege);
    expect(await asJournalUser(settings, anna, 'UPDATE journal SET amount = 0')).toBe(insufficientPrivilege);
    expect(await asJournalUser(settings, anna, 'SELECT password_hash FROM users')).toBe(
      insufficientPrivilege,
    );
  },

  afterDown: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await asJournalUser(settings, anna, 'SELECT FROM journal')).toBe(insufficientPrivilege);
    expect(await query('SELECT FROM pg_policies')).toEqual([]);
  },
};
