import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSqlite } from '../../../src/browser/format/sqlite-engine.js';
import { OptionPositionsReadModel } from '../../../src/figures/option-positions.read-model.js';
import { ShareLotsReadModel } from '../../../src/figures/share-lots.read-model.js';
import { StorageImports } from '../../support/browser-storage.js';
import { ImportApplication } from '../../support/import-application.js';
import { LegacyFolder } from '../../support/legacy-journals.js';

const application = new ImportApplication();
const imports = new StorageImports(application, new LegacyFolder());

interface MinStrike {
  date: string;
  shares: number;
  averageCost: number;
  premium: number;
  minStrike: number;
}

/** The rows of `ticker_min_strikes`, with what they are derived from. */
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

/** As the migration plan describes it. */
async function derivedMinStrike(symbol: string, createdAt: string): Promise<Omit<MinStrike, 'date'>> {
  const asOf = new Date(`${createdAt.replace(' ', 'T')}.999Z`);
  const [lot] = await application.get(ShareLotsReadModel).list({ symbol, asOf });
  const positions = await application.get(OptionPositionsReadModel).list({ symbol, asOf, status: 'all' });
  const calls = positions.filter(({ leg }) => leg === 'call');
  const contracts = calls.reduce((sum, { short }) => sum + Number(short), 0);
  const weighted = calls.reduce(
    (sum, call) => sum + Number(call.averageShortPremium) * Number(call.short),
    0,
  );
  const averageCost = Number(lot?.averageCost);
  const premium = contracts > 0 ? weighted / contracts : 0;
  return { shares: Number(lot?.shares), averageCost, premium, minStrike: Math.max(0, averageCost - premium) };
}

/** The day of the last entry for shares or a sold option that was recorded at an instant. */
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
  it('follow from the journal as it was known when they were recorded', async () => {
    const path = resolve('test', 'fixtures', 'import', `${name}.sqlite`);
    const email = application.newEmail();
    const { notImported } = await application.import(path, email, { timeZone });
    expect(notImported).toEqual([{ table: 'ticker_min_strikes', rows: count }]);
    for (const { symbol, createdAt, ...stored } of await storedMinStrikes(path)) {
      const derived = await imports.inScope(email, () => derivedMinStrike(symbol, createdAt));
      expect(await dayOfEntry(email, symbol, createdAt)).toBe(stored.date);
      expect(derived).toEqual({
        shares: stored.shares,
        averageCost: expect.closeTo(stored.averageCost, 6),
        premium: expect.closeTo(stored.premium, 6),
        minStrike: expect.closeTo(stored.minStrike, 6),
      });
    }
  });
});
