import { acquisitionDay, acquisitionOf } from './ledger-holdings.js';
import type { Lot, ShareHolding, Side } from './ledger-holdings.js';
import { inBytes } from './ledger-entries.js';
import { least, part } from './ledger-numbers.js';
import type { Units } from './ledger-numbers.js';

// "Wash sales" of docs/reference/figure-rules.md.

/** A closed lot of long shares. */
interface ClosedShares {
  symbol: string | null;
  quantity: Units;
  lot: Lot;
  closedOn: string;
  /** What it brought. */
  closing: Units;
  /** Of its loss, the disallowed part. */
  adjustment: Units;
}

interface Loss {
  closed: ClosedShares;
  /** Positive. */
  loss: Units;
  /** Shares of the closed lot. */
  replaced: Units;
}

interface OpenLot {
  side: Side;
  lot: Lot;
}

/** Disallows losses on shares that were bought again. */
export class WashSales {
  /** In the order in which the lots were closed. */
  private readonly waiting: Loss[] = [];

  /** @param holdings what is open after all that the closing entry took */
  close(closed: ClosedShares, holdings: readonly ShareHolding[]): void {
    const loss = { closed, loss: closed.lot.amount - closed.closing, replaced: 0n };
    if (loss.loss <= 0n) return;
    const open = holdings
      .filter(({ symbol }) => symbol === closed.symbol)
      .sort((a, b) => inBytes(a.accountId, b.accountId))
      .flatMap(({ long }) => long.lots.map((lot) => ({ side: long, lot })))
      .sort(byAcquisition);
    for (const lot of open) replace(loss, lot);
    this.waiting.push(loss);
  }

  /** @param symbol of the lot that an entry has just opened */
  open(symbol: string | null, opened: OpenLot): void {
    for (const loss of this.waiting) if (loss.closed.symbol === symbol) replace(loss, opened);
  }
}

function byAcquisition({ lot: a }: OpenLot, { lot: b }: OpenLot): number {
  return acquisitionOf(a) - acquisitionOf(b) || a.opening.place - b.opening.place;
}

/** Replaces shares of the closed lot by shares of the open lot, as many as both have. */
function replace(loss: Loss, { side, lot }: OpenLot): void {
  const { closed, replaced } = loss;
  const pieces = least(closed.quantity - replaced, lot.pieces);
  if (pieces <= 0n || !canReplace(lot, closed)) return;
  const disallowed =
    part(loss.loss, closed.quantity, replaced + pieces) - part(loss.loss, closed.quantity, replaced);
  loss.replaced += pieces;
  closed.adjustment += disallowed;
  const own = side.split(lot, pieces);
  own.amount += disallowed;
  own.heldBefore = daysBetween(termDay(closed.lot), closed.closedOn);
}

function canReplace(lot: Lot, { lot: { opening }, closedOn }: ClosedShares): boolean {
  return (
    lot.opening.type === 'assignment_shares' &&
    lot.opening.place !== opening.place &&
    lot.heldBefore === null &&
    Math.abs(daysBetween(acquisitionDay(lot), closedOn)) <= 30
  );
}

/** The day that counts as that of the acquisition, for the term. */
export function termDay(lot: Lot): string {
  const day = Date.parse(`${acquisitionDay(lot)}T00:00:00Z`) - (lot.heldBefore ?? 0) * dayLength;
  return new Date(day).toISOString().slice(0, 10);
}

const dayLength = 86_400_000;

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayLength;
}
