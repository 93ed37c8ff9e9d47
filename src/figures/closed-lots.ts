import type { DecimalString } from '../model/decimal.js';
import { compareBytes } from './ledger/byte-order.js';
import { isDayBefore } from './ledger/calendar.js';
import type { Holding } from './ledger/holdings.js';
import { compareEntries } from './ledger/ledger-entry.js';
import type { Closing, LedgerReport } from './ledger/report.js';
import { decimalOf } from './ledger/units.js';

/**
 * Shares or contracts that were opened together and closed together: a row of Form 8949. Days are
 * `YYYY-MM-DD`; quantities and money are decimal strings with eight places.
 */
export interface ClosedLot {
  kind: 'shares' | 'option';
  accountId: string;
  symbol: string | null;
  /** Such as `100 sh. AAPL` or `1 AAPL 2026-01-16 180 put`. */
  description: string;
  quantity: DecimalString;
  /** The day of the purchase; for a short sale or a written option, the day of its closing. */
  acquired: string;
  /**
   * The day of the sale; for a short sale the day of its closing, for a written option the day of
   * its opening.
   */
  sold: string;
  /** The day on which the gain counts. */
  closedOn: string;
  proceeds: DecimalString;
  /** Cost, with fees and the premium of an assigned or exercised option. */
  basis: DecimalString;
  /** `W` for a wash sale. */
  code: 'W' | null;
  /** Disallowed loss of a wash sale, added to the cost of the replacements; not negative. */
  adjustment: DecimalString;
  /** proceeds − basis + adjustment: + gained, − lost. */
  gain: DecimalString;
  /** `long` if held for more than one year. Short sales and written options are `short`. */
  term: 'short' | 'long';
  /** True if the opening entry says that it is a section 1256 contract. */
  isSection1256: boolean;
  /** The id of the opening entry. */
  openedBy: string;
  /** The id of the closing entry; null for an option that expired. */
  closedBy: string | null;
}

/** Collects the closed lots of some holdings. */
export class ClosedLots implements LedgerReport {
  readonly #closings: Closing[] = [];
  readonly #adjustments = new Map<Closing, bigint>();

  constructor(private readonly includes: (holding: Holding) => boolean) {}

  closed(closing: Closing): void {
    if (closing.pieces > 0n && this.includes(closing.holding)) this.#closings.push(closing);
  }

  disallowed(closing: Closing, loss: bigint): void {
    this.#adjustments.set(closing, (this.#adjustments.get(closing) ?? 0n) + loss);
  }

  /** Ordered by closing day, closing entry with expired options last, and opening. */
  rows(): ClosedLot[] {
    return this.#closings
      .sort(byClosing)
      .map((closing) => toClosedLot(closing, this.#adjustments.get(closing) ?? 0n));
  }
}

function toClosedLot(closing: Closing, adjustment: bigint): ClosedLot {
  const { lot, holding, position, side, pieces, amount, cash, closedOn, closedBy } = closing;
  const isLong = side === 'long';
  const quantity = decimalOf(pieces);
  const [proceeds, basis] = isLong ? [cash, amount] : [amount, -cash];
  // No spread here: it makes objects several times slower.
  return {
    kind: position === null ? 'shares' : 'option',
    accountId: holding.accountId,
    symbol: holding.symbol,
    description: `${short(quantity)} ${describe(closing)}`,
    quantity,
    acquired: isLong ? lot.acquiredOn : closedOn,
    sold: isLong || position === null ? closedOn : lot.acquiredOn,
    closedOn,
    proceeds: decimalOf(proceeds),
    basis: decimalOf(basis),
    code: adjustment === 0n ? null : 'W',
    adjustment: decimalOf(adjustment),
    gain: decimalOf(proceeds - basis + adjustment),
    term: isLong && isLongTerm(lot.heldSince, closedOn) ? 'long' : 'short',
    isSection1256: lot.openedBy.terms?.isSection1256 === true,
    openedBy: lot.openedBy.id,
    closedBy: closedBy?.id ?? null,
  };
}

function describe({ holding: { symbol }, position }: Closing): string {
  if (position === null) return `sh. ${symbol ?? ''}`.trimEnd();
  const { contract, leg } = position;
  return [symbol, contract.expiration, contract.strike === null ? null : short(contract.strike), leg]
    .filter((part) => part !== null)
    .join(' ');
}

/** A decimal without trailing zeros. */
function short(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}

/** True if more than a year lies between the days: the day after the acquisition counts first. */
function isLongTerm(acquired: string, closed: string): boolean {
  const [year, rest] = [Number(acquired.slice(0, 4)) + 1, acquired.slice(4)];
  // The year from 1 March ends with the last day of February. As text, 1 March is later than both.
  const end = rest === '-02-28' ? '-02-29' : rest;
  return `${String(year).padStart(4, '0')}${end}` < closed;
}

function byClosing(one: Closing, other: Closing): number {
  if (one.closedOn !== other.closedOn) return isDayBefore(one.closedOn, other.closedOn) ? -1 : 1;
  const [closing, otherClosing] = [one.closedBy, other.closedBy];
  if (closing !== null && otherClosing !== null) return compareEntries(closing, otherClosing);
  return (
    Number(closing === null) - Number(otherClosing === null) ||
    compareEntries(one.lot.openedBy, other.lot.openedBy) ||
    compareBytes(one.holding.accountId, other.holding.accountId)
  );
}
