import type { CostMethod } from './share-trade-sql.js';
import { portion } from './units.js';

/**
 * Pieces with an amount, of which some are taken out again, each with its part of the amount.
 * Shares or contracts; all in units.
 */
export interface Lots {
  put(pieces: bigint, amount: bigint): void;
  /** @returns the amount of what was taken, which is no more than there is */
  take(pieces: bigint): bigint;
}

export function lotsBy(method: CostMethod): Lots {
  return method === 'fifo' ? new LotQueue() : new AverageLot();
}

/** Every piece has the same part of the amount. */
class AverageLot implements Lots {
  #pieces = 0n;
  #amount = 0n;

  put(pieces: bigint, amount: bigint): void {
    this.#pieces += pieces;
    this.#amount += amount;
  }

  take(pieces: bigint): bigint {
    if (this.#pieces === 0n) return 0n;
    const amount = portion(this.#amount, this.#pieces, pieces);
    this.#pieces = pieces < this.#pieces ? this.#pieces - pieces : 0n;
    this.#amount -= amount;
    return amount;
  }
}

interface Lot {
  pieces: bigint;
  amount: bigint;
  taken: bigint;
}

/** First in, first out. */
export class LotQueue implements Lots {
  readonly #lots: Lot[] = [];
  #first = 0;

  put(pieces: bigint, amount: bigint): void {
    this.#lots.push({ pieces, amount, taken: 0n });
  }

  take(pieces: bigint): bigint {
    let left = pieces;
    let amount = 0n;
    for (let lot = this.#lots[this.#first]; lot !== undefined && left > 0n; lot = this.#lots[this.#first]) {
      const there = lot.pieces - lot.taken;
      const taken = left < there ? left : there;
      amount += portion(lot.amount, lot.pieces, lot.taken + taken);
      amount -= portion(lot.amount, lot.pieces, lot.taken);
      lot.taken += taken;
      left -= taken;
      if (lot.taken === lot.pieces) this.#first += 1;
    }
    return amount;
  }

  /** @returns the amount of all that is left */
  takeAll(): bigint {
    let amount = 0n;
    for (; this.#first < this.#lots.length; this.#first += 1) {
      const lot = this.#lots[this.#first] as Lot;
      amount += lot.amount - portion(lot.amount, lot.pieces, lot.taken);
    }
    return amount;
  }
}
