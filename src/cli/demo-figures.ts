import type { INestApplicationContext } from '@nestjs/common';
import { DateTime } from 'luxon';
import { CashReadModel, type CashBalance } from '../figures/cash.read-model.js';
import { OptionPositionsReadModel, type OptionPosition } from '../figures/option-positions.read-model.js';
import { ProfitReadModel, type ClosedLot, type RealisedProfit } from '../figures/profit.read-model.js';
import { ShareLotsReadModel, type ShareLot } from '../figures/share-lots.read-model.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { JournalRepository } from '../journal/journal.repository.js';
import { Decimal, isZero, type DecimalString } from '../model/decimal.js';
import { barChart, type Bar } from './bar-chart.js';
import { cents, centsUp, quantity, table, type TableRow } from './table.js';

/** The day and the time zone of the figures. */
interface FigureDay {
  today: string;
  timeZone: string;
}

/** The figures of the user in scope on a day, for people. */
export async function figuresText(application: INestApplicationContext, day: FigureDay): Promise<string> {
  const sections = [accounts, newestEntries, openPositions, expiredPositions, lots, premium, profit, closed];
  const texts: string[] = [];
  for (const section of sections) texts.push(await section(application, day));
  return texts.join('\n\n');
}

type Section = (application: INestApplicationContext, day: FigureDay) => Promise<string>;

const accounts: Section = async (application) => {
  const list = await application.get(AccountsRepository).list();
  return `Accounts:\n${accountsTable(list, await application.get(CashReadModel).balances())}`;
};

const newest = 10;

const newestEntries: Section = async (application, { today }) => {
  const to = new Date(`${today}T23:59:59Z`);
  const { entries } = await application.get(JournalRepository).page({ limit: newest, to });
  const rows = entries.map(({ ts, accountId, type, symbol, qty, strike, expiration, amount }) => [
    ...[ts.toISOString().slice(0, 10), accountId, type, symbol],
    ...[quantity(qty), cents(strike), expiration, cents(amount)],
  ]);
  const columns = ['day', 'account', 'type', 'symbol', '>qty', '>strike', '>expires', '>amount'];
  return `The newest ${newest} entries:\n${table(columns, rows)}`;
};

const openPositions: Section = async (application, { today }) => {
  const positions = await application.get(OptionPositionsReadModel).list({ today });
  const title = 'Open option positions (contracts: - sold, + bought; price: average a share):';
  return `${title}\n${positionsTable(positions)}`;
};

const newestExpired = 5;

const expiredPositions: Section = async (application, { today }) => {
  const positions = await application.get(OptionPositionsReadModel).list({ today, status: 'expired' });
  const byDay = positions.toSorted(
    (one, other) => (other.daysToExpiration ?? 0) - (one.daysToExpiration ?? 0),
  );
  const shown = byDay.slice(0, newestExpired);
  const title = `Expired, no longer open, the last ${shown.length} of ${positions.length}:`;
  return `${title}\n${expiredTable(shown)}`;
};

const lots: Section = async (application, { today }) => {
  const held = await application.get(ShareLotsReadModel).list({ today });
  return [
    `Shares, at average cost (- sold short):\n${lotsTable(held)}`,
    `Cost basis, after the premium of all options on them:\n${costBasisTable(held.filter(({ minimumStrike }) => minimumStrike !== null))}`,
  ].join('\n\n');
};

const weeks = 13;

const premium: Section = async (application, { today, timeZone }) => {
  const received = await application.get(CashReadModel).premium({ per: 'week', timeZone });
  const chart = barChart(barsOf(weeksUntil(today, weeks), received));
  return `Premium by ISO week, + received and - paid, the last ${weeks}:\n${chart}`;
};

const profit: Section = async (application, { today, timeZone }) => {
  const model = application.get(ProfitReadModel);
  const year = today.slice(0, 4);
  const bySymbol = await model.realised({ per: 'year', today, timeZone });
  const byMonth = await model.realised({ per: 'month', today, timeZone });
  const months = byMonth.map(({ period, total }) => ({ period, amount: total }));
  return [
    `Realised profit of ${year} by symbol:\n${profitTable(bySymbol.filter(({ period }) => period === year))}`,
    `Realised profit of ${year} by month:\n${barChart(barsOf(monthsUntil(today), months))}`,
  ].join('\n\n');
};

const newestClosed = 8;

const closed: Section = async (application, { today, timeZone }) => {
  const all = await application.get(ProfitReadModel).closedLots({ today, timeZone });
  const year = today.slice(0, 4);
  const ofYear = all.filter(({ closedOn }) => closedOn.startsWith(year));
  const shown = ofYear.slice(-newestClosed);
  const title = `Closed lots by US tax rules, as in Form 8949, the last ${shown.length} of ${ofYear.length} in ${year}:`;
  return `${title}\n${closedLotsTable(shown)}`;
};

/** The last `count` ISO weeks up to the week of a day, such as `2026-W01`, oldest first. */
export function weeksUntil(day: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    DateTime.fromISO(day, { zone: 'utc' })
      .minus({ weeks: count - 1 - index })
      .toFormat("kkkk-'W'WW"),
  );
}

/** The months of a day's year up to the day, such as `2026-01`. */
export function monthsUntil(day: string): string[] {
  const { year, month } = DateTime.fromISO(day, { zone: 'utc' });
  return Array.from({ length: month }, (_, index) => `${year}-${String(index + 1).padStart(2, '0')}`);
}

/** One bar per period, including periods without amounts. */
export function barsOf(
  periods: readonly string[],
  amounts: readonly { period: string; amount: DecimalString }[],
): Bar[] {
  return periods.map((label) => ({
    label,
    amount: sum(amounts.filter(({ period }) => period === label).map(({ amount }) => amount)),
  }));
}

/** Accounts with their balances. */
export function accountsTable(
  accounts: readonly { id: string; name: string }[],
  balances: readonly CashBalance[],
): string {
  const byId = new Map(balances.map((balance) => [balance.accountId, balance]));
  return table(
    ['account', '>entries', '>cash balance', 'name'],
    accounts.map(({ id, name }) => {
      const { count = 0, balance = '0' } = byId.get(id) ?? {};
      return [id, count, cents(balance), name];
    }),
  );
}

const positionColumns = ['account', 'symbol', '>option', '>expires', '>DTE', '>qty', '>price'];

/** Option positions, one row per side. Short contracts are negative, as brokers write them. */
export function positionsTable(positions: readonly OptionPosition[]): string {
  return table([...positionColumns, '>collateral'], positions.flatMap(sides));
}

/** Expired positions, without the column for collateral. */
export function expiredTable(positions: readonly OptionPosition[]): string {
  const rows = positions.flatMap(sides).map((row) => row.slice(0, positionColumns.length));
  return table(positionColumns, rows);
}

function sides(position: OptionPosition): TableRow[] {
  const { accountId, symbol, leg, strike, expiration, daysToExpiration, short, long } = position;
  const option = [leg ?? 'option', cents(strike)].filter(Boolean).join(' ');
  const row = [accountId, symbol, option, expiration, daysToExpiration];
  const sold = [
    ...row,
    `-${quantity(short)}`,
    cents(position.averageShortPremium),
    cents(position.collateral),
  ];
  const bought = [...row, `+${quantity(long)}`, cents(position.averageLongPremium), null];
  return [...(isZero(short) ? [] : [sold]), ...(isZero(long) ? [] : [bought])];
}

/** Shares held with their cost, and shares sold short with their proceeds. */
export function lotsTable(lots: readonly ShareLot[]): string {
  return table(
    ['account', 'symbol', '>shares', '>cost', '>proceeds', '>a share'],
    lots.map(({ accountId, symbol, shares, totalCost, averageCost, proceeds, averageProceeds }) => [
      ...[accountId, symbol, quantity(shares)],
      ...[averageCost === null ? null : cents(totalCost), averageProceeds === null ? null : cents(proceeds)],
      cents(averageCost ?? averageProceeds),
    ]),
  );
}

/** Cost after premium, minimum strike, and the calls that can still be sold. */
export function costBasisTable(lots: readonly ShareLot[]): string {
  return table(
    ['account', 'symbol', '>cost', '>net premium', '>minimum strike', '>calls to sell'],
    lots.map(({ accountId, symbol, totalCost, netPremium, minimumStrike, coveredCallCapacity }) => [
      ...[accountId, symbol, cents(totalCost), cents(netPremium)],
      ...[minimumStrike === null ? null : centsUp(minimumStrike), quantity(coveredCallCapacity)],
    ]),
  );
}

/** Closed lots with the columns of Form 8949. */
export function closedLotsTable(lots: readonly ClosedLot[]): string {
  return table(
    ['description', 'acquired', 'sold', '>proceeds', '>basis', 'code', '>adjustment', '>gain', 'term'],
    lots.map(({ description, acquired, sold, proceeds, basis, code, adjustment, gain, term }) => [
      ...[description, acquired, sold, cents(proceeds), cents(basis)],
      ...[code, code === null ? null : cents(adjustment), cents(gain), term],
    ]),
  );
}

const profitColumns = ['options', 'shares', 'dividends', 'fees'] as const;

/** Realised profit by symbol, with a row of totals. `other` is interest, taxes and the like. */
export function profitTable(profits: readonly RealisedProfit[]): string {
  const rows = profits.map((profit) => {
    const named = profitColumns.map((column) => profit[column]);
    const other = new Decimal(profit.total).minus(sum(named)).toFixed() as DecimalString;
    return { symbol: profit.symbol ?? '(none)', cells: [...named, other, profit.total] };
  });
  const columns = [...profitColumns, 'other', 'total'];
  const sums = columns.map((_, place) => cents(sum(rows.map(({ cells }) => cells[place] ?? '0'))));
  return table(
    ['symbol', ...columns.map((column) => `>${column}`)],
    [...rows.map(({ symbol, cells }) => [symbol, ...cells.map((cell) => cents(cell))]), ['all', ...sums]],
  );
}

/** The exact sum. */
export function sum(amounts: readonly DecimalString[]): DecimalString {
  return amounts.reduce((all, amount) => all.plus(amount), new Decimal(0)).toFixed() as DecimalString;
}
