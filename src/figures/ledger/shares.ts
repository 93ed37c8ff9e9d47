import { unitsPerWhole, proRata } from './units.js';
import { newSides, sides, type Holding, type Holdings, type Side } from './holdings.js';
import type { LedgerEntry } from './ledger-entry.js';
import { scaledPieces, spread, type Lot } from './lots.js';
import type { Trading } from './trading.js';

/** Shares of another company, which no purchase has acquired. */
const unbought = { canReplace: false };

/** Posts share trades and the corporate actions on shares. */
export class Shares {
  constructor(
    private readonly holdings: Holdings,
    private readonly trading: Trading,
  ) {}

  post(entry: LedgerEntry): void {
    switch (entry.type) {
      case 'assignment_shares':
        return this.#trade(entry, 'long', entry.tradeCash);
      case 'share_sale':
        return this.#trade(entry, 'short', entry.tradeCash);
      case 'shares_received':
        return this.#trade(entry, 'long', -(entry.terms?.cost ?? 0n));
      case 'position_transfer':
        return this.#transfer(entry);
      case 'split':
        return this.#split(entry);
      case 'symbol_change':
        return move(entry.holding, this.#target(entry));
      case 'merger':
        return this.#merge(entry);
      case 'spin_off':
        return this.#spinOff(entry);
      case 'return_of_capital':
        return this.#reduce(entry);
      default:
    }
  }

  /** Closes lots of the other side first, and opens a lot with the rest. */
  #trade(entry: LedgerEntry, side: Side, amount: bigint): void {
    const { holding, qty } = entry;
    // Without a quantity the cash belongs to no shares.
    if (qty === 0n) return this.trading.report.unmatched?.(entry, 0n, amount);
    const closed = this.trading.closeShares(entry, holding, otherSide(side), qty, amount);
    if (closed === qty) return;
    const rest = amount - proRata(amount, qty, closed);
    const lot = this.trading.newLot(entry, qty - closed, side === 'long' ? -rest : rest);
    holding[side].add(lot);
    if (entry.type === 'assignment_shares') this.trading.report.bought?.(lot, holding);
  }

  #transfer(entry: LedgerEntry): void {
    const { holding, terms } = entry;
    const target = this.holdings.holding(terms?.targetAccountId ?? holding.accountId, holding.symbol);
    this.trading.transfer(entry, holding, target);
  }

  #split(entry: LedgerEntry): void {
    scale(entry);
    this.#payInLieu(entry, entry.holding);
  }

  #merge(entry: LedgerEntry): void {
    if (entry.amount !== 0n) this.#reduce(entry);
    scale(entry);
    move(entry.holding, this.#target(entry), unbought);
  }

  /**
   * Moves a part of each lot's amount to a lot of the target symbol, equally old. Cash in lieu
   * closes a fraction of the new shares. Shares of the target symbol that were held before stay.
   */
  #spinOff(entry: LedgerEntry): void {
    const { holding, terms } = entry;
    const { to, from } = ratioOf(entry);
    const target = this.#target(entry);
    const received = { ...target, ...newSides(this.holdings.method), premium: 0n };
    for (const side of sides) {
      for (const [lot, pieces] of scaledPieces(holding[side].lots, to, from)) {
        const amount = proRata(lot.amount, unitsPerWhole, terms?.costShare ?? 0n);
        lot.amount -= amount;
        received[side].add({ ...lot, pieces, amount });
      }
    }
    this.#payInLieu(entry, received);
    move(received, target, unbought);
  }

  /** Closes the fraction of a share for which cash was received, or paid if it was sold short. */
  #payInLieu(entry: LedgerEntry, holding: Holding): void {
    const { amount, qty } = entry;
    if (amount === 0n && qty === 0n) return;
    const side = sideOfCash(amount) ?? (holding.long.pieces > 0n ? 'long' : 'short');
    const pieces = qty > 0n ? qty : holding[side].pieces % unitsPerWhole;
    const closed = this.trading.closeShares(entry, holding, side, pieces, amount);
    this.trading.unmatched(entry, pieces, closed, amount);
  }

  /**
   * Cash that is received reduces the cost of the long lots; what exceeds the cost is a gain. Cash
   * that is paid reduces the proceeds of the short lots.
   */
  #reduce(entry: LedgerEntry): void {
    const { amount, holding } = entry;
    const side = sideOfCash(amount) ?? 'long';
    const { lots } = holding[side];
    if (lots.length === 0) return this.trading.unmatched(entry, 0n, 0n, amount);
    let rest = amount;
    spread(amount, lots).forEach((part, index) => {
      const lot = lots[index] as (typeof lots)[number];
      const cost = lot.amount > 0n ? lot.amount : 0n;
      // Of short lots the part is negative.
      const taken = part < cost ? part : cost;
      lot.amount += side === 'short' ? taken : -taken;
      rest -= taken;
    });
    this.trading.report.income?.(entry, 'shares', rest);
  }

  #target({ holding, terms }: LedgerEntry): Holding {
    return this.holdings.holding(holding.accountId, terms?.targetSymbol ?? holding.symbol);
  }
}

function move(holding: Holding, target: Holding, changes: Partial<Lot> = {}): void {
  for (const side of sides)
    for (const lot of holding[side].empty()) target[side].add(Object.assign(lot, changes));
  // A merger may keep the symbol: then both holdings are one.
  const { premium } = holding;
  holding.premium = 0n;
  target.premium += premium;
}

function scale(entry: LedgerEntry): void {
  const { to, from } = ratioOf(entry);
  for (const side of sides) entry.holding[side].scale(to, from);
}

function ratioOf({ terms }: LedgerEntry): { to: bigint; from: bigint } {
  return { to: terms?.ratioTo ?? 1n, from: terms?.ratioFrom ?? 1n };
}

/** Cash is received for shares that are held, and paid for shares that are sold short. */
function sideOfCash(amount: bigint): Side | undefined {
  if (amount === 0n) return undefined;
  return amount > 0n ? 'long' : 'short';
}

function otherSide(side: Side): Side {
  return side === 'long' ? 'short' : 'long';
}
