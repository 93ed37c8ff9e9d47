import { expect } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { FigureColumns20261128170000 } from '../../../src/migrations/20261128170000_figure_columns.js';
import { addTwoUsers, anna, bob, rowsOf } from '../../support/migration-case.js';
import type { CaseDatabase, MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const [undefinedColumn, wrongValue, noSuchAccount] = ['42703', '23514', '23503'];
const newColumns = [
  ...['ratio_to', 'ratio_from', 'target_symbol', 'target_strike', 'target_account_id', 'multiplier'],
  ...['deliverable', 'cost', 'cost_share', 'acquired_on', 'section1256'],
];
let rows: unknown[];

/** The rows without the new columns. Checks that the new columns are null in existing entries. */
async function earlierRows({ query }: CaseDatabase): Promise<unknown[]> {
  const named = newColumns.join(', ');
  expect(await query(`SELECT id FROM journal WHERE num_nonnulls(${named}) > 0`)).toEqual([]);
  return query(
    `SELECT to_jsonb(journal) - ARRAY['${newColumns.join("', '")}'] AS entry FROM journal ORDER BY user_id, id`,
  );
}

/**
 * Appends an entry with these columns as the application does.
 *
 * @returns an error code or `[]`
 */
function append({ settings }: CaseDatabase, id: string, type: string, values: Record<string, string> = {}) {
  const columns = ['user_id', 'id', 'ts', 'account_id', 'type', 'amount', ...Object.keys(values)];
  const literals = [`'${anna}'`, `'${id}'`, 'now()', `'acct-1'`, `'${type}'`, '0', ...Object.values(values)];
  return asJournalUser(
    settings,
    anna,
    `INSERT INTO journal (${columns.join(', ')}) VALUES (${literals.join(', ')})`,
  );
}

/** Adds columns and types of corporate actions, adjusted options, transfers and named income. */
export const migrationCase: MigrationCase = {
  before: async (database) => {
    await addTwoUsers(database.query);
    await database.query(`INSERT INTO accounts (user_id, id, name) VALUES ('${bob}', 'bobs', 'Second')`);
    rows = await database.query('SELECT to_jsonb(journal) AS entry FROM journal ORDER BY user_id, id');
    expect(await append(database, 'new-1', 'split')).toBe(wrongValue);
    expect(await append(database, 'new-1', 'fee', { ratio_to: '2' })).toBe(undefinedColumn);
  },

  afterUp: async (database) => {
    const { query } = database;
    expect(await earlierRows(database)).toEqual(rows);
    // Statements of an older release do not contain the new columns.
    expect(await append(database, 'new-1', 'fee')).toEqual([]);
    expect(await append(database, 'new-2', 'split', { ratio_to: '2', ratio_from: '1' })).toEqual([]);
    expect(await append(database, 'new-3', 'gift')).toBe(wrongValue);
    for (const [column, value] of [
      ['ratio_to', '0'],
      ['ratio_from', '1000000001'],
      ['target_symbol', "''"],
      ['target_strike', '-1'],
      ['multiplier', '0'],
      ['deliverable', `'NaN'`],
      ['cost', '-0.00000001'],
      ['cost_share', '1.00000001'],
      ['acquired_on', `'infinity'`],
    ] as const)
      expect([column, await append(database, 'new-3', 'fee', { [column]: value })]).toEqual([
        column,
        wrongValue,
      ]);
    expect(await append(database, 'new-3', 'fee', { target_account_id: `'bobs'` })).toBe(noSuchAccount);

    const all = await rowsOf(query);
    const runner = { query } as unknown as QueryRunner;
    await expect(new FigureColumns20261128170000().down(runner)).rejects.toThrow('chk_journal_earlier_type');
    expect(await rowsOf(query)).toEqual(all);
    expect(await append(database, 'new-4', 'merger')).toEqual([]);
    await query(`DELETE FROM journal WHERE id LIKE 'new-%'`);
  },

  afterDown: async (database) => {
    const left = await database.query('SELECT to_jsonb(journal) AS entry FROM journal ORDER BY user_id, id');
    expect(left).toEqual(rows);
    expect(await append(database, 'new-1', 'split')).toBe(wrongValue);
  },
};
