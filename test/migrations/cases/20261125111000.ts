import { expect } from '@jest/globals';
import { addTwoUsers, anna, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const newest = 'SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1';
let rows: unknown[];

/** The application may read the table of migrations; only the owner may write it. */
export const migrationCase: MigrationCase = {
  before: async ({ query, settings }) => {
    await addTwoUsers(query);
    rows = await rowsOf(query);
    expect(await asJournalUser(settings, anna, newest)).toBe('42501');
  },

  afterUp: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await asJournalUser(settings, anna, newest)).toEqual([
      { name: 'ReadableMigrations20261125111000' },
    ]);
    expect(await asJournalUser(settings, anna, 'DELETE FROM migrations')).toBe('42501');
    expect(await asJournalUser(settings, anna, 'UPDATE migrations SET timestamp = 0')).toBe('42501');
  },

  afterDown: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await asJournalUser(settings, anna, newest)).toBe('42501');
  },
};
