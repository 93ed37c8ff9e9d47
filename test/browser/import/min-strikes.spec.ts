// @slow: imports a file for each test
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSqlite } from '../../../src/browser/format/sqlite-engine.js';
import { LegacyReadModel } from '../../../src/browser/figures/legacy.read-model.js';
import type { MinimumStrike } from '../../../src/browser/figures/minimum-strikes.js';
import { StorageImports } from '../../support/browser-storage.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder, legacyEntry } from '../../support/legacy-journals.js';

const application = new ImportApplication();
const imports = new StorageImports(application, new LegacyFolder());

interface MinStrike {
  date: string;
  shares: number;
  averageCost: number;
  premium: number;
  minStrike: number;
}

/** Rows of `ticker_min_strikes`, and the rows from which they are derived. */
async function storedMinStrikes(
  path: string,
): Promise<(MinStrike & { symbol: string; createdAt: string })[]> {
  const { Database } = await loadSqlite();
  const database = new Database(await readFile(path));
  const [rows] = database.exec(
    'SELECT ticker, created_at, date, shares_owned, avg_cost, premium_received, min_strike FROM ticker_min_strikes',
  );
  database.close();
  return (rows?.values ?? []).map(([symbol, createdAt, date, shares, averageCost, premium, minStrike]) => ({
    ...{ symbol: String(symbol), createdAt: String(createdAt), date: String(date), shares: Number(shares) },
    ...{ averageCost: Number(averageCost), premium: Number(premium), minStrike: Number(minStrike) },
  }));
}

function numbersOf({ day, shares, averageCost, premium, minimumStrike }: MinimumStrike): MinStrike {
  return {
    ...{ date: day, shares: Number(shares), averageCost: Number(averageCost) },
    ...{ premium: Number(premium), minStrike: Number(minimumStrike) },
  };
}

/** The day of the last entry for shares or a sold option with this creation time. */
async function dayOfEntry(email: string, symbol: string, createdAt: string): Promise<unknown> {
  const [entry] = await application.sql(
    `SELECT day::text FROM journal JOIN users ON users.id = user_id
     WHERE email = $1 AND symbol = $2 AND journal.created_at = $3
       AND type IN ('assignment_shares', 'share_sale', 'sell_to_open')
     ORDER BY recorded DESC LIMIT 1`,
    [email, symbol, `${createdAt}Z`],
  );
  return entry?.['day'];
}

describe.each([
  ['london-week1', 'Europe/London', 6],
  ['london-week2', 'Europe/London', 7],
  ['sydney-roll', 'Australia/Sydney', 1],
])('the minimum strikes of %s', (name, timeZone, count) => {
  it('equal those of the read model on their days, both now and as known when they were recorded', async () => {
    const path = resolve('test', 'fixtures', 'import', `${name}.sqlite`);
    const email = application.newEmail();
    const { notImported } = await application.import(path, email, { timeZone });
    expect(notImported).toEqual([{ table: 'ticker_min_strikes', rows: count }]);
    for (const { symbol, createdAt, ...stored } of await storedMinStrikes(path)) {
      const asOf = new Date(`${createdAt.replace(' ', 'T')}.999Z`);
      const request = { symbol, on: stored.date, timeZone };
      const derived = await imports.inScope(email, async () => [
        ...(await application.get(LegacyReadModel).minimumStrikes(request)),
        ...(await application.get(LegacyReadModel).minimumStrikes({ ...request, asOf })),
        ...(await application.get(LegacyReadModel).minimumStrikeHistory({ symbol, timeZone })).filter(
          ({ day }) => day === stored.date,
        ),
      ]);
      expect(await dayOfEntry(email, symbol, createdAt)).toBe(stored.date);
      expect(derived.map(numbersOf)).toEqual(
        Array(3).fill({
          ...{ date: stored.date, shares: stored.shares },
          averageCost: expect.closeTo(stored.averageCost, 6),
          premium: expect.closeTo(stored.premium, 6),
          minStrike: expect.closeTo(stored.minStrike, 6),
        }),
      );
    }
  });
});

it('counts entries of later days, as a row of an earlier day does, if it gets no day', async () => {
  const email = application.newEmail();
  const call = { type: 'sell_to_open', qty: 1, strike: 11, expiration: '2026-02-20', meta: '{"leg":"call"}' };
  const rows = [
    {
      ts: '2026-01-02',
      type: 'assignment_shares',
      qty: 200,
      amount: -2100,
      created_at: '2026-01-02 12:00:00',
    },
    { ...call, ts: '2026-01-20', amount: 30, created_at: '2026-01-20 12:00:00' },
    { ...call, ts: '2026-01-12', amount: 50, created_at: '2026-01-21 12:00:00' },
  ];
  await imports.import(
    email,
    rows.map(({ ts, ...cells }, place) =>
      legacyEntry(`row-${place}`, { ts: `${ts}T00:00:00.000Z`, ...cells }),
    ),
  );
  // The application records this row for 12 January on 21 January: 10.5 − (0.3 + 0.5) ÷ 2.
  const asOf = new Date('2026-01-21T12:00:00.999Z');
  const strikes = await imports.inScope(email, async () => [
    ...(await application.get(LegacyReadModel).minimumStrikes({ asOf })),
    ...(await application.get(LegacyReadModel).minimumStrikes({ asOf, on: '2026-01-12', timeZone: 'UTC' })),
  ]);
  expect(strikes.map(({ minimumStrike }) => Number(minimumStrike))).toEqual([10.1, 10]);
});
