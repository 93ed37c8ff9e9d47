import type { FigurePeriod } from '../journal/period-sql.js';
import type { DecimalString } from '../model/decimal.js';
import { compareBytes } from './ledger/byte-order.js';
import { Calendar, type Day, type Period } from './ledger/calendar.js';
import type { Holding } from './ledger/holdings.js';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import { openingCash, type Closing, type LedgerReport, type ProfitKind } from './ledger/report.js';
import { decimalOf } from './ledger/units.js';

/**
 * Realised profit of one symbol in one period. Money as decimal strings with eight places:
 * + gained, − lost.
 */
export interface RealisedProfit {
  /** `2026-01-05`, `2026-W01`, `2026-01`, `2026-Q1` or `2026`, by the request's `per`. */
  period: string;
  /** Null for entries without a symbol, such as account fees. */
  symbol: string | null;
  /** Premium received − premium paid, of contracts closed, assigned, exercised or expired. */
  options: DecimalString;
  /** Proceeds of shares − their cost, of long and short positions. */
  shares: DecimalString;
  dividends: DecimalString;
  /** Negative, except for refunds. By tax only fees that belong to no trade. */
  fees: DecimalString;
  /** + received, − paid. */
  interest: DecimalString;
  /** Payments in lieu of dividends: + received, − paid for shares sold short. */
  paymentsInLieu: DecimalString;
  /** Income of securities lending. */
  securitiesLending: DecimalString;
  /** Negative, except for refunds. */
  withheldTax: DecimalString;
  rebates: DecimalString;
  /** The sum of all members. */
  total: DecimalString;
}

/** A `ProfitKind` that `RealisedProfit` lacks does not compile. */
type Sums = Record<Exclude<keyof RealisedProfit, 'period' | 'symbol' | 'total'>, bigint>;

/** Sums of realised profit by period and symbol, in units. */
export class ProfitBook implements LedgerReport {
  readonly #calendar: Calendar;
  readonly #periods = new Map<Period, Map<string | null, Sums>>();

  constructor(
    per: FigurePeriod,
    private readonly basis: 'cash' | 'tax',
    private readonly includes: (holding: Holding) => boolean,
  ) {
    this.#calendar = new Calendar(per);
  }

  closed(closing: Closing): void {
    const { holding, position, cash, cashOn, closedOn } = closing;
    const kind = position === null ? 'shares' : 'options';
    this.#add(closedOn, holding, kind, openingCash(closing));
    // By tax a lot counts as a whole on the day on which it is closed.
    this.#add(this.basis === 'tax' ? closedOn : cashOn, holding, kind, cash);
  }

  disallowed({ closedOn, holding }: Closing, loss: bigint): void {
    this.#add(closedOn, holding, 'shares', loss);
  }

  income({ day, holding }: Pick<LedgerEntry, 'day' | 'holding'>, kind: ProfitKind, amount: bigint): void {
    this.#add(day, holding, kind, amount);
  }

  /** Ordered by period, then symbol with null last. Leaves out rows in which every sum is zero. */
  rows(): RealisedProfit[] {
    const rows: RealisedProfit[] = [];
    for (const [{ label }, symbols] of [...this.#periods].sort(([one], [other]) => one.order - other.order))
      for (const [symbol, sums] of [...symbols].sort(([one], [other]) => compareBytes(one, other)))
        if (Object.values(sums).some((units) => units !== 0n))
          rows.push(toRealisedProfit(label, symbol, sums));
    return rows;
  }

  #add(day: Day, holding: Holding, kind: ProfitKind, units: bigint): void {
    if (units === 0n || !this.includes(holding)) return;
    const period = this.#calendar.periodOf(day);
    let symbols = this.#periods.get(period);
    if (symbols === undefined) this.#periods.set(period, (symbols = new Map<string | null, Sums>()));
    let sums = symbols.get(holding.symbol);
    if (sums === undefined) symbols.set(holding.symbol, (sums = noProfit()));
    sums[kind] += units;
  }
}

function noProfit(): Sums {
  return {
    options: 0n,
    shares: 0n,
    dividends: 0n,
    fees: 0n,
    interest: 0n,
    paymentsInLieu: 0n,
    securitiesLending: 0n,
    withheldTax: 0n,
    rebates: 0n,
  };
}

function toRealisedProfit(period: string, symbol: string | null, sums: Sums): RealisedProfit {
  // No spread here: it makes objects several times slower.
  return {
    period,
    symbol,
    options: decimalOf(sums.options),
    shares: decimalOf(sums.shares),
    dividends: decimalOf(sums.dividends),
    fees: decimalOf(sums.fees),
    interest: decimalOf(sums.interest),
    paymentsInLieu: decimalOf(sums.paymentsInLieu),
    securitiesLending: decimalOf(sums.securitiesLending),
    withheldTax: decimalOf(sums.withheldTax),
    rebates: decimalOf(sums.rebates),
    total: decimalOf(Object.values(sums).reduce((sum, units) => sum + units, 0n)),
  };
}
