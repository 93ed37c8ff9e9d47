import { expect } from '@jest/globals';
import { addTwoUsers, anna, rowsOf } from '../../support/migration-case.js';
import type { CaseDatabase, MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const trades = '(VALUES (1, 3.00000000, 10.00000000), (2, -1, 0)) AS trade(place, change, cost)';
const fold = `SELECT average_cost(change, cost ORDER BY place)::text AS state FROM ${trades}`;
const window = `SELECT (average_cost(change, cost) OVER (ORDER BY place))::text AS state FROM ${trades}`;
const step = `SELECT average_cost_step('{0,0,0}', 3, 10)::text AS state`;
let rows: unknown[];

/**
 * Average cost is there as an aggregate and a window function, whether or not its step may be
 * called.
 */
async function isThere({ settings }: CaseDatabase): Promise<void> {
  const sold = { state: '{2.00000000,6.66666667,3.33333333}' };
  expect(await asJournalUser(settings, anna, fold)).toEqual([sold]);
  expect(await asJournalUser(settings, anna, window)).toEqual([
    { state: '{3.00000000,10.00000000,0}' },
    sold,
  ]);
}

async function stepIsThere({ settings }: CaseDatabase): Promise<void> {
  expect(await asJournalUser(settings, anna, step)).toEqual([{ state: '{3,10,0}' }]);
}

/** The state function of average cost, called only by the aggregate. */
export const migrationCase: MigrationCase = {
  before: async (database) => {
    await addTwoUsers(database.query);
    rows = await rowsOf(database.query);
    await isThere(database);
    await stepIsThere(database);
  },

  afterUp: async (database) => {
    expect(await rowsOf(database.query)).toEqual(rows);
    await isThere(database);
    expect(await asJournalUser(database.settings, anna, step)).toBe('42501');
  },

  afterDown: async (database) => {
    expect(await rowsOf(database.query)).toEqual(rows);
    await isThere(database);
    await stepIsThere(database);
  },
};
