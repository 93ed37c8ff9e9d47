import type { CostMethod } from '../../src/figures/share-trade-sql.js';
import { Exact, rounded, zero } from './rules.js';

/** The shares of one symbol in one account. */
export interface Holding {
  readonly shares: Exact;
  readonly cost: Exact;
  buy(shares: Exact, cost: Exact): void;
  /** @returns what the shares that were there had cost */
  sell(shares: Exact): Exact;
}

export function holdingOf(method: CostMethod): Holding {
  return method === 'fifo' ? new FirstInFirstOut() : new AverageCost();
}

class AverageCost implements Holding {
  shares = zero;
  cost = zero;

  buy(shares: Exact, cost: Exact): void {
    this.shares = this.shares.plus(shares);
    this.cost = this.cost.plus(cost);
  }

  sell(wanted: Exact): Exact {
    if (this.shares.isZero()) return zero;
    const sold = Exact.min(wanted, this.shares);
    const taken = sold.equals(this.shares) ? this.cost : rounded(this.cost.times(sold).div(this.shares));
    this.shares = this.shares.minus(sold);
    this.cost = this.cost.minus(taken);
    return taken;
  }
}

class FirstInFirstOut implements Holding {
  readonly #lots: { cost: Exact; bought: Exact; gone: Exact }[] = [];

  get shares(): Exact {
    return this.#lots.reduce((sum, { bought, gone }) => sum.plus(bought).minus(gone), zero);
  }

  get cost(): Exact {
    return this.#lots.reduce((sum, lot) => sum.plus(lot.cost).minus(goneCost(lot)), zero);
  }

  buy(bought: Exact, cost: Exact): void {
    if (!bought.isZero()) this.#lots.push({ cost, bought, gone: zero });
  }

  sell(wanted: Exact): Exact {
    let left = wanted;
    let taken = zero;
    for (let lot = this.#lots[0]; lot !== undefined && !left.isZero(); lot = this.#lots[0]) {
      const sold = Exact.min(left, lot.bought.minus(lot.gone));
      const before = goneCost(lot);
      lot.gone = lot.gone.plus(sold);
      taken = taken.plus(goneCost(lot)).minus(before);
      left = left.minus(sold);
      if (lot.gone.equals(lot.bought)) this.#lots.shift();
    }
    return taken;
  }
}

/** Of all that is gone of a lot, so that the parts add up to the whole. */
function goneCost({ cost, bought, gone }: { cost: Exact; bought: Exact; gone: Exact }): Exact {
  return rounded(cost.times(gone).div(bought));
}
