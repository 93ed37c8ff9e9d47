import type { BoughtCalls, CallPart } from './bought-calls.js';
import { compareBytes } from './byte-order.js';
import type { Day } from './calendar.js';
import { proRata, quotient } from './units.js';
import type { Holding, Holdings } from './holdings.js';
import { compareEntries, type LedgerEntry } from './ledger-entry.js';
import type { Lot } from './lots.js';
import type { Closing } from './report.js';

/** A purchase at most this many days before or after a sale replaces the shares sold. */
const windowDays = 30;

/** Shares that were sold at a loss, and how many of them have been replaced. */
interface Loss {
  readonly closing: Closing;
  readonly amount: bigint;
  replaced: bigint;
}

/** Shares or calls that an entry bought. */
interface Opened {
  readonly openedBy: LedgerEntry;
  readonly accountId: string;
}

/** The losses of a symbol that wait for a replacement, in the order in which they were closed. */
class WaitingLosses {
  readonly #losses: Loss[] = [];
  /** False if a loss has an earlier day than the loss before: an entry may state its day. */
  #isByDay = true;

  add(loss: Loss): void {
    const last = this.#losses.at(-1);
    if (last && loss.closing.closedOn < last.closing.closedOn) this.#isByDay = false;
    this.#losses.push(loss);
  }

  /** The losses that shares or calls acquired on a day can replace. */
  near(day: Day): Loss[] {
    const found: Loss[] = [];
    // From the newest: a journal of many years has many older losses.
    for (let index = this.#losses.length - 1; index >= 0; index -= 1) {
      const loss = this.#losses[index] as Loss;
      const { closedOn, pieces } = loss.closing;
      if (closedOn < day - windowDays) {
        if (this.#isByDay) break;
      } else if (loss.replaced < pieces && closedOn - day <= windowDays) found.push(loss);
    }
    return found.reverse();
  }
}

/**
 * Wash sales: the loss of shares that are bought again within 30 days, or replaced by bought calls,
 * belongs to the cost of the new shares or calls. docs/reference/figure-rules.md has the rules.
 */
export class WashSales {
  /** By symbol, in the order in which the lots were closed. */
  readonly #losses = new Map<string | null, WaitingLosses>();

  /** @param disallow receives each disallowed part of a loss */
  constructor(
    private readonly holdings: Holdings,
    private readonly calls: BoughtCalls,
    private readonly disallow: (closing: Closing, loss: bigint) => void,
  ) {}

  /** Looks for shares and calls, in any account, that replace the shares of a closed lot. */
  closed(closing: Closing): void {
    const { position, side, amount, cash, holding, closedOn, closedBy, lot } = closing;
    if (position !== null || side !== 'long' || cash >= amount) return;
    const loss: Loss = { closing, amount: amount - cash, replaced: 0n };
    const isNear = ({ openedBy }: Pick<Lot, 'openedBy'>) => Math.abs(closedOn - openedBy.day) <= windowDays;
    const shares = this.holdings.ofSymbol(holding.symbol).flatMap((held) =>
      held.long.lots
        .filter((other) => other.canReplace && other.openedBy !== lot.openedBy && isNear(other))
        .map((other) => ({
          ...{ openedBy: other.openedBy, accountId: held.accountId },
          replace: () => this.#replace(loss, other, held),
        })),
    );
    const calls = (closedBy === null ? [] : this.calls.openAt(closedBy, holding.symbol))
      .filter(isNear)
      .map((part) => ({
        ...{ openedBy: part.openedBy, accountId: '' },
        replace: () => this.#replaceByCalls(loss, part, closedBy as LedgerEntry),
      }));
    for (const { replace } of [...shares, ...calls].sort(byOpening)) replace();
    if (loss.replaced === closing.pieces) return;
    const losses = this.#losses.get(holding.symbol) ?? new WaitingLosses();
    this.#losses.set(holding.symbol, losses);
    losses.add(loss);
  }

  /** Replaces shares that were sold at a loss before. */
  bought(lot: Lot, holding: Holding): void {
    for (const { pieces, daysHeld } of this.calls.replacedBefore(lot.openedBy))
      if (lot.pieces > 0n)
        holding.long.split(lot, least(pieces, lot.pieces), (part) => replacement(part, daysHeld));
    for (const loss of this.#losses.get(holding.symbol)?.near(lot.acquiredOn) ?? [])
      this.#replace(loss, lot, holding);
  }

  /** Replaces shares that were sold at a loss before by the calls that an entry opens. */
  boughtCalls(entry: LedgerEntry): void {
    for (const part of this.calls.open(entry))
      for (const loss of this.#losses.get(entry.holding.symbol)?.near(entry.day) ?? [])
        this.#replaceByCalls(loss, part, entry);
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

function replacement({ heldSince }: Lot, days: number): Pick<Lot, 'heldSince' | 'canReplace'> {
  return { heldSince: heldSince - days, canReplace: false };
}

function daysHeld({ lot, closedOn }: Closing): number {
  return closedOn - lot.heldSince;
}

/** Parts of one purchase can be in several accounts. */
function byOpening(one: Opened, other: Opened): number {
  return compareEntries(one.openedBy, other.openedBy) || compareBytes(one.accountId, other.accountId);
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
