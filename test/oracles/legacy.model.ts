import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import type { LegacyLot, LegacyPosition } from '../../src/browser/figures/legacy.read-model.js';
import { byBytes, byRecording, Exact, Keyed, inOrder, rounded, shown, zero } from './rules.js';
import { AverageCost } from './share-holding.js';

type Contract = [symbol: string | null, strike: string | null, expiration: string | null];

/** The figures of the browser application, from all entries. */
export class LegacyModel {
  /** In reverse order, entries with equal timestamps are in recording order. */
  readonly #oldestFirst: readonly JournalEntry[];

  /** @param entries in any order; this class sorts them */
  constructor(entries: readonly JournalEntry[]) {
    this.#oldestFirst = entries.toSorted(
      (one, other) =>
        one.ts.getTime() - other.ts.getTime() || -byRecording(one, other) || -byBytes(one.id, other.id),
    );
  }

  positions(): LegacyPosition[] {
    const contracts = new Keyed<Contract, { opened: Exact; closed: Exact; premium: Exact; newest: string }>(
      () => ({ ...{ opened: zero, closed: zero, premium: zero }, newest: '' }),
    );
    for (const { symbol, strike, expiration, type, qty, amount, ts, meta } of this.#oldestFirst) {
      const contract = contracts.at(symbol, strike, expiration);
      const legs = new Exact(qty ?? 0);
      if ((type === 'sell_to_open' || type === 'option_premium') && !legs.isZero()) {
        contract.opened = contract.opened.plus(legs);
        contract.premium = contract.premium.plus(new Exact(amount).abs());
        contract.newest = ts.toISOString().slice(0, 10);
      }
      if (type === 'buy_to_close' || (type === 'expiration' && meta['assigned'] === true))
        contract.closed = contract.closed.plus(legs);
    }
    const open = contracts.entries().flatMap(({ key: [symbol, strike, expiration], value }) => {
      const { opened, closed, premium, newest } = value;
      if (!opened.greaterThan(closed)) return [];
      const entry = shown(rounded(premium.div(opened.times(100))));
      return { symbol, strike, expiration, qty: shown(opened.minus(closed)), entry, opened: newest };
    });
    return inOrder(
      open as LegacyPosition[],
      ({ symbol }) => symbol,
      ({ expiration }) => expiration,
      ({ strike }) => (strike === null ? null : Number(strike)),
    );
  }

  lots(): LegacyLot[] {
    const holdings = new Keyed<[string | null], AverageCost>(() => new AverageCost());
    for (const { symbol, type, qty, amount } of this.#oldestFirst.toReversed()) {
      const holding = holdings.at(symbol);
      if (type === 'assignment_shares') holding.buy(new Exact(qty ?? 0), new Exact(amount).abs());
      if (type === 'share_sale') holding.sell(new Exact(qty ?? 0));
    }
    const held = holdings.entries().flatMap(({ key: [symbol], value: { shares, cost } }) => {
      if (shares.isZero()) return [];
      return { symbol, qty: shown(shares), costPerShare: shown(rounded(cost.div(shares))) };
    });
    return inOrder(held, ({ symbol }) => symbol);
  }

  /** The rows of `v_weekly_premium` without the user. */
  weeklyPremium(): { week: string; symbol: string | null; premium: string }[] {
    const weeks = new Keyed<[string, string | null], { premium: Exact }>(() => ({ premium: zero }));
    const types = ['sell_to_open', 'buy_to_close', 'expiration', 'option_premium'];
    for (const { ts, symbol, type, amount } of this.#oldestFirst) {
      const week = weeks.at(sqliteWeek(ts), symbol);
      if (types.includes(type)) week.premium = week.premium.plus(amount);
    }
    const rows = weeks
      .entries()
      .map(({ key: [week, symbol], value }) => ({ week, symbol, premium: shown(value.premium) }));
    return inOrder(
      rows,
      ({ week }) => week,
      ({ symbol }) => symbol,
    );
  }

  /** The rows of `v_cost_basis` without the user. */
  costBasis(): {
    symbol: string | null;
    shares: string | null;
    netCash: string;
    averageCost: string | null;
  }[] {
    const flows = new Keyed<[string | null], { bought: Exact | null; sold: Exact | null; cash: Exact }>(
      () => ({
        ...{ bought: null, sold: null, cash: zero },
      }),
    );
    for (const { symbol, type, qty, amount } of this.#oldestFirst) {
      const flow = flows.at(symbol);
      // In SQL a sum with null operands is null.
      flow.bought = sum(flow.bought, type === 'assignment_shares' ? qty : '0');
      flow.sold = sum(flow.sold, type === 'share_sale' ? qty : '0');
      if (type === 'assignment_shares' || type === 'share_sale') flow.cash = flow.cash.plus(amount);
    }
    const rows = flows.entries().map(({ key: [symbol], value: { bought, sold, cash } }) => {
      const shares = bought && sold && bought.minus(sold);
      const average = shares && !shares.isZero() ? shown(rounded(cash.negated().div(shares))) : null;
      return { symbol, shares: shares && shown(shares), netCash: shown(cash), averageCost: average };
    });
    return inOrder(rows, ({ symbol }) => symbol);
  }
}

function sum(total: Exact | null, value: string | null): Exact | null {
  return value === null ? total : (total ?? zero).plus(value);
}

/** `strftime('%Y-%W')` of SQLite: year, and number of Mondays of the year so far. */
function sqliteWeek(ts: Date): string {
  const year = ts.getUTCFullYear();
  let mondays = 0;
  for (let day = Date.UTC(year, 0, 1); day <= ts.getTime(); day += 86_400_000)
    if (new Date(day).getUTCDay() === 1) mondays += 1;
  return `${year}-${String(mondays).padStart(2, '0')}`;
}
