import { contractOf, noteMove, positionOf, sides } from './holdings.js';
import type { Contract, Holdings, OptionPosition, Side } from './holdings.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { Trading } from './trading.js';

/** Posts the entries on options. */
export class Options {
  constructor(
    private readonly holdings: Holdings,
    private readonly trading: Trading,
  ) {}

  post(entry: LedgerEntry): void {
    const contract = entry.contract as Contract;
    const named = () => positionOf(contract, entry.leg);
    switch (entry.type) {
      case 'sell_to_open':
      case 'option_premium':
        return this.#open(entry, named(), 'short');
      case 'buy_to_open':
        return this.#open(entry, named(), 'long');
      case 'buy_to_close':
        return this.#close(entry, contract, 'short');
      case 'sell_to_close':
        return this.#close(entry, contract, 'long');
      case 'expiration':
        return this.#close(entry, contract, endedSide(entry, contract));
      case 'option_adjustment':
        return this.#adjust(entry, named());
      case 'position_transfer':
        return this.#transfer(entry, named());
      default:
    }
  }

  #open(entry: LedgerEntry, position: OptionPosition, side: Side): void {
    const amount = entry.tradeCash;
    if (entry.qty === 0n) return this.trading.report.income?.(entry, 'options', amount);
    position[side].add(this.trading.newLot(entry, entry.qty, side === 'long' ? -amount : amount));
  }

  /** @param side null for an expiration entry that closes nothing: the expiration day decides */
  #close(entry: LedgerEntry, contract: Contract, side: Side | null): void {
    const amount = entry.tradeCash;
    if (side === null) return this.trading.report.income?.(entry, 'options', amount);
    // A closing without a quantity: the cash belongs to no contracts.
    if (entry.qty === 0n) return this.trading.report.unmatched?.(entry, 0n, amount);
    const [only, ...others] = entry.leg === null ? openPositions(entry, contract, side) : [];
    const position = only !== undefined && others.length === 0 ? only : positionOf(contract, entry.leg);
    this.trading.closeOption(entry, position, side);
  }

  #adjust(entry: LedgerEntry, { contract, leg, ...position }: OptionPosition): void {
    const { terms } = entry;
    if (terms === null) return;
    const { targetSymbol, targetStrike, multiplier } = terms;
    const [ratioTo, ratioFrom] = [terms.ratioTo ?? 1n, terms.ratioFrom ?? 1n];
    const { accountId, symbol } = contract.holding;
    const holding = this.holdings.holding(accountId, targetSymbol ?? symbol);
    const target = positionOf(contractOf(holding, targetStrike ?? contract.strike, contract.expiration), leg);
    noteMove(contract, target.contract);
    for (const side of sides) {
      position[side].scale(ratioTo, ratioFrom);
      for (const lot of position[side].empty()) {
        const deliverable = terms.deliverable ?? multiplier ?? lot.deliverable;
        const [to, from] = [ratioTo * deliverable, ratioFrom * lot.deliverable];
        lot.adjustments = [...lot.adjustments, { entry, symbol: holding.symbol, to, from }];
        lot.multiplier = multiplier ?? lot.multiplier;
        lot.deliverable = deliverable;
        target[side].add(lot);
      }
    }
  }

  #transfer(entry: LedgerEntry, position: OptionPosition): void {
    const { contract, leg } = position;
    const { holding, strike, expiration } = contract;
    const account = this.holdings.holding(entry.terms?.targetAccountId ?? holding.accountId, holding.symbol);
    const target = positionOf(contractOf(account, strike, expiration), leg);
    noteMove(contract, target.contract);
    this.trading.transfer(entry, position, target);
  }
}

/** The open positions of a side: of the leg of the entry, or of all legs if it has none. */
function openPositions({ leg }: LedgerEntry, { positions }: Contract, side: Side): OptionPosition[] {
  return positions.filter((position) => (leg ?? position.leg) === position.leg && position[side].pieces > 0n);
}

/** An assignment that states no side closes the long side only where nothing else is open. */
function endedSide(entry: LedgerEntry, contract: Contract): Side | null {
  const { ends } = entry;
  if (ends !== 'unsaid') return ends;
  const isOpen = (side: Side) => openPositions(entry, contract, side).length > 0;
  return !isOpen('short') && isOpen('long') ? 'long' : 'short';
}
