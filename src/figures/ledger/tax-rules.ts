import { BoughtCalls } from './bought-calls.js';
import { one, proRata } from './units.js';
import type { Contract, Holding, Holdings } from './holdings.js';
import { isOptionPremium, isShares } from './ledger-entry.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { CostMethod, Lot } from './lots.js';
import { premiumOf } from './report.js';
import type { Closing, LedgerReport, ProfitKind } from './report.js';
import { WashSales } from './wash-sales.js';

/** The ids of fees extend those of their trades: `put-1:fee`, `roll-1:close-fee`. */
const feeSuffix = /[:-]fee$/;
const suffixLength = ':fee'.length;

/** The share trade that an assignment or exercise causes. */
type Delivery = 'assignment_shares' | 'share_sale';

/** A lot that was assigned or exercised, and how much of it share trades have taken. */
interface Assignment {
  readonly closing: Closing;
  /** Shares × contracts, both in units. */
  readonly shares: bigint;
  linked: bigint;
}

/**
 * The tax rules of the United States for trades: fees belong to the trade, the premium of an option
 * that is assigned or exercised belongs to the shares, and wash sales are adjusted. Stands between
 * the ledger and a report. docs/reference/figure-rules.md has the rules.
 */
export class TaxRules implements LedgerReport {
  /** What fees and premium add to the amounts of trades. */
  readonly #additions = new Map<LedgerEntry, bigint>();
  readonly #fees = new Set<LedgerEntry>();
  readonly #assignments = new Map<Contract, Record<Delivery, Assignment[]>>();

  readonly #calls: BoughtCalls;
  readonly #washSales: WashSales | undefined;

  /** @param method at average cost, lots have no days of their own and wash sales are left out */
  constructor(
    private readonly report: LedgerReport,
    holdings: Holdings,
    method: CostMethod,
  ) {
    const disallow = (closing: Closing, loss: bigint) => report.disallowed?.(closing, loss);
    this.#calls = new BoughtCalls(holdings);
    this.#washSales = method === 'average' ? undefined : new WashSales(holdings, this.#calls, disallow);
  }

  /** The cash of a trade with its fees, and of shares with the premium of their option. */
  amountOf(entry: LedgerEntry): bigint {
    return entry.amount + (this.#additions.get(entry) ?? 0n);
  }

  /** True for a fee that is part of a trade's amount. */
  belongsToTrade(fee: LedgerEntry): boolean {
    return this.#fees.has(fee);
  }

  /**
   * Finds the trade of each fee: by id, or else the only one of its symbol and instant. Reports the
   * fees that belong to none.
   */
  assignFees(entries: readonly LedgerEntry[]): void {
    const fees = entries.filter(({ type }) => type === 'fee');
    if (fees.length === 0) return;
    const trades = entries.filter(isTrade);
    const byId = new Map<string, LedgerEntry>();
    for (const trade of trades) byId.set(trade.id, trade);
    let byInstant: Map<Holding, Map<number, LedgerEntry | null>> | undefined;
    for (const fee of fees) {
      const named = feeSuffix.test(fee.id) ? byId.get(fee.id.slice(0, -suffixLength)) : undefined;
      // Most fees name their trade.
      const trade = named ?? (byInstant ??= onlyTrades(trades)).get(fee.holding)?.get(fee.ts);
      if (!trade) {
        this.report.unassignedFee?.(fee);
        continue;
      }
      this.#add(trade, fee.amount);
      this.#fees.add(fee);
    }
  }

  /** Gives the premium of assigned options to the share trades, first in, first out. */
  assignPremium(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      const { contract, type } = entry;
      if (contract === null || !isShares(type)) continue;
      let wanted = entry.qty * one;
      for (const assignment of this.#assignments.get(contract)?.[type as Delivery] ?? []) {
        const { closing, shares, linked } = assignment;
        const taken = wanted < shares - linked ? wanted : shares - linked;
        const cash = premiumOf(closing) + closing.cash;
        this.#add(entry, proRata(cash, shares, linked + taken) - proRata(cash, shares, linked));
        assignment.linked += taken;
        if (taken > 0n) this.#calls.exercised(closing, entry, taken, (loss) => this.#add(entry, -loss));
        wanted -= taken;
      }
    }
    for (const deliveries of this.#assignments.values())
      for (const assignment of Object.values(deliveries).flat()) this.#settle(assignment);
    this.#calls.addOpen();
  }

  /** An entry of the ledger that opens calls, after all options and before later shares. */
  boughtCalls(entry: LedgerEntry): void {
    this.#washSales?.boughtCalls(entry);
  }

  /** Reports the calls that were held back for the losses that belong to their cost. */
  finish(): void {
    for (const closing of this.#calls.closings()) this.report.closed(closing);
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

  income(entry: LedgerEntry, kind: ProfitKind, amount: bigint): void {
    this.report.income(entry, kind, amount);
  }

  unmatched(entry: LedgerEntry, pieces: bigint, cash: bigint): void {
    this.report.unmatched(entry, pieces, cash);
  }

  /** Realises what no share trade has taken: the option was settled in cash. */
  #settle({ closing, shares, linked }: Assignment): void {
    if (linked === shares && shares > 0n) return;
    const left = (amount: bigint) => amount - proRata(amount, shares, linked);
    const rest = { ...closing, pieces: left(closing.pieces), amount: left(closing.amount) };
    const cash = left(premiumOf(closing) + closing.cash) - premiumOf(rest);
    this.#report({ ...rest, cash }, shares - linked);
  }

  #report(closing: Closing, shares: bigint): void {
    if (!this.#calls.hold(closing, shares)) this.report.closed(closing);
  }

  #add(trade: LedgerEntry, cash: bigint): void {
    if (cash !== 0n) this.#additions.set(trade, (this.#additions.get(trade) ?? 0n) + cash);
  }
}

/** The trades that are the only one of their account, symbol and instant. */
function onlyTrades(trades: readonly LedgerEntry[]): Map<Holding, Map<number, LedgerEntry | null>> {
  const found = new Map<Holding, Map<number, LedgerEntry | null>>();
  for (const trade of trades) {
    const instants = found.get(trade.holding) ?? new Map<number, LedgerEntry | null>();
    found.set(trade.holding, instants.set(trade.ts, instants.has(trade.ts) ? null : trade));
  }
  return found;
}

/** An expiration that closes nothing is no trade: the browser application writes it in advance. */
function isTrade({ type, ends }: LedgerEntry): boolean {
  return isShares(type) || (isOptionPremium(type) && (type !== 'expiration' || ends !== null));
}
