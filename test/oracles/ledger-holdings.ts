import { ceiled, floored, least, one, part, rounded, scaled, sum, units } from './ledger-numbers.js';
import type { Units } from './ledger-numbers.js';
import type { Leg, ReadEntry } from './ledger-entries.js';

// The section "Holdings" of docs/reference/figure-rules.md, and "Lot" of "Numbers".

export type Method = 'average' | 'fifo' | 'lifo' | 'hifo';

/** The cash that an opening paid (long) or received (short), and its number of pieces. */
export interface Lot {
  readonly opening: ReadEntry;
  pieces: Units;
  amount: Units;
  multiplier: Units;
  deliverable: Units;
  /** Holding period in days of the shares that this lot replaced (wash sale); null if none. */
  heldBefore: number | null;
  /** True for shares of a merger or a spin-off, which replace no shares. */
  isOfAnother?: boolean;
  /** Of contracts: what each adjustment has made of them, the oldest first. */
  adjusted?: readonly Adjusted[];
}

/** After an adjustment contracts have this symbol, and `to` shares for every `from` before. */
export interface Adjusted {
  entry: ReadEntry;
  symbol: string | null;
  to: bigint;
  from: bigint;
}

/** The time of acquisition, which orders lots. */
export function acquisitionOf({ opening }: Lot): number {
  const { acquiredOn, ts } = opening;
  return acquiredOn === null ? ts.getTime() : Date.parse(`${acquiredOn}T00:00:00Z`);
}

export const acquisitionDay = ({ opening }: Lot): string => opening.acquiredOn ?? opening.dayOf;

/** The lots of one side of a holding, oldest first. */
export class Side {
  lots: Lot[] = [];

  constructor(private readonly isMerged = false) {}

  get pieces(): Units {
    return sum(this.lots.map(({ pieces }) => pieces));
  }

  get amount(): Units {
    return sum(this.lots.map(({ amount }) => amount));
  }

  /** Inserts the lot in order, after lots with an equal acquisition and opening. */
  add(added: Lot): void {
    const isOlder = (lot: Lot) =>
      acquisitionOf(lot) < acquisitionOf(added) ||
      (acquisitionOf(lot) === acquisitionOf(added) && lot.opening.place <= added.opening.place);
    this.lots = [...this.lots.filter(isOlder), added, ...this.lots.filter((lot) => !isOlder(lot))];
    const [first] = this.lots;
    if (this.isMerged && first !== undefined)
      this.lots = [{ ...first, pieces: this.pieces, amount: this.amount }];
  }

  /**
   * Takes up to `wanted` pieces.
   *
   * @returns the taken lots in order
   */
  take(wanted: Units, method: Method = 'fifo'): Lot[] {
    const taken: Lot[] = [];
    let left = wanted;
    for (const lot of inOrderOf(method, this.lots)) {
      const pieces = least(lot.pieces, left);
      if (pieces <= 0n) continue;
      const amount = part(lot.amount, lot.pieces, pieces);
      taken.push({ ...lot, pieces, amount });
      lot.pieces -= pieces;
      lot.amount -= amount;
      left -= pieces;
      if (lot.pieces === 0n) this.lots = this.lots.filter((other) => other !== lot);
    }
    return taken;
  }

  /** Splits pieces off a lot. The new lot is directly before the rest. */
  split(lot: Lot, pieces: Units): Lot {
    if (pieces === lot.pieces) return lot;
    const amount = part(lot.amount, lot.pieces, pieces);
    const own = { ...lot, pieces, amount };
    lot.pieces -= pieces;
    lot.amount -= amount;
    this.lots = this.lots.flatMap((other) => (other === lot ? [own, lot] : [other]));
    return own;
  }

  /** Takes all lots, including lots with zero pieces after scaling. */
  takeAll(): Lot[] {
    const taken = this.lots;
    this.lots = [];
    return taken;
  }

  scale(to: bigint, from: bigint): void {
    this.scaledPieces(to, from).forEach((pieces, index) => {
      const lot = this.lots[index];
      if (lot !== undefined) lot.pieces = pieces;
    });
  }

  scaledPieces(to: bigint, from: bigint): Units[] {
    return scaled(
      this.lots.map(({ pieces }) => pieces),
      to,
      from,
    );
  }
}

function inOrderOf(method: Method, lots: readonly Lot[]): readonly Lot[] {
  if (method === 'lifo') return lots.toReversed();
  if (method !== 'hifo') return [...lots];
  // Compares a.amount ÷ a.pieces with b.amount ÷ b.pieces. The sort is stable: oldest first.
  return lots
    .filter(({ pieces }) => pieces > 0n)
    .sort((a, b) => Number(b.amount * a.pieces - a.amount * b.pieces));
}

/** The shares of an account and symbol. */
export class ShareHolding {
  readonly long: Side;
  readonly short = new Side();

  constructor(
    readonly accountId: string,
    readonly symbol: string | null,
    method: Method,
  ) {
    this.long = new Side(method === 'average');
  }
}

/** The contracts of an account, symbol, strike, expiration and leg. */
export class OptionPosition {
  readonly long = new Side();
  readonly short = new Side();

  constructor(
    readonly accountId: string,
    readonly symbol: string | null,
    readonly strike: Units | null,
    readonly expiration: string | null,
    readonly leg: Leg,
  ) {}

  isExpired(today: string): boolean {
    return this.expiration !== null && this.expiration < today;
  }
}

/** The holdings of all accounts. Each is created on first access. */
export class Holdings<T> {
  private readonly found = new Map<string, T>();

  at(key: readonly (string | bigint | null)[], make: () => T): T {
    const text = JSON.stringify(key.map((value) => (value === null ? null : String(value))));
    const holding = this.found.get(text) ?? make();
    this.found.set(text, holding);
    return holding;
  }

  all(): T[] {
    return [...this.found.values()];
  }
}

/** A lot of contracts with the multiplier and deliverable of its opening. */
export function contractLot(opening: ReadEntry, amount: Units): Lot {
  const multiplier = units(opening.multiplier ?? '100');
  const deliverable = opening.deliverable === null ? multiplier : units(opening.deliverable);
  return { opening, pieces: opening.pieces, amount, multiplier, deliverable, heldBefore: null };
}

/** A lot of shares, whose multiplier and deliverable are 1. */
export function shareLot(opening: ReadEntry, pieces: Units, amount: Units): Lot {
  return { opening, pieces, amount, multiplier: one, deliverable: one, heldBefore: null };
}

/** Σ contracts × multiplier (or deliverable), times 10^16. */
export const timesPieces = (lots: readonly Lot[], of: 'multiplier' | 'deliverable'): bigint =>
  sum(lots.map((lot) => lot.pieces * lot[of]));

export const perPiece = (amount: Units, pieces: Units): Units => rounded(amount * one, pieces);
export const perPieceUp = (amount: Units, pieces: Units): Units => ceiled(amount * one, pieces);
export const perPieceDown = (amount: Units, pieces: Units): Units => floored(amount * one, pieces);
