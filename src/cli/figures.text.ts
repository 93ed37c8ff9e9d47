import { Decimal, isZero, type DecimalString } from '../model/decimal.js';
import type { CashBalance } from '../figures/cash.read-model.js';
import type { OptionPosition } from '../figures/option-positions.read-model.js';
import type { ClosedLot, RealisedProfit } from '../figures/profit.read-model.js';
import type { ShareLot } from '../figures/share-lots.read-model.js';
import { cents, centsUp, quantity, table, type TableRow } from './table.js';

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
