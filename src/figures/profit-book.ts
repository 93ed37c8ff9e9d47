import type { DecimalString } from '../model/decimal.js';
import type { Period } from './calendar.js';
import { byBytes } from './entry-order.js';
import { decimalOf } from './units.js';

/** What was gained and lost for good with one symbol in one period: + gained, − lost. */
export interface RealisedProfit {
  /** `2026-W01`, `2026-01` or `2026`, as was asked for. */
  period: string;
  /** Null for fees and the like that concern none. */
  symbol: string | null;
  /**
   * Of contracts that were closed, assigned or exercised, or that expired: premium received less
   * premium paid.
   */
  options: DecimalString;
  /** Of shares that were sold: what was received less what they had cost. */
  shares: DecimalString;
  dividends: DecimalString;
  /** Mostly negative. */
  fees: DecimalString;
  /** The sum of the four. */
  total: DecimalString;
}

export type ProfitKind = 'options' | 'shares' | 'dividends' | 'fees';
type Sums = Record<ProfitKind, bigint>;

/** Adds up what was gained and lost, by period and symbol. */
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

  /** Oldest first, and by symbol, that of none last; what came to nothing is left out. */
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
  return byBytes(one, other);
}
