import { expect } from '@jest/globals';
import { addTwoUsers, rowsOf } from '../../support/migration-case.js';
import type { CaseDatabase, MigrationCase } from '../../support/migration-case.js';
import { asJournalAuth } from '../../support/partly-migrated.js';

const insufficientPrivilege = '42501';
const carol = '00000000-0000-4000-8000-00000000000c';
const dave = '00000000-0000-4000-8000-00000000000d';
let rows: unknown[];

/**
 * The results of `journal_auth` for an INSERT with an id, and for an UPDATE of the id. Rows are
 * unchanged afterwards.
 */
async function choosingIds({ query, settings }: CaseDatabase): Promise<unknown[]> {
  const outcomes = [
    await asJournalAuth(settings, `INSERT INTO users (id, email) VALUES ('${carol}', 'c@example.com')`),
    await asJournalAuth(settings, `UPDATE users SET id = '${dave}' WHERE id = '${carol}'`),
  ];
  await query('DELETE FROM users WHERE id = $1', [dave]);
  expect(await rowsOf(query)).toEqual(rows);
  return outcomes;
}

/** The writes of sign-in: insert, update, lock and delete a user. */
async function signingIn({ query, settings }: CaseDatabase): Promise<void> {
  const [created] = (await asJournalAuth(
    settings,
    `INSERT INTO users (email, password_hash, subscription_tier) VALUES ('c@example.com', 'x', 'basic') RETURNING id`,
  )) as { id: string }[];
  const change = `UPDATE users SET email = 'd@example.com', password_hash = 'y', subscription_tier = 'free', updated_at = now()
    WHERE email = 'c@example.com'`;
  expect(await asJournalAuth(settings, change)).toEqual([[], 1]);
  const lock = `SELECT id FROM users WHERE email = 'd@example.com' FOR UPDATE`;
  expect(await asJournalAuth(settings, lock)).toEqual([created]);
  const remove = `DELETE FROM users WHERE email = 'd@example.com'`;
  expect(await asJournalAuth(settings, remove)).toEqual([[], 1]);
  expect(await rowsOf(query)).toEqual(rows);
}

/** Lets only the database generate user ids. Before, `journal_auth` could choose them. */
export const migrationCase: MigrationCase = {
  before: async (database) => {
    await addTwoUsers(database.query);
    rows = await rowsOf(database.query);
    expect(await choosingIds(database)).toEqual([[], [[], 1]]);
    await signingIn(database);
  },

  afterUp: async (database) => {
    expect(await rowsOf(database.query)).toEqual(rows);
    expect(await choosingIds(database)).toEqual([insufficientPrivilege, insufficientPrivilege]);
    await signingIn(database);
  },

  afterDown: async (database) => {
    expect(await choosingIds(database)).toEqual([[], [[], 1]]);
    await signingIn(database);
  },
};
