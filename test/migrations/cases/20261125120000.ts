import { expect } from '@jest/globals';
import { addTwoUsers, anna, bob, rowsOf } from '../../support/migration-case.js';
import type { MigrationCase } from '../../support/migration-case.js';
import { asJournalUser } from '../../support/partly-migrated.js';

const weekly = 'SELECT user_id, week, symbol, premium FROM v_weekly_premium ORDER BY week';
const costs = 'SELECT user_id, symbol, shares, net_cash, avg_cost FROM v_cost_basis ORDER BY symbol';
const fold = `SELECT average_cost(change, cost ORDER BY place)::text AS state
  FROM (VALUES (1, 3.00000000, 10.00000000), (2, -1, 0)) AS trade(place, change, cost)`;
let rows: unknown[];

/** Adds the two views of the browser application, isolated by user, and average cost. */
export const migrationCase: MigrationCase = {
  before: async ({ query, settings }) => {
    await addTwoUsers(query);
    await query(`
      INSERT INTO journal (user_id, id, ts, account_id, symbol, type, qty, amount, deleted_at)
      SELECT id, entry, '2026-01-04T23:59:59.999Z', 'acct-1', 'AAPL', type, qty, amount, deleted_at::timestamptz
      FROM users, (VALUES
        ('t-1', 'sell_to_open', 2, 260.41309812, NULL), ('t-2', 'sell_to_open', 2, 1000, '2026-01-06'),
        ('t-3', 'assignment_shares', 3, -10, NULL), ('t-4', 'share_sale', 1, 5, '2026-01-06')
      ) AS trade(entry, type, qty, amount, deleted_at)`);
    rows = await rowsOf(query);
    for (const sql of [weekly, costs]) expect(await asJournalUser(settings, anna, sql)).toBe('42P01');
    expect(await asJournalUser(settings, anna, fold)).toBe('42883');
  },

  afterUp: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    for (const user_id of [anna, bob]) {
      expect(await asJournalUser(settings, user_id, weekly)).toEqual([
        { user_id, week: '2026-00', symbol: 'AAPL', premium: '260.41309812' },
        { user_id, week: '2026-01', symbol: null, premium: '0.00000000' },
      ]);
      expect(await asJournalUser(settings, user_id, costs)).toEqual([
        { user_id, symbol: 'AAPL', shares: '3.00000000', net_cash: '-10.00000000', avg_cost: '3.33333333' },
        { user_id, symbol: null, shares: '0.00000000', net_cash: '0.00000000', avg_cost: null },
      ]);
    }
    expect(await asJournalUser(settings, anna, fold)).toEqual([
      { state: '{2.00000000,6.66666667,3.33333333}' },
    ]);
  },

  afterDown: async ({ query, settings }) => {
    expect(await rowsOf(query)).toEqual(rows);
    for (const sql of [weekly, costs]) expect(await asJournalUser(settings, anna, sql)).toBe('42P01');
    expect(await asJournalUser(settings, anna, fold)).toBe('42883');
  },
};
