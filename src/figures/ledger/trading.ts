import { beginOf, isExpired, type Day } from './calendar.js';
import { unitsPerWhole, proRata } from './units.js';
import { sides, type Holding, type OptionPosition, type Side, type Sides } from './holdings.js';
import type { LedgerEntry } from './ledger-entry.js';
import { byAcquisition, type Lot, type LotPart } from './lots.js';
import type { Closing, LedgerReport } from './report.js';

/** An option without a multiplier is priced per share of 100. */
const standardMultiplier = 100n * unitsPerWhole;

/** One array for all lots, because most are never adjusted. */
const unadjusted: Lot['adjustments'] = [];

type ClosedSide = Omit<Closing, keyof LotPart | 'cash'>;

/** Opens and closes lots. Reports closed lots, and entries without a counterpart. */
export class Trading {
  #openings = 0;

  /** @param today options that expire today are still open */
  constructor(
    readonly report: LedgerReport,
    private readonly today: Day,
  ) {}

  /** Creates the lot that an entry opens. The caller adds it to a side. */
  newLot(openedBy: LedgerEntry, pieces: bigint, amount: bigint): Lot {
    const { terms, ts, day } = openedBy;
    // No spread here: it makes objects several times slower.
    const multiplier = terms?.multiplier ?? standardMultiplier;
    const acquiredOn = terms?.acquiredOn ?? day;
    return {
      pieces,
      amount,
      openedBy,
      acquiredOn,
      order: (this.#openings += 1),
      acquiredAt: terms?.acquiredOn == null ? ts : beginOf(terms.acquiredOn),
      multiplier,
      deliverable: terms?.deliverable ?? multiplier,
      heldSince: acquiredOn,
      canReplace: openedBy.type === 'assignment_shares',
      adjustments: unadjusted,
    };
  }

  /**
   * Moves the quantity of an entry, long lots first. Reports a quantity that is not open as
   * unmatched.
   */
  transfer(entry: LedgerEntry, source: Sides, target: Sides): void {
    const { qty, amount } = entry;
    let moved = 0n;
    for (const side of sides) {
      for (const { lot, ...part } of source[side].take(qty - moved)) {
        moved += part.pieces;
        target[side].add({ ...lot, ...part });
      }
    }
    this.unmatched(entry, qty, moved, amount);
  }

  /** Closes at most as many shares as are open. @returns the shares closed */
  closeShares(entry: LedgerEntry, holding: Holding, side: Side, pieces: bigint, amount: bigint): bigint {
    const closed = { closedBy: entry, holding, position: null, side, cashOn: entry.day, closedOn: entry.day };
    // Wash sales replace the losses of one sale in the order of acquisition.
    const parts = holding[side].take(pieces).sort((one, other) => byAcquisition(one.lot, other.lot));
    return this.#close(parts, pieces, amount, closed);
  }

  /** Closes the oldest contracts. Reports contracts that are not open as unmatched. */
  closeOption(entry: LedgerEntry, position: OptionPosition, side: Side): void {
    const { qty: pieces, tradeCash: amount, day } = entry;
    const { holding, expiration } = position.contract;
    // A closing after the expiration day comes too late: the contracts expired on that day.
    const isLate = isExpired(expiration, this.today) && isExpired(expiration, day);
    const days = { cashOn: day, closedOn: isLate ? expiration : day };
    const closed = { closedBy: entry, holding, position, side, ...days };
    const matched = this.#close(position[side].take(pieces), pieces, amount, closed);
    this.unmatched(entry, pieces, matched, amount);
  }

  /** Closes all contracts of a position without cash, if it has expired. */
  expire(position: OptionPosition): void {
    const { expiration, holding } = position.contract;
    if (!isExpired(expiration, this.today)) return;
    for (const side of sides) {
      if (position[side].isEmpty) continue;
      const days = { cashOn: expiration, closedOn: expiration };
      const closed = { closedBy: null, holding, position, side, ...days };
      this.#close(position[side].take(position[side].pieces), 0n, 0n, closed);
    }
  }

  /** Reports the pieces of an entry that found no counterpart, and their part of the amount. */
  unmatched(entry: LedgerEntry, pieces: bigint, matched: bigint, amount: bigint): void {
    const cash = pieces === 0n ? amount : amount - proRata(amount, pieces, matched);
    if (matched < pieces || cash !== 0n) this.report.unmatched?.(entry, pieces - matched, cash);
  }

  #close(parts: readonly LotPart[], pieces: bigint, amount: bigint, closed: ClosedSide): bigint {
    let before = 0n;
    const { closedBy, holding, position, side, cashOn, closedOn } = closed;
    for (const { lot, pieces: taken, amount: ofLot } of parts) {
      const after = before + taken;
      const cash = proRata(amount, pieces, after) - proRata(amount, pieces, before);
      this.report.closed?.({
        lot,
        pieces: taken,
        amount: ofLot,
        closedBy,
        holding,
        position,
        side,
        cash,
        cashOn,
        closedOn,
      });
      before = after;
    }
    return before;
  }
}
