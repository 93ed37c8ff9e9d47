import { compareBytes } from './byte-order.js';
import { daysBefore, daysBetween } from './calendar.js';
import { proRata } from './units.js';
import type { Holding, Holdings } from './holdings.js';
import { byAcquisition } from './lots.js';
import type { Lot } from './lots.js';
import type { Closing } from './report.js';

/** Days before and after a sale in which shares replace those that were sold. */
const window = 30;

/** Shares that were sold at a loss, and how many of them have been replaced. */
interface Loss {
  readonly closing: Closing;
  readonly amount: bigint;
  replaced: bigint;
}

/**
 * Wash sales: the loss of shares that are bought again within 30 days belongs to the cost of the
 * new shares. docs/reference/figure-rules.md has the rules.
 */
export class WashSales {
  /** By symbol, in the order in which the lots were closed. */
  readonly #losses = new Map<string | null, Loss[]>();

  /** @param disallow receives each part of a loss that does not count */
  constructor(
    private readonly holdings: Holdings,
    private readonly disallow: (closing: Closing, loss: bigint) => void,
  ) {}

  /** Looks for shares, in any account, that replace those of a closed lot. */
  closed(closing: Closing): void {
    const { position, side, amount, cash, holding, closedOn, lot } = closing;
    if (position !== null || side !== 'long' || cash >= amount) return;
    const loss: Loss = { closing, amount: amount - cash, replaced: 0n };
    const bought = this.holdings
      .ofSymbol(holding.symbol)
      .flatMap((held) => held.long.lots.map((other) => [other, held] as const))
      .filter(([other]) => isPurchase(other) && other.openedBy !== lot.openedBy)
      .filter(([{ acquiredOn }]) => Math.abs(daysBetween(acquiredOn, closedOn)) <= window)
      .sort(
        ([one, holder], [other, otherHolder]) =>
          byAcquisition(one, other) || compareBytes(holder.accountId, otherHolder.accountId),
      );
    for (const [other, held] of bought) this.#replace(loss, other, held);
    if (loss.replaced === closing.pieces) return;
    this.#losses.set(holding.symbol, [...(this.#losses.get(holding.symbol) ?? []), loss]);
  }

  /** Replaces shares that were sold at a loss before. */
  bought(lot: Lot, holding: Holding): void {
    const waiting = (this.#losses.get(holding.symbol) ?? []).filter(
      ({ closing }) => Math.abs(daysBetween(closing.closedOn, lot.acquiredOn)) <= window,
    );
    for (const loss of waiting) this.#replace(loss, lot, holding);
  }

  #replace(loss: Loss, lot: Lot, holding: Holding): void {
    const { closing, amount, replaced } = loss;
    const wanted = closing.pieces - replaced;
    const pieces = wanted < lot.pieces ? wanted : lot.pieces;
    if (pieces <= 0n) return;
    loss.replaced += pieces;
    const share = proRata(amount, closing.pieces, loss.replaced) - proRata(amount, closing.pieces, replaced);
    const held = daysBetween(closing.lot.heldSince, closing.closedOn);
    holding.long.split(lot, pieces, (part) => ({
      amount: part.amount + share,
      ...{ heldSince: daysBefore(part.heldSince, held), isReplacement: true },
    }));
    this.disallow(closing, share);
  }
}

function isPurchase({ openedBy, isReplacement }: Lot): boolean {
  return openedBy.type === 'assignment_shares' && !isReplacement;
}
