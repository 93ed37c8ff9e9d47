import type { DecimalString } from '../model/decimal.js';
import { compareBytes } from './ledger/byte-order.js';
import { dayText, yearAfter, type Day } from './ledger/calendar.js';
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
  /** The texts of days: many lots have few days. */
  readonly #days = new Map<Day, string>();

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
      .map((closing) => this.#row(closing, this.#adjustments.get(closing) ?? 0n));
  }

  #row(closing: Closing, adjustment: bigint): ClosedLot {
    const { lot, holding, position, side, pieces, amount, cash, closedOn, closedBy } = closing;
    const isLong = side === 'long';
    const quantity = decimalOf(pieces);
    const [proceeds, basis] = isLong ? [cash, amount] : [amount, -cash];
    // No spread here: it makes objects several times slower.
    return {
      kind: position === null ? 'shares' : 'option',
      accountId: holding.accountId,
      symbol: holding.symbol,
      description: `${short(quantity)} ${this.#describe(closing)}`,
      quantity,
      acquired: this.#text(isLong ? lot.acquiredOn : closedOn),
      sold: this.#text(isLong || position === null ? closedOn : lot.acquiredOn),
      closedOn: this.#text(closedOn),
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

  #describe({ holding: { symbol }, position }: Closing): string {
    if (position === null) return `sh. ${symbol ?? ''}`.trimEnd();
    const { contract, leg } = position;
    const { expiration, strike } = contract;
    return [
      symbol,
      expiration === null ? null : this.#text(expiration),
      strike === null ? null : short(strike),
      leg,
    ]
      .filter((part) => part !== null)
      .join(' ');
  }

  #text(day: Day): string {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const text = dayText(day);
    this.#days.set(day, text);
    return text;
  }
}

/** A decimal without trailing zeros. */
function short(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}

/** True if more than a year lies between the days: the day after the acquisition counts first. */
function isLongTerm(acquired: Day, closed: Day): boolean {
  return closed >= yearAfter(acquired + 1);
}

function byClosing(one: Closing, other: Closing): number {
  if (one.closedOn !== other.closedOn) return one.closedOn - other.closedOn;
  const [closing, otherClosing] = [one.closedBy, other.closedBy];
  if (closing !== null && otherClosing !== null) return compareEntries(closing, otherClosing);
  return (
    Number(closing === null) - Number(otherClosing === null) ||
    compareEntries(one.lot.openedBy, other.lot.openedBy) ||
    compareBytes(one.holding.accountId, other.holding.accountId)
  );
}
