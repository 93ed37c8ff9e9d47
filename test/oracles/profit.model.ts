import type { JournalEntry } from '../../src/model/journal-entry.entity.js';
import type { RealisedProfit } from '../../src/figures/profit.read-model.js';
import type { CostMethod } from '../../src/figures/share-trade-sql.js';
import { isOptionLeg, legOf, sideOf } from './option-rules.js';
import { Exact, Keyed, inOrder, periodOf, periodOfDay, rounded, shown, zero } from './rules.js';
import type { Per } from './rules.js';
import { holdingOf } from './share-holding.js';

type Contract = [accountId: string, symbol: string | null, strike: string | null, expiration: string | null];

/** An event that closes contracts of a queue. */
interface Closing {
  period: string;
  contracts: Exact;
}

interface Sums {
  options: Exact;
  shares: Exact;
  dividends: Exact;
  fees: Exact;
}

/** Realised profit from one entry at a time, from the oldest to the newest. */
export class ProfitModel {
  readonly #sums = new Keyed<[period: string, symbol: string | null], Sums>(() => ({
    ...{ options: zero, shares: zero, dividends: zero, fees: zero },
  }));
  readonly #contracts = new Keyed<Contract, JournalEntry[]>(() => []);
  readonly #holdings;

  constructor(private readonly request: { per: Per; timeZone?: string; today: string; method?: CostMethod }) {
    const { method = 'average' } = request;
    this.#holdings = new Keyed<[string, string | null], ReturnType<typeof holdingOf>>(() =>
      holdingOf(method),
    );
  }

  add(entry: JournalEntry): void {
    const { accountId, symbol, strike, expiration, type, amount, qty } = entry;
    const shares = new Exact(qty ?? 0);
    const holding = () => this.#holdings.at(accountId, symbol);
    if (type === 'dividend') this.#book(entry, 'dividends', new Exact(amount));
    if (type === 'fee') this.#book(entry, 'fees', new Exact(amount));
    if (type === 'assignment_shares') holding().buy(shares, new Exact(amount).abs());
    if (type === 'share_sale') this.#book(entry, 'shares', new Exact(amount).minus(holding().sell(shares)));
    if (!isOptionLeg(entry)) return;
    // What opens contracts is gained when they are closed, and anything else at once.
    if (sideOf(entry)?.opens !== true || shares.isZero()) this.#book(entry, 'options', new Exact(amount));
    this.#contracts.at(accountId, symbol, strike, expiration).push(entry);
  }

  /**
   * By period and symbol; what is zero in everything is left out. Asked once, when all entries were
   * added.
   */
  realised(): RealisedProfit[] {
    for (const { key, value } of this.#contracts.entries()) this.#close(key, value);
    const rows = this.#sums.entries().flatMap(({ key: [period, symbol], value }) => {
      const { options, shares, dividends, fees } = value;
      const parts = [options, shares, dividends, fees];
      if (parts.every((part) => part.isZero())) return [];
      return {
        ...{ period, symbol, options: shown(options), shares: shown(shares) },
        ...{ dividends: shown(dividends), fees: shown(fees) },
        total: shown(parts.reduce((sum, part) => sum.plus(part), zero)),
      };
    });
    return inOrder(
      rows,
      ({ period }) => period,
      ({ symbol }) => symbol,
    );
  }

  #close([, symbol, , expiration]: Contract, entries: readonly JournalEntry[]): void {
    const { per, today } = this.request;
    const queues = new Keyed<
      [leg: string | null, side: string],
      { lots: JournalEntry[]; closings: Closing[] }
    >(() => ({ lots: [], closings: [] }));
    for (const entry of entries) {
      const action = sideOf(entry);
      const contracts = new Exact(entry.qty ?? 0);
      if (action === undefined || contracts.isZero()) continue;
      const queue = queues.at(legOf(entry, entries), action.side);
      if (action.opens) queue.lots.push(entry);
      else queue.closings.push({ period: this.#period(entry), contracts });
    }
    for (const { value } of queues.entries()) {
      const { lots, closings } = value;
      if (expiration !== null && expiration < today)
        closings.push({ period: periodOfDay(expiration, per), contracts: new Exact('1e13') });
      const holding = premiumQueue(lots);
      for (const { period, contracts } of inOrder(closings, (closing) => closing.period)) {
        const sums = this.#sums.at(period, symbol);
        sums.options = sums.options.plus(holding(contracts));
      }
    }
  }

  #book(entry: JournalEntry, kind: keyof Sums, amount: Exact): void {
    const sums = this.#sums.at(this.#period(entry), entry.symbol);
    sums[kind] = sums[kind].plus(amount);
  }

  #period(entry: JournalEntry): string {
    return periodOf(entry, this.request.per, this.request.timeZone);
  }
}

/** Takes contracts off the front of a queue, and returns the premium that they brought. */
function premiumQueue(entries: readonly JournalEntry[]): (contracts: Exact) => Exact {
  const lots = entries.map(({ qty, amount }) => ({
    ...{ contracts: new Exact(qty ?? 0), amount: new Exact(amount), gone: zero },
  }));
  return (wanted) => {
    let left = wanted;
    let taken = zero;
    for (const lot of lots) {
      const closed = Exact.min(left, lot.contracts.minus(lot.gone));
      const before = rounded(lot.amount.times(lot.gone).div(lot.contracts));
      lot.gone = lot.gone.plus(closed);
      taken = taken.plus(rounded(lot.amount.times(lot.gone).div(lot.contracts))).minus(before);
      left = left.minus(closed);
    }
    return taken;
  };
}
