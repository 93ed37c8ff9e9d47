import { proRata, quotient } from './units.js';
import type { Day } from './calendar.js';
import type { LedgerEntry } from './ledger-entry.js';

/** Ways to choose the long share lots that a sale closes: `average` has a single lot. */
export const costMethods = ['average', 'fifo', 'lifo', 'hifo'] as const;
export type CostMethod = (typeof costMethods)[number];

/** New terms of contracts: they deliver `to` shares for every `from` shares before. */
export interface Adjustment {
  readonly entry: LedgerEntry;
  /** The new symbol of the option. */
  readonly symbol: string | null;
  readonly to: bigint;
  readonly from: bigint;
}

/** Shares or contracts opened by one entry. Numbers are in units of the eighth decimal place. */
export interface Lot {
  pieces: bigint;
  /** Cost of a long lot: + paid. Proceeds of a short lot: + received. */
  amount: bigint;
  readonly openedBy: LedgerEntry;
  /** Milliseconds since 1970. The lots of a side are sorted by it, then by `order`. */
  readonly acquiredAt: number;
  readonly acquiredOn: Day;
  /** Place of the opening in the ledger. */
  readonly order: number;
  /** The first day of the holding period by tax: before `acquiredOn` after a wash sale. */
  readonly heldSince: Day;
  /** True for bought shares that can still replace shares sold at a loss (wash sale). */
  readonly canReplace: boolean;
  /** Cash of a contract = price × multiplier. */
  multiplier: bigint;
  /** Shares that a contract delivers. */
  deliverable: bigint;
  /** The adjustments of contracts, the oldest first. */
  adjustments: readonly Adjustment[];
}

/** A part of a lot: some or all of its pieces, and their share of its amount. */
export interface LotPart {
  readonly lot: Lot;
  readonly pieces: bigint;
  readonly amount: bigint;
}

/** One array for all empty sides: an option has two, and most have lots on one only. */
const noLots: Lot[] = [];

/** The open lots of one side of a holding, ordered by acquisition. */
export class LotSide {
  #lots = noLots;
  /** Index of the first open lot: removing from the front of an array is slow. */
  #first = 0;
  /** True if a ratio may have left lots without pieces. */
  #hasEmptyLots = false;

  /** @param onReplaceable receives each added lot that can replace shares sold at a loss */
  constructor(
    private readonly method: CostMethod = 'fifo',
    private readonly onReplaceable?: (lot: Lot) => void,
  ) {}

  get lots(): readonly Lot[] {
    if (this.#first > 0) this.#keep(this.#lots.slice(this.#first));
    return this.#lots;
  }

  get isEmpty(): boolean {
    return this.#first === this.#lots.length;
  }

  get pieces(): bigint {
    return this.lots.reduce((sum, { pieces }) => sum + pieces, 0n);
  }

  get amount(): bigint {
    return this.lots.reduce((sum, { amount }) => sum + amount, 0n);
  }

  add(lot: Lot): void {
    if (lot.pieces === 0n) this.#hasEmptyLots = true;
    if (lot.canReplace) this.onReplaceable?.(lot);
    const last = this.#lots.at(-1);
    if (this.isEmpty || last === undefined) this.#keep([lot]);
    else if (this.method === 'average') this.#keep([merged(last, lot)]);
    else if (isBefore(lot, last)) this.#keep([...this.lots, lot].sort(byAcquisition));
    else this.#lots.push(lot);
  }

  /** Removes at most `pieces` from the lots, in the order of the cost method. */
  take(pieces: bigint): LotPart[] {
    const parts: LotPart[] = [];
    let left = pieces;
    const inOrder = orders[this.method];
    if (inOrder === undefined && !this.#hasEmptyLots) {
      for (let lot = this.#lots[this.#first]; lot !== undefined && left > 0n; lot = this.#lots[this.#first]) {
        left -= takeFrom(lot, left, parts);
        if (lot.pieces === 0n) this.#first += 1;
      }
      return parts;
    }
    // A lot without pieces has no cost per piece, by which `hifo` sorts.
    for (const lot of inOrder?.(this.lots.filter(hasPieces)) ?? this.lots) {
      if (left === 0n) break;
      if (hasPieces(lot)) left -= takeFrom(lot, left, parts);
    }
    // A lot that a ratio rounded to 0 pieces stays.
    const emptied = new Set(parts.map(({ lot }) => lot).filter((lot) => lot.pieces === 0n));
    if (emptied.size > 0) this.#keep(this.#lots.slice(this.#first).filter((lot) => !emptied.has(lot)));
    return parts;
  }

  /**
   * Splits some pieces of a lot off as a new lot, which is placed before the rest.
   *
   * @param changes the members in which the new lot differs
   */
  split(lot: Lot, pieces: bigint, changes: (part: Lot) => Partial<Lot>): void {
    const amount = proRata(lot.amount, lot.pieces, pieces);
    const part = { ...lot, pieces, amount };
    lot.pieces -= pieces;
    lot.amount -= amount;
    const removed = lot.pieces === 0n ? 1 : 0;
    const index = this.#lots.indexOf(lot, this.#first);
    this.#lots.splice(index, removed, { ...part, ...changes(part) });
  }

  /** Multiplies the pieces of all lots by `to` ÷ `from`. The rounded parts add up to the whole. */
  scale(to: bigint, from: bigint): void {
    for (const [lot, pieces] of scaledPieces(this.lots, to, from)) lot.pieces = pieces;
    this.#hasEmptyLots = true;
  }

  /** Removes all lots, which have no pieces afterwards. @returns copies of the lots */
  empty(): readonly Lot[] {
    const removed = this.lots.map((lot) => ({ ...lot }));
    for (const lot of this.lots) lot.pieces = 0n;
    this.#keep([]);
    return removed;
  }

  #keep(lots: Lot[]): void {
    this.#lots = lots;
    this.#first = 0;
  }
}

/** The pieces that each lot has after a ratio, rounded so that they add up to the rounded whole. */
export function scaledPieces(lots: readonly Lot[], to: bigint, from: bigint): [lot: Lot, pieces: bigint][] {
  let before = 0n;
  return lots.map((lot) => {
    const after = before + lot.pieces;
    const pieces = quotient(after * to, from) - quotient(before * to, from);
    before = after;
    return [lot, pieces];
  });
}

/** Allocates an amount to lots in proportion to their pieces. The parts add up to the amount. */
export function spread(amount: bigint, lots: readonly { pieces: bigint }[]): bigint[] {
  const all = lots.reduce((sum, { pieces }) => sum + pieces, 0n);
  let before = 0n;
  return lots.map(({ pieces }) => {
    const after = before + pieces;
    const part = proRata(amount, all, after) - proRata(amount, all, before);
    before = after;
    return part;
  });
}

/** The order in which a sale takes lots; by the other methods from the oldest to the newest. */
const orders: Partial<Record<CostMethod, (lots: readonly Lot[]) => Lot[]>> = {
  lifo: (lots) => lots.toReversed(),
  hifo: (lots) => lots.toSorted(byCost),
};

function hasPieces({ pieces }: Lot): boolean {
  return pieces > 0n;
}

function takeFrom(lot: Lot, wanted: bigint, parts: LotPart[]): bigint {
  const pieces = wanted < lot.pieces ? wanted : lot.pieces;
  const amount = proRata(lot.amount, lot.pieces, pieces);
  lot.pieces -= pieces;
  lot.amount -= amount;
  parts.push({ lot, pieces, amount });
  return pieces;
}

function merged(one: Lot, other: Lot): Lot {
  const first = isBefore(other, one) ? other : one;
  return { ...first, pieces: one.pieces + other.pieces, amount: one.amount + other.amount };
}

function isBefore(one: Lot, other: Lot): boolean {
  return byAcquisition(one, other) < 0;
}

export function byAcquisition(one: Lot, other: Lot): number {
  return one.acquiredAt - other.acquiredAt || one.order - other.order;
}

/** Highest amount per piece first, then the oldest. */
function byCost(one: Lot, other: Lot): number {
  const [left, right] = [one.amount * other.pieces, other.amount * one.pieces];
  if (left === right) return byAcquisition(one, other);
  return left > right ? -1 : 1;
}
