// @slow: imports a real journal
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database, SqlValue } from 'sql.js';
import { DataSource } from 'typeorm';
import {
  AccountsRepository,
  JournalRepository,
  LegacyCostBasis,
  LegacyReadModel,
  LegacyWeeklyPremium,
  OptionPositionsReadModel,
  ShareLotsReadModel,
  UserScope,
  UsersRepository,
} from '../../../src/index.js';
import type { EntryRecord } from '../../../src/index.js';
import { loadSqlite } from '../../../src/browser/format/sqlite-engine.js';
import { ImportApplication } from '../../support/import-application.js';

const application = new ImportApplication();
const email = 'trader@example.com';
const fixture = (name: string) => resolve('test', 'fixtures', `options-tracker.${name}`);

/** The figures of the browser application for its journal, in doubles. */
interface Shown {
  positions: {
    id: string;
    ticker: string;
    strike: number;
    qty: number;
    entry: number;
    type: 'P' | 'C';
    opened: string;
  }[];
  lots: { ticker: string; qty: number; costPerShare: number }[];
}

let shown: Shown;
let userId: string;
let sqlite: Database;

beforeAll(async () => {
  shown = JSON.parse(await readFile(fixture('expected.json'), 'utf8')) as Shown;
  await application.import(fixture('db'), email);
  userId = (await application.get(UsersRepository).findByEmail(email))?.id ?? '';
  const engine = await loadSqlite();
  sqlite = new engine.Database(await readFile(fixture('db')));
});
afterAll(() => sqlite.close());

const inScope = <T>(work: () => Promise<T>) => application.get(UserScope).run(userId, work);

/** The results of the browser application's own database views. */
function rowsOf(sql: string): SqlValue[][] {
  return sqlite.exec(sql).flatMap(({ values }) => values);
}

/** Compares numbers up to the floating-point error of doubles. */
const near = (value: number) => expect.closeTo(value, 6) as unknown;

describe('The figures of the browser application', () => {
  it('equal the positions that it displayed', async () => {
    const positions = await inScope(() => application.get(LegacyReadModel).positions());
    const asShown = shown.positions.map(({ ticker, strike, qty, entry, opened }) => [
      ticker,
      strike,
      qty,
      near(entry),
      opened,
    ]);

    expect(positions).toHaveLength(33);
    expect(
      positions.map(({ symbol, strike, qty, entry, opened }) => [
        symbol,
        Number(strike),
        Number(qty),
        Number(entry),
        opened,
      ]),
    ).toEqual(expect.arrayContaining(asShown));
  });

  it('equal the lots that it displayed', async () => {
    const lots = await inScope(() => application.get(LegacyReadModel).lots());

    expect(
      Object.fromEntries(
        lots.map(({ symbol, qty, costPerShare }) => [symbol, [Number(qty), Number(costPerShare)]]),
      ),
    ).toEqual(
      Object.fromEntries(
        shown.lots.map(({ ticker, qty, costPerShare }) => [ticker, [near(qty), near(costPerShare)]]),
      ),
    );
  });

  it('differ from the positions of the read model, which are by account and leg, and end at their expiration', async () => {
    const list = (today: string) =>
      inScope(() => application.get(OptionPositionsReadModel).list({ status: 'all', today }));
    const positions = await list('2025-12-20');
    const contracts = new Map<string, number>();
    for (const { symbol, strike, short } of positions) {
      const key = `${symbol} ${Number(strike)}`;
      contracts.set(key, (contracts.get(key) ?? 0) + Number(short));
    }
    const legs = new Map(positions.map(({ symbol, strike, leg }) => [`${symbol} ${Number(strike)}`, leg]));
    const otherLeg = shown.positions
      .filter(
        ({ ticker, strike, type }) => legs.get(`${ticker} ${strike}`) !== (type === 'P' ? 'put' : 'call'),
      )
      .map(({ ticker, strike }) => `${ticker} ${strike}`);

    // One symbol is in two accounts.
    expect(positions).toHaveLength(shown.positions.length + 1);
    expect(contracts).toEqual(
      new Map(shown.positions.map(({ ticker, strike, qty }) => [`${ticker} ${strike}`, qty])),
    );
    // The browser application had encoded the meta of these rows twice, could not decode it, and
    // treated the rows as puts.
    expect(otherLeg.sort()).toEqual(['ASTS 237', 'OPEN 202.5']);
    for (const { expiration, isExpired } of positions)
      expect(isExpired).toBe(String(expiration) < '2025-12-20');
    expect(new Set(positions.map(({ isExpired }) => isExpired)).size).toBe(2);
    expect((await list('2027-01-01')).map(({ isExpired }) => isExpired)).not.toContain(false);
  });

  it('differ from the lots of the read model, which sells shares short if too few are held', async () => {
    const lots = await inScope(() => application.get(ShareLotsReadModel).list({ today: '2025-12-20' }));

    // The browser application showed AAPL 2.382834 at 280: 2.382834 bought in April, 600 sold in
    // September, and 400 bought in October.
    expect(lots.filter(({ symbol }) => symbol === 'AAPL')).toMatchObject([
      {
        accountId: 'acct-1',
        shares: '-200.00000000',
        totalCost: '0.00000000',
        averageCost: null,
      },
      { accountId: 'acct-2', shares: '2.38283400', totalCost: '667.19352000' },
    ]);
  });

  it.each<[string, () => Promise<LegacyWeeklyPremium[]>, () => Promise<LegacyCostBasis[]>]>([
    [
      'the views',
      () => application.get(DataSource).getRepository(LegacyWeeklyPremium).find(),
      () => application.get(DataSource).getRepository(LegacyCostBasis).find(),
    ],
    [
      'the read model',
      () => application.get(LegacyReadModel).weeklyPremium(),
      () => application.get(LegacyReadModel).costBasis(),
    ],
  ])(
    'equal its database views without deleted entries, as read by %s',
    async (_, weeklyPremium, costBasis) => {
      const found = {
        weekly: (await inScope(weeklyPremium)).map(({ week, symbol, premium }) => [
          ...[week, symbol, Number(premium)],
        ]),
        costs: (await inScope(costBasis)).map(({ symbol, shares, netCash, averageCost }) => [
          ...[symbol, Number(shares), Number(netCash), numberOf(averageCost)],
        ]),
      };
      const ofSqlite = () => ({
        weekly: rowsOf(
          `SELECT week, nullif(symbol, '') AS symbol, sum(premium) FROM v_weekly_premium GROUP BY 1, 2`,
        ),
        costs: rowsOf(
          `SELECT nullif(symbol, '') AS symbol, sum(shares), sum(net_cash), avg_cost FROM v_cost_basis GROUP BY 1`,
        ),
      });

      expect(rounded(found)).not.toEqual(rounded(ofSqlite()));
      sqlite.run('BEGIN; DELETE FROM journal WHERE deleted_at IS NOT NULL');
      const mended = rounded(ofSqlite());
      sqlite.run('ROLLBACK');
      expect(rounded(found)).toEqual(mended);
    },
  );
});

const numberOf = (text: string | null) => (text === null ? null : Number(text));

/** Sorted rows, without the floating-point error of doubles. */
function rounded(views: Record<string, unknown[][]>): Record<string, string[]> {
  const text = (value: unknown) =>
    typeof value === 'number' ? (value + 0).toFixed(5).replace(/^-(0\.0+)$/, '$1') : String(value);
  return Object.fromEntries(
    Object.entries(views).map(([name, rows]) => [name, rows.map((row) => row.map(text).join(' ')).sort()]),
  );
}

describe('The weekly view and the read model', () => {
  it('have the week numbers of SQLite on every day from 2019 to 2030, at its first and last millisecond', async () => {
    const trader = await application.get(UsersRepository).create({ email: 'weeks@example.com' });
    const first = Date.UTC(2019, 0, 1);
    const days = Array.from({ length: 12 * 365 + 3 }, (_, day) => first + day * 86_400_000);
    const instants = days.flatMap((day) => [new Date(day), new Date(day + 86_399_999)]);
    const entries: EntryRecord[] = instants.map((ts, index) => ({
      ...{
        id: `${index}`,
        ts,
        accountId: 'acct-1',
        symbol: ts.toISOString(),
        type: 'fee',
        amount: '-1',
      },
    }));
    const [ofView, ofReadModel] = await application.get(UserScope).run(trader.id, async () => {
      await application.get(AccountsRepository).create({ id: 'acct-1', name: 'Taxable' });
      await application.get(JournalRepository).load(entries);
      const view = application.get(DataSource).getRepository(LegacyWeeklyPremium);
      return [await view.find(), await application.get(LegacyReadModel).weeklyPremium()] as const;
    });
    const found = (weeks: readonly LegacyWeeklyPremium[]) =>
      new Map(weeks.map(({ symbol, week }) => [symbol, week]));
    const list = instants.map((ts) => `('${ts.toISOString()}')`).join(', ');
    const expected = rowsOf(`WITH t(ts) AS (VALUES ${list}) SELECT ts, strftime('%Y-%W', ts) AS week FROM t`);

    expect(found(ofView)).toEqual(new Map(expected as [string, string][]));
    expect(found(ofReadModel)).toEqual(found(ofView));
  });
});
