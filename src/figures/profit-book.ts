import type { DecimalString } from '../model/decimal.js';
import type { Period } from './calendar.js';
import { compareBytes } from './entry-order.js';
import { decimalOf } from './units.js';

/**
 * Realised profit of one symbol in one period. Money as decimal strings with eight places:
 * + gained, − lost.
 */
export interface RealisedProfit {
  /** `2026-W01`, `2026-01` or `2026`, by the request's `per`. */
  period: string;
  /** Null for entries without a symbol, such as account fees. */
  symbol: string | null;
  /** Premium received − premium paid, of contracts closed, assigned, exercised or expired. */
  options: DecimalString;
  /** Proceeds of the shares sold − their cost. */
  shares: DecimalString;
  dividends: DecimalString;
  /** Negative, except for refunds. */
  fees: DecimalString;
  /** options + shares + dividends + fees. */
  total: DecimalString;
}

export type ProfitKind = 'options' | 'shares' | 'dividends' | 'fees';
type Sums = Record<ProfitKind, bigint>;

/** Sums of realised profit by period and symbol, in units. */
export class ProfitBook {
  readonly #periods = new Map<Period, Map<string | null, Sums>>();

  add(period: Period, symbol: string | null, kind: ProfitKind, units: bigint): void {
    if (units === 0n) return;
    let symbols = this.#periods.get(period);
    if (symbols === undefined) this.#periods.set(period, (symbols = new Map<string | null, Sums>()));
    let sums = symbols.get(symbol);
    if (sums === undefined)
      symbols.set(symbol, (sums = { options: 0n, shares: 0n, dividends: 0n, fees: 0n }));
    sums[kind] += units;
  }

  /** Ordered by period, then symbol with null last. Leaves out rows in which every sum is zero. */
  rows(): RealisedProfit[] {
    const periods = [...this.#periods].sort(([one], [other]) => one.order - other.order);
    return periods.flatMap(([{ label }, symbols]) =>
      [...symbols]
        .sort(([one], [other]) => bySymbol(one, other))
        .flatMap(([symbol, sums]) => {
          const { options, shares, dividends, fees } = sums;
          if (Object.values(sums).every((units) => units === 0n)) return [];
          return {
            ...{ period: label, symbol, options: decimalOf(options), shares: decimalOf(shares) },
            ...{ dividends: decimalOf(dividends), fees: decimalOf(fees) },
            total: decimalOf(options + shares + dividends + fees),
          };
        }),
    );
  }
}

function bySymbol(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compareBytes(one, other);
}
