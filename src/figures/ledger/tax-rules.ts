import { addTo } from '../../model/group-by.js';
import { BoughtCalls } from './bought-calls.js';
import { unitsPerWhole, proRata } from './units.js';
import { contractIfKnown, type Contract, type Holding, type Holdings } from './holdings.js';
import { compareEntries, isShares, type LedgerEntry } from './ledger-entry.js';
import type { Lot } from './lots.js';
import { openingCash, type Closing, type LedgerReport } from './report.js';
import { WashSales } from './wash-sales.js';

/** The share trade that an assignment or exercise causes. */
type Delivery = 'assignment_shares' | 'share_sale';

/** A lot that was assigned or exercised, and how much of it share trades have taken. */
interface Assignment {
  readonly closing: Closing;
  /** Shares × contracts, both in units. */
  readonly shares: bigint;
  /** All shares if the share trades leave less than one unit of a contract. */
  linked: bigint;
}

/**
 * The tax rules of the United States for trades: the premium of an option that is assigned or
 * exercised belongs to the shares, and wash sales are adjusted. Stands between the ledger and a
 * report. `assignFees` gives fees to trades. docs/reference/figure-rules.md has the rules.
 */
export class TaxRules implements LedgerReport {
  readonly #assignments = new Map<Contract, Record<Delivery, Assignment[]>>();

  readonly #calls: BoughtCalls;
  readonly #washSales: WashSales | undefined;

  constructor(
    private readonly report: LedgerReport,
    private readonly holdings: Holdings,
  ) {
    const disallow = (closing: Closing, loss: bigint) => report.disallowed?.(closing, loss);
    this.#calls = new BoughtCalls(holdings);
    // At average cost lots have no days of their own, and there are no wash sales.
    if (holdings.method !== 'average') this.#washSales = new WashSales(holdings, this.#calls, disallow);
  }

  /**
   * Gives the premium of assigned options to the share trades, first in, first out: to those of the
   * instant of the assignment, then to those of the symbol of the option, then to those of its
   * former symbols. Options settled in cash come last.
   */
  assignPremium(entries: readonly LedgerEntry[]): void {
    for (const deliveries of this.#assignments.values())
      for (const assignments of Object.values(deliveries)) assignments.sort(byDelivery);
    const moved = this.#movedContracts(entries);
    const ofSymbol = (trade: LedgerEntry) => this.#assignedTo(trade, trade.contract as Contract);
    const ofFormerSymbols = (trade: LedgerEntry) =>
      (moved.get(trade.contract as Contract) ?? [])
        .flatMap((contract) => this.#assignedTo(trade, contract))
        .sort(byDelivery);
    const ofInstant = (trade: LedgerEntry) =>
      [...ofSymbol(trade), ...ofFormerSymbols(trade)].filter(isOfInstant(trade)).sort(byDelivery);
    const trades = entries
      .filter(({ contract, type }) => contract !== null && isShares(type))
      .map((trade) => ({ trade, shares: trade.qty * unitsPerWhole }));
    for (const assignmentsFor of [ofInstant, ofSymbol, ofFormerSymbols])
      for (const left of trades)
        left.shares = this.#link(left.trade, left.shares, assignmentsFor(left.trade));
    for (const deliveries of this.#assignments.values())
      for (const assignment of Object.values(deliveries).flat()) this.#settle(assignment);
    this.#calls.addOpen();
  }

  /** Receives each `buy_to_open`, in the order of the ledger among the share trades. */
  boughtCalls(entry: LedgerEntry): void {
    this.#washSales?.boughtCalls(entry);
  }

  /** Reports the closings of calls, which waited for the losses that belong to their cost. */
  finish(): void {
    for (const closing of this.#calls.closings()) this.report.closed?.(closing);
  }

  bought(lot: Lot, holding: Holding): void {
    this.#washSales?.bought(lot, holding);
  }

  closed(closing: Closing): void {
    const { closedBy, position, side, pieces, lot } = closing;
    this.#washSales?.closed(closing);
    if (closedBy === null || position === null || closedBy.ends === null || position.leg === null)
      return this.#report(closing, pieces * lot.deliverable);
    const buys = (position.leg === 'put') === (side === 'short');
    const delivery: Delivery = buys ? 'assignment_shares' : 'share_sale';
    const { contract } = position;
    const deliveries = this.#assignments.get(contract) ?? { assignment_shares: [], share_sale: [] };
    this.#assignments.set(contract, deliveries);
    deliveries[delivery].push({ closing, shares: pieces * lot.deliverable, linked: 0n });
  }

  income(...income: Parameters<Required<LedgerReport>['income']>): void {
    this.report.income?.(...income);
  }

  unmatched(entry: LedgerEntry, pieces: bigint, cash: bigint): void {
    this.report.unmatched?.(entry, pieces, cash);
  }

  /** The assignments of a contract whose shares a trade may have bought or sold. */
  #assignedTo({ type }: LedgerEntry, contract: Contract): readonly Assignment[] {
    return this.#assignments.get(contract)?.[type as Delivery] ?? [];
  }

  /** @returns the shares for which no assignment is left */
  #link(trade: LedgerEntry, wanted: bigint, assignments: readonly Assignment[]): bigint {
    for (const assignment of assignments) {
      const { closing, shares, linked } = assignment;
      if (trade.leg !== null && trade.leg !== closing.position?.leg) continue;
      const taken = wanted < shares - linked ? wanted : shares - linked;
      const leavesContracts = closing.pieces > proRata(closing.pieces, shares, linked + taken);
      assignment.linked = leavesContracts ? linked + taken : shares;
      const cash = openingCash(closing) + closing.cash;
      trade.tradeCash += proRata(cash, shares, assignment.linked) - proRata(cash, shares, linked);
      const addCost = (loss: bigint) => {
        trade.tradeCash -= loss;
      };
      if (taken > 0n) this.#calls.exercised(closing, trade, taken, addCost);
      wanted -= taken;
    }
    return wanted;
  }

  /** The contracts that may deliver under a former symbol, by the contract of such share trades. */
  #movedContracts(entries: readonly LedgerEntry[]): Map<Contract, Contract[]> {
    const moved = new Map<Contract, Contract[]>();
    const contracts = [...this.#assignments.keys()].filter(({ formerSymbols }) => formerSymbols.length > 0);
    if (contracts.length === 0) return moved;
    const changes = entries.filter(({ type }) => type === 'symbol_change' || type === 'merger');
    for (const contract of contracts) {
      const { holding, strike, expiration, formerSymbols } = contract;
      const symbols = new Set(formerSymbols);
      // The loop also visits the symbols that it adds: a Set iterates over added values.
      for (const symbol of symbols)
        for (const { holding: changed, terms } of changes)
          if (changed.symbol === symbol && terms !== null) symbols.add(terms.targetSymbol);
      symbols.delete(holding.symbol);
      for (const symbol of symbols) {
        const former = contractIfKnown(this.holdings.holding(holding.accountId, symbol), strike, expiration);
        if (former) addTo(moved, former, contract);
      }
    }
    return moved;
  }

  /** Realises the part that no share trade has taken: the option was settled in cash. */
  #settle({ closing, shares, linked }: Assignment): void {
    if (linked === shares && shares > 0n) return;
    const left = (amount: bigint) => amount - proRata(amount, shares, linked);
    const rest = { ...closing, pieces: left(closing.pieces), amount: left(closing.amount) };
    const cash = left(openingCash(closing) + closing.cash) - openingCash(rest);
    this.#report({ ...rest, cash }, shares - linked);
  }

  #report(closing: Closing, shares: bigint): void {
    if (!this.#calls.hold(closing, shares)) this.report.closed?.(closing);
  }
}

/** An assignment without cash that has the instant of the share trade. */
function isOfInstant({ ts }: LedgerEntry) {
  return ({ closing: { closedBy } }: Assignment): boolean => closedBy?.ts === ts && closedBy.amount === 0n;
}

/** In the order of their ends, those with cash last: a settlement in cash delivers no shares. */
function byDelivery({ closing: one }: Assignment, { closing: other }: Assignment): number {
  const [end, otherEnd] = [one.closedBy, other.closedBy];
  if (end === null || otherEnd === null) return 0;
  return Number(end.amount !== 0n) - Number(otherEnd.amount !== 0n) || compareEntries(end, otherEnd);
}
