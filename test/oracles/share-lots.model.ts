import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import type { CostMethod } from '../../src/figures/share-trade-sql.js';
import type { ShareLot } from '../../src/figures/share-lots.read-model.js';
import { OptionPositionsModel } from './option-positions.model.js';
import { isOptionLeg } from './option-rules.js';
import { Exact, Keyed, inOrder, rounded, shown, zero } from './rules.js';
import { holdingOf } from './share-holding.js';

/** Share lots from one entry at a time, from the oldest to the newest. */
export class ShareLotsModel {
  readonly #holdings;
  readonly #premiums = new Keyed<[string, string | null], { net: Exact }>(() => ({ net: zero }));
  readonly #options = new OptionPositionsModel();

  constructor(method: CostMethod) {
    this.#holdings = new Keyed<[string, string | null], ReturnType<typeof holdingOf>>(() =>
      holdingOf(method),
    );
  }

  add(entry: JournalEntry): void {
    const { accountId, symbol, type, amount, qty } = entry;
    const holding = () => this.#holdings.at(accountId, symbol);
    if (type === 'assignment_shares') holding().buy(new Exact(qty ?? 0), new Exact(amount).abs());
    if (type === 'share_sale') holding().sell(new Exact(qty ?? 0));
    if (!isOptionLeg(entry)) return;
    const premium = this.#premiums.at(accountId, symbol);
    premium.net = premium.net.plus(amount);
    this.#options.add(entry);
  }

  /** What is held, by account and symbol. */
  lots(today: string): ShareLot[] {
    const options = this.#options.positions(today);
    const lots = this.#holdings.entries().flatMap(({ key: [accountId, symbol], value: { shares, cost } }) => {
      if (shares.isZero()) return [];
      const { net } = this.#premiums.at(accountId, symbol);
      const calls = options.filter(
        (option) => option.accountId === accountId && option.symbol === symbol && option.leg !== 'put',
      );
      const sold = calls.reduce((sum, { short }) => sum.plus(short), zero);
      const least = Exact.max(cost.minus(net), 0).div(shares).toDecimalPlaces(8, Exact.ROUND_UP);
      return {
        ...{ accountId, symbol, shares: shown(shares), totalCost: shown(cost) },
        averageCost: shown(rounded(cost.div(shares))),
        netPremium: shown(net),
        minimumStrike: shown(least),
        coveredCallCapacity: shown(shares.div(100).floor().minus(sold)),
      };
    });
    return inOrder(
      lots,
      ({ accountId }) => accountId,
      ({ symbol }) => symbol,
    );
  }
}
