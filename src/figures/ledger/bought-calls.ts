import { addTo } from '../../model/group-by.js';
import { compareBytes } from './byte-order.js';
import { isExpired, type Day } from './calendar.js';
import type { Holdings, OptionPosition } from './holdings.js';
import { ItemsByDay } from './items-by-day.js';
import { compareEntries, type LedgerEntry } from './ledger-entry.js';
import type { Adjustment } from './lots.js';
import type { Closing } from './report.js';
import { unitsPerWhole } from './units.js';

/**
 * Calls of one purchase that one entry ends, or that stay open. They can replace shares that were
 * sold at a loss.
 */
export interface CallPart {
  readonly openedBy: LedgerEntry;
  readonly position: OptionPosition;
  /** The closing, or the share trade of the exercise; null for calls that are left. */
  readonly endedBy: LedgerEntry | null;
  /** The adjustments of the calls before their end, the oldest first. */
  readonly adjustments: readonly Adjustment[];
  /** Delivered shares that can still replace shares sold at a loss. */
  free: bigint;
  /** Adds a disallowed loss to the cost of the calls. */
  addCost: (loss: bigint) => void;
}

/** Shares that calls have replaced, and the number of days for which they had been held. */
interface ReplacedShares {
  readonly pieces: bigint;
  readonly daysHeld: number;
}

/**
 * The bought calls of a user, in parts with one end each. Holds back the closings of calls until
 * the losses are known that belong to their cost. docs/reference/figure-rules.md has the rules.
 */
export class BoughtCalls {
  readonly #parts = new Map<LedgerEntry, CallPart[]>();
  readonly #open = new ItemsByDay<CallPart>(byOpening, (part) => this.#hasEnded(part));
  /** The last entry for which `openAt` was called. */
  #now: LedgerEntry | undefined;
  readonly #held: Closing[] = [];
  readonly #exercised = new Map<LedgerEntry, ReplacedShares[]>();

  constructor(private readonly holdings: Holdings) {}

  /**
   * @param shares that the closed contracts deliver, shares × contracts in units
   * @returns false if it does not hold the closing back: for expiry, and all but long calls
   */
  hold(closing: Closing, shares: bigint): boolean {
    const { position, side, closedBy } = closing;
    if (closedBy === null || position?.leg !== 'call' || side !== 'long') return false;
    const held = { ...closing, amount: closing.amount };
    this.#held.push(held);
    const addCost = (loss: bigint) => {
      held.amount += loss;
    };
    this.#add(closing, position, closedBy, shares, addCost);
    return true;
  }

  /** @param shares that a share trade takes of an exercised lot, shares × contracts in units */
  exercised(closing: Closing, trade: LedgerEntry, shares: bigint, add: CallPart['addCost']): void {
    const { position, side } = closing;
    if (position?.leg === 'call' && side === 'long') this.#add(closing, position, trade, shares, add);
  }

  /** Adds the calls that nothing has closed, after all closings. */
  addOpen(): void {
    const positions = [...this.holdings.positions()].filter(
      ({ leg, long }) => leg === 'call' && !long.isEmpty,
    );
    for (const position of positions.sort(byContract))
      for (const lot of position.long.lots) {
        const addCost = (loss: bigint) => {
          lot.amount += loss;
        };
        this.#add({ lot, closedBy: null }, position, null, lot.pieces * lot.deliverable, addCost);
      }
    for (const parts of this.#parts.values()) parts.sort(byEnd);
  }

  /** Opens the calls of an entry. Callers go through the entries in the order of the ledger. */
  open(entry: LedgerEntry): readonly CallPart[] {
    const parts = this.#parts.get(entry) ?? [];
    for (const part of parts)
      for (const symbol of new Set([entry.holding.symbol, ...part.adjustments.map(({ symbol }) => symbol)]))
        this.#open.add(symbol, entry.day, part);
    return parts;
  }

  /**
   * The calls on a symbol that were bought near a day, and are open when an entry closes shares, in
   * the order of opening. Callers go through the entries in the order of the ledger.
   */
  *openAt(entry: LedgerEntry, symbol: string | null, day: Day, distance: number): Iterable<CallPart> {
    this.#now = entry;
    for (const part of this.#open.near(symbol, day, distance)) {
      const { expiration } = part.position.contract;
      if (!isExpired(expiration, entry.day) && symbolAt(part, entry) === symbol) yield part;
    }
  }

  #hasEnded({ free, endedBy }: CallPart): boolean {
    if (free === 0n) return true;
    return endedBy !== null && this.#now !== undefined && compareEntries(endedBy, this.#now) < 0;
  }

  /** Records shares that an exercised call has replaced, for the share trade of its exercise. */
  replaced({ endedBy }: CallPart, shares: ReplacedShares): void {
    if (endedBy !== null) addTo(this.#exercised, endedBy, shares);
  }

  /** The shares replaced by the calls whose exercise caused this share trade. */
  replacedBefore(trade: LedgerEntry): readonly ReplacedShares[] {
    return this.#exercised.get(trade) ?? [];
  }

  /** The closings held back, with the losses that belong to their cost. */
  closings(): readonly Closing[] {
    return this.#held;
  }

  #add(
    { lot: { openedBy, adjustments }, closedBy }: Pick<Closing, 'lot' | 'closedBy'>,
    position: OptionPosition,
    endedBy: LedgerEntry | null,
    shares: bigint,
    addCost: CallPart['addCost'],
  ): void {
    if (openedBy.type !== 'buy_to_open' || openedBy.terms?.isSection1256 === true) return;
    // Skips an exercise whose shares are recorded before the purchase of the calls.
    if (endedBy !== null && compareEntries(endedBy, openedBy) < 0) return;
    addTo(this.#parts, openedBy, {
      ...{ openedBy, position, endedBy, free: shares / unitsPerWhole, addCost },
      // An adjustment after the closing is one of the calls that were left.
      adjustments: adjustments.filter(
        ({ entry }) => closedBy === null || compareEntries(entry, closedBy) < 0,
      ),
    });
  }
}

function symbolAt({ openedBy, adjustments }: CallPart, at: LedgerEntry): string | null {
  const last = adjustments.findLast(({ entry }) => compareEntries(entry, at) < 0);
  return last === undefined ? openedBy.holding.symbol : last.symbol;
}

function byOpening(one: CallPart, other: CallPart): number {
  return compareEntries(one.openedBy, other.openedBy);
}

function byEnd({ endedBy: one }: CallPart, { endedBy: other }: CallPart): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compareEntries(one, other);
}

function byContract({ contract: one }: OptionPosition, { contract: other }: OptionPosition): number {
  return (
    compareBytes(one.holding.accountId, other.holding.accountId) || compareBytes(one.strike, other.strike)
  );
}
