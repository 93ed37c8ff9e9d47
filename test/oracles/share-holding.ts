import { Exact, rounded, zero } from './rules.js';

/** Shares of one symbol at average cost, as the browser application kept them. */
export class AverageCost {
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
