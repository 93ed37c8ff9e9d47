import type { CostMethod } from './share-trade-sql.js';
import { proRata } from './units.js';

/**
 * Cost-basis book of one holding. `put` adds pieces (shares or contracts) and their amount (cost or
 * premium). `take` removes pieces and returns the amount allocated to them. Everything is in units
 * of the eighth decimal place.
 */
export interface Lots {
  put(pieces: bigint, amount: bigint): void;
  /** Takes at most what the book holds. @returns the amount allocated to the pieces taken */
  take(pieces: bigint): bigint;
}

export function lotsBy(method: CostMethod): Lots {
  return method === 'fifo' ? new LotQueue() : new AverageLot();
}

/** Average cost: one lot, in which every piece has the same cost. */
class AverageLot implements Lots {
  #pieces = 0n;
  #amount = 0n;

  put(pieces: bigint, amount: bigint): void {
    this.#pieces += pieces;
    this.#amount += amount;
  }

  take(pieces: bigint): bigint {
    if (this.#pieces === 0n) return 0n;
    const amount = proRata(this.#amount, this.#pieces, pieces);
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
      const available = lot.pieces - lot.taken;
      const taken = left < available ? left : available;
      amount += proRata(lot.amount, lot.pieces, lot.taken + taken);
      amount -= proRata(lot.amount, lot.pieces, lot.taken);
      lot.taken += taken;
      left -= taken;
      if (lot.taken === lot.pieces) this.#first += 1;
    }
    return amount;
  }

  /** Takes all remaining pieces. @returns the amount allocated to them */
  takeAll(): bigint {
    let amount = 0n;
    for (; this.#first < this.#lots.length; this.#first += 1) {
      const lot = this.#lots[this.#first] as Lot;
      amount += lot.amount - proRata(lot.amount, lot.pieces, lot.taken);
    }
    return amount;
  }
}

/**
 * SQL for the quotient, rounded half away from zero to eight places. The divisor must be positive.
 *
 * `/` of numeric already rounds, to a scale that PostgreSQL chooses. Rounding its result again can
 * be off by one in the last place. `div` truncates exactly.
 */
export function ratio(dividend: string, divisor: string): string {
  return `sign(${dividend}) * div(abs(${dividend}) * 200000000 + ${divisor}, ${divisor} * 2) * 0.00000001`;
}

/**
 * SQL for the quotient of numbers with eight places, rounded up to eight places; zero for a
 * negative dividend. The divisor must be positive.
 */
export function ratioUp(dividend: string, divisor: string): string {
  return `CASE WHEN ${dividend} > 0 THEN div((${dividend}) * 100000000 + ${divisor} - 0.00000001, ${divisor}) * 0.00000001 ELSE 0.00000000 END`;
}
