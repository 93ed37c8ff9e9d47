import type { BoughtCalls, CallPart } from './bought-calls.js';
import { proRata, quotient } from './units.js';
import type { Holding, Holdings } from './holdings.js';
import { ItemsByDay, merged } from './items-by-day.js';
import { compareEntries, type LedgerEntry } from './ledger-entry.js';
import type { Lot } from './lots.js';
import type { Closing } from './report.js';

/** A purchase at most this many days before or after a sale replaces the shares sold. */
const windowDays = 30;

/** Shares that were sold at a loss, and how many of them have been replaced. */
interface Loss {
  readonly closing: Closing;
  /** Place among the losses, in the order in which they were closed. */
  readonly order: number;
  readonly amount: bigint;
  replaced: bigint;
}

/** Shares or calls that can replace shares sold at a loss. */
interface Replacement {
  readonly openedBy: LedgerEntry;
  readonly replace: () => void;
}

/**
 * Wash sales: the loss of shares that are bought again within 30 days, or replaced by bought calls,
 * belongs to the cost of the new shares or calls. docs/reference/figure-rules.md has the rules.
 */
export class WashSales {
  /** The losses that wait for a replacement. */
  readonly #losses = new ItemsByDay<Loss>(byOrder, isReplaced);
  #lossCount = 0;

  /** @param disallow receives each disallowed part of a loss */
  constructor(
    private readonly holdings: Holdings,
    private readonly calls: BoughtCalls,
    private readonly disallow: (closing: Closing, loss: bigint) => void,
  ) {}

  /** Looks for shares and calls, in any account, that replace the shares of a closed lot. */
  closed(closing: Closing): void {
    const { position, side, amount, cash, holding, closedOn } = closing;
    if (position !== null || side !== 'long' || cash >= amount) return;
    const loss: Loss = { closing, order: (this.#lossCount += 1), amount: amount - cash, replaced: 0n };
    for (const { replace } of this.#replacementsOf(loss)) {
      replace();
      if (isReplaced(loss)) return;
    }
    this.#losses.add(holding.symbol, closedOn, loss);
  }

  /** Shares and calls that replace shares sold at a loss, in the order of their purchases. */
  #replacementsOf(loss: Loss): Iterable<Replacement> {
    const { closedBy } = loss.closing;
    const shares = this.#otherShares(loss);
    return closedBy === null ? shares : merged([shares, this.#openCalls(loss, closedBy)], byOpening);
  }

  *#otherShares(loss: Loss): Generator<Replacement, void> {
    const { holding, closedOn, lot: sold } = loss.closing;
    for (const { lot, holding: held } of this.holdings.replaceableNear(holding.symbol, closedOn, windowDays))
      if (lot.openedBy !== sold.openedBy)
        yield { openedBy: lot.openedBy, replace: () => this.#replace(loss, lot, held) };
  }

  *#openCalls(loss: Loss, closedBy: LedgerEntry): Generator<Replacement, void> {
    const { holding, closedOn } = loss.closing;
    for (const part of this.calls.openAt(closedBy, holding.symbol, closedOn, windowDays))
      yield { openedBy: part.openedBy, replace: () => this.#replaceByCalls(loss, part, closedBy) };
  }

  /** Replaces shares that were sold at a loss before. */
  bought(lot: Lot, holding: Holding): void {
    for (const { pieces, daysHeld } of this.calls.replacedBefore(lot.openedBy))
      if (lot.pieces > 0n)
        holding.long.split(lot, least(pieces, lot.pieces), (part) => replacement(part, daysHeld));
    for (const loss of this.#losses.near(holding.symbol, lot.acquiredOn, windowDays)) {
      if (lot.pieces === 0n) return;
      this.#replace(loss, lot, holding);
    }
  }

  /** Replaces shares that were sold at a loss before by the calls that an entry opens. */
  boughtCalls(entry: LedgerEntry): void {
    for (const part of this.calls.open(entry))
      for (const loss of this.#losses.near(entry.holding.symbol, entry.day, windowDays)) {
        if (part.free === 0n) break;
        this.#replaceByCalls(loss, part, entry);
      }
  }

  #replace(loss: Loss, lot: Lot, holding: Holding): void {
    const { closing, replaced } = loss;
    const pieces = least(closing.pieces - replaced, lot.pieces);
    if (pieces <= 0n) return;
    const share = this.#disallow(loss, pieces);
    holding.long.split(lot, pieces, (part) => ({
      ...replacement(part, daysHeld(closing)),
      amount: part.amount + share,
    }));
  }

  /** @param at the closing of the shares, or the opening of the calls if that comes later */
  #replaceByCalls(loss: Loss, part: CallPart, at: LedgerEntry): void {
    const { closing, replaced } = loss;
    // The shares of the part are those at its end.
    let [to, from] = [1n, 1n];
    for (const adjustment of part.adjustments)
      if (compareEntries(adjustment.entry, at) > 0) [to, from] = [to * adjustment.to, from * adjustment.from];
    if (to * from === 0n) return;
    const free = quotient(part.free * from, to);
    const pieces = least(closing.pieces - replaced, free);
    if (pieces <= 0n) return;
    const used = pieces === free ? part.free : quotient(pieces * to, from);
    part.free -= used;
    part.addCost(this.#disallow(loss, pieces));
    this.calls.replaced(part, { pieces: used, daysHeld: daysHeld(closing) });
  }

  /** Disallows the loss of further shares. @returns the part of the loss that belongs to them */
  #disallow(loss: Loss, pieces: bigint): bigint {
    const { closing, amount, replaced } = loss;
    loss.replaced += pieces;
    const share = proRata(amount, closing.pieces, loss.replaced) - proRata(amount, closing.pieces, replaced);
    this.disallow(closing, share);
    return share;
  }
}

function isReplaced({ closing, replaced }: Loss): boolean {
  return replaced === closing.pieces;
}

function byOrder(one: Loss, other: Loss): number {
  return one.order - other.order;
}

function replacement({ heldSince }: Lot, days: number): Pick<Lot, 'heldSince' | 'canReplace'> {
  return { heldSince: heldSince - days, canReplace: false };
}

function daysHeld({ lot, closedOn }: Closing): number {
  return closedOn - lot.heldSince;
}

function byOpening(one: Replacement, other: Replacement): number {
  return compareEntries(one.openedBy, other.openedBy);
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
