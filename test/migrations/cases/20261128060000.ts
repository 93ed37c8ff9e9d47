import { expect } from '@jest/globals';
import { addTwoUsers, anna } from '../../support/migration-case.js';
import type { CaseDatabase, MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const undefinedColumn = '42703';
let rows: unknown[];

/** The entries without the two new columns, followed by the two columns. */
const entriesOf = ({ query }: CaseDatabase, columns = 'NULL') =>
  query(
    `SELECT to_jsonb(journal) - 'day' - 'recorded' AS entry, ${columns} AS columns FROM journal ORDER BY user_id, id`,
  );

/**
 * Inserts two entries with SQL that sets no recording order, one of them with a day.
 *
 * @returns the stored columns of both
 */
function addTwoEntries({ settings }: CaseDatabase): Promise<unknown> {
  return asJournalUser(
    settings,
    anna,
    `INSERT INTO journal (user_id, id, ts, account_id, type, amount, day)
     VALUES ('${anna}', 'new-1', now(), 'acct-1', 'fee', -1, '2026-01-31'),
       ('${anna}', 'new-2', now(), 'acct-1', 'fee', -1, NULL)
     RETURNING day::text, recorded > 1700000000000000 AS is_ordered`,
  );
}

/** Adds the calendar day and the recording order. Both are null in existing entries. */
export const migrationCase: MigrationCase = {
  before: async (database) => {
    await addTwoUsers(database.query);
    rows = await entriesOf(database);
    expect(await addTwoEntries(database)).toBe(undefinedColumn);
  },

  afterUp: async (database) => {
    expect(await entriesOf(database, 'coalesce(day::text, recorded::text)')).toEqual(rows);
    expect(await addTwoEntries(database)).toEqual([
      { day: '2026-01-31', is_ordered: true },
      { day: null, is_ordered: true },
    ]);
    await database.query(`DELETE FROM journal WHERE id LIKE 'new-%'`);
  },

  afterDown: async (database) => {
    expect(await entriesOf(database)).toEqual(rows);
  },
};
