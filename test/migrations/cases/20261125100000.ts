import { expect } from '@jest/globals';
import { addTwoUsers, anna, rowsOf } from '../../support/migration-case.js';
import type { CaseDatabase, MigrationCase } from '../../support/migration-case.js';
import { asJournalUser, sqlStateOf } from '../../support/partly-migrated.js';

let rows: unknown[];

/**
 * Makes the history final: earlier deletions stay, and an entry with a successor gets no other one.
 */
export const migrationCase: MigrationCase = {
  before: async ({ query }) => {
    await addTwoUsers(query);
    // The successor of e-1 was removed, and nothing has taken its place.
    await query(`UPDATE journal SET deleted_at = '2026-01-07' WHERE id = 'e-2'`);
    rows = await rowsOf(query);
  },

  afterUp: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    expect(await addSuccessor({ query, settings })).toBe('23505');
    const revive = `UPDATE journal SET deleted_at = NULL RETURNING id`;
    expect(
      await asJournalUser(settings, anna, `${revive.replace('RETURNING', `WHERE id = 'e-1' RETURNING`)}`),
    ).toEqual([[], 0]);
    expect(await asJournalUser(settings, anna, revive)).toBe('42501');
    const mark = `UPDATE journal SET deleted_at = now() WHERE id = 'e-3' RETURNING id`;
    expect(await asJournalUser(settings, anna, mark)).toEqual([[{ id: 'e-3' }], 1]);
    rows = await rowsOf(query);
  },

  afterDown: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    const revive = `UPDATE journal SET deleted_at = NULL WHERE id = 'e-3' RETURNING id`;
    expect(await asJournalUser(settings, anna, revive)).toEqual([[{ id: 'e-3' }], 1]);
    expect(await addSuccessor({ query, settings })).toBe('stored');
    expect(await addSuccessor({ query, settings }, 'e-5')).toBe('23505');
  },
};

function addSuccessor({ query }: CaseDatabase, id = 'e-4'): Promise<string | undefined> {
  return query(
    `INSERT INTO journal (user_id, id, ts, account_id, type, amount, original_entry_id)
     VALUES ($1, $2, now(), 'acct-1', 'fee', 1, 'e-1')`,
    [anna, id],
  ).then(() => 'stored', sqlStateOf);
}
