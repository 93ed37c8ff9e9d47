import { acquisitionDay } from './ledger-holdings.js';
import type { Adjusted, Lot, ShareHolding, Side } from './ledger-holdings.js';
import { inBytes } from './ledger-entries.js';
import type { ReadEntry } from './ledger-entries.js';
import { least, part, rounded } from './ledger-numbers.js';
import type { Units } from './ledger-numbers.js';

// "Wash sales" of docs/reference/figure-rules.md.

/** A closed lot of long shares. */
interface ClosedShares {
  symbol: string | null;
  quantity: Units;
  lot: Lot;
  closedOn: string;
  entry: ReadEntry | undefined;
  /** The cash of the closing. */
  closing: Units;
  /** The disallowed part of the loss. */
  adjustment: Units;
}

interface Loss {
  closed: ClosedShares;
  /** The loss as a positive number. */
  loss: Units;
  /** The number of replaced shares of the closed lot. */
  replaced: Units;
}

interface OpenLot {
  side: Side;
  lot: Lot;
}

/** Bought calls of one opening that end together. */
export interface CallPart {
  opening: ReadEntry;
  /** Undefined for calls that are still open at the end. */
  end: ReadEntry | undefined;
  adjusted: readonly Adjusted[];
  expiration: string | null;
  /** Shares, as many as the part delivers at its end, that have not replaced any others. */
  free: Units;
  addCost: (loss: Units) => void;
}

/**
 * Exercised shares that have replaced others, and the holding period of the replaced shares in
 * days.
 */
interface Exercised {
  trade: ReadEntry;
  pieces: Units;
  days: number;
}

/** Disallows losses on shares that were replaced. */
export class WashSales {
  private calls: readonly CallPart[] = [];
  private readonly exercised: Exercised[] = [];
  /** Losses in the order of closing. */
  private readonly waiting: Loss[] = [];

  /** @param holdings the open holdings after the closing entry */
  close(closed: ClosedShares, holdings: readonly ShareHolding[]): void {
    const loss = { closed, loss: closed.lot.amount - closed.closing, replaced: 0n };
    if (loss.loss <= 0n) return;
    const shares = holdings
      .filter(({ symbol }) => symbol === closed.symbol)
      .sort((a, b) => inBytes(a.accountId, b.accountId))
      .flatMap(({ long }) => long.lots.map((lot) => ({ side: long, lot, opening: lot.opening })));
    const calls = this.calls.filter((part) => isOpenAt(part, closed));
    for (const opened of [...shares, ...calls].sort((a, b) => a.opening.place - b.opening.place))
      if ('free' in opened) this.replaceByCalls(loss, opened, placeOf(closed));
      else replace(loss, opened);
    this.waiting.push(loss);
  }

  /** @param calls all bought calls of the ledger */
  know(calls: readonly CallPart[]): void {
    const end = (part: CallPart) => part.end?.place ?? Infinity;
    this.calls = calls
      .filter((part) => end(part) > part.opening.place)
      .sort((a, b) => a.opening.place - b.opening.place || (end(a) === end(b) ? 0 : end(a) - end(b)));
  }

  openCalls(entry: ReadEntry): void {
    for (const part of this.calls)
      for (const loss of this.waiting)
        if (part.opening === entry && entry.symbol === loss.closed.symbol)
          this.replaceByCalls(loss, part, entry.place);
  }

  /** @param place the place in the ledger at which the calls replace the shares */
  private replaceByCalls(loss: Loss, part: CallPart, place: number): void {
    const { closed } = loss;
    const later = part.adjusted.filter(({ entry }) => entry.place > place);
    const [to, from] = [product(later.map(({ to }) => to)), product(later.map(({ from }) => from))];
    if (to * from === 0n) return;
    const free = rounded(part.free * from, to);
    const pieces = least(closed.quantity - loss.replaced, free);
    if (pieces <= 0n || Math.abs(daysBetween(part.opening.dayOf, closed.closedOn)) > 30) return;
    const used = pieces === free ? part.free : rounded(pieces * to, from);
    part.free -= used;
    part.addCost(disallow(loss, pieces));
    const { end } = part;
    const days = daysBetween(termDay(closed.lot), closed.closedOn);
    if (end !== undefined) this.exercised.push({ trade: end, pieces: used, days });
  }

  /** @param symbol the symbol of the lot that was just opened */
  open(symbol: string | null, opened: OpenLot): void {
    const { side, lot } = opened;
    for (const { trade, pieces, days } of this.exercised)
      if (trade === lot.opening && lot.heldBefore === null)
        side.split(lot, least(pieces, lot.pieces)).heldBefore = days;
    for (const loss of this.waiting) if (loss.closed.symbol === symbol) replace(loss, opened);
  }
}

/** Replaces as many shares of the closed lot by shares of the open lot as possible. */
function replace(loss: Loss, { side, lot }: OpenLot): void {
  const { closed, replaced } = loss;
  const pieces = least(closed.quantity - replaced, lot.pieces);
  if (pieces <= 0n || !canReplace(lot, closed)) return;
  const disallowed = disallow(loss, pieces);
  const own = side.split(lot, pieces);
  own.amount += disallowed;
  own.heldBefore = daysBetween(termDay(closed.lot), closed.closedOn);
}

/** The disallowed part of the loss for this number of additional shares. */
function disallow(loss: Loss, pieces: Units): Units {
  const { closed, replaced } = loss;
  loss.replaced += pieces;
  const disallowed =
    part(loss.loss, closed.quantity, loss.replaced) - part(loss.loss, closed.quantity, replaced);
  closed.adjustment += disallowed;
  return disallowed;
}

/** Whether the calls are open when the shares are closed. */
function isOpenAt({ opening, adjusted, end, expiration }: CallPart, closed: ClosedShares): boolean {
  const place = placeOf(closed);
  const last = adjusted.filter(({ entry }) => entry.place < place).at(-1);
  const { symbol } = last ?? opening;
  return (
    symbol === closed.symbol &&
    opening.place < place &&
    (end === undefined || end.place > place) &&
    (expiration === null || expiration >= closed.closedOn)
  );
}

const placeOf = ({ entry }: ClosedShares): number => entry?.place ?? Infinity;

const product = (factors: readonly bigint[]): bigint => factors.reduce((all, factor) => all * factor, 1n);

function canReplace(lot: Lot, { lot: { opening }, closedOn }: ClosedShares): boolean {
  return (
    lot.opening.type === 'assignment_shares' &&
    lot.isOfAnother !== true &&
    lot.opening.place !== opening.place &&
    lot.heldBefore === null &&
    Math.abs(daysBetween(acquisitionDay(lot), closedOn)) <= 30
  );
}

/** The day from which the holding period counts. */
export function termDay(lot: Lot): string {
  const day = Date.parse(`${acquisitionDay(lot)}T00:00:00Z`) - (lot.heldBefore ?? 0) * dayLength;
  return new Date(day).toISOString().slice(0, 10);
}

const dayLength = 86_400_000;

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayLength;
}
