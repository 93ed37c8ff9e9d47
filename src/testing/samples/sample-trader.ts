import type { DecimalString } from '../../model/decimal.js';
import {
  buyShares,
  buyToClose,
  buyToOpen,
  callAssigned,
  correction,
  deposit,
  dividend,
  fee,
  optionExpired,
  putAssigned,
  roll,
  sellCoveredCall,
  sellPut,
  sellToClose,
} from '../../trades/index.js';
import type { Leg, OptionContracts, ShareTrade, SymbolTrade, TradeEntry } from '../../trades/index.js';
import { premiumFor, sampleSymbols, sharePrice, strikeNear, sampleAccounts } from './sample-market.js';
import type { PseudoRandom } from './pseudo-random.js';

interface OpenOption extends OptionContracts {
  leg: Leg;
  side: 'short' | 'long';
  price: number;
  /** What happens at `due`. */
  plan: 'expire' | 'close' | 'roll';
  due: number;
}

/** At most one open option on a symbol in an account, and the shares assigned so far. */
interface Holding {
  accountId: string;
  symbol: string;
  /** Hundreds of shares. */
  lots: number;
  option: OpenOption | undefined;
}

/**
 * Trades the wheel: sells puts until shares are assigned, and covered calls until the shares are
 * called away. Instants are milliseconds since 1970.
 */
export class SampleTrader {
  readonly #holdings: Holding[];
  #turns = 0;
  #trades = 0;

  /**
   * @param rows maximum number of open options per symbol and account
   * @param scheduleExpiration as `OptionSale.scheduleExpiration`
   */
  constructor(
    private readonly random: PseudoRandom,
    rows: number,
    private readonly scheduleExpiration = false,
  ) {
    this.#holdings = Array.from({ length: rows }).flatMap(() =>
      sampleAccounts.flatMap(({ id: accountId }) =>
        sampleSymbols.map((symbol) => ({ accountId, symbol, lots: 0, option: undefined })),
      ),
    );
  }

  /** Ends an option that is due, or begins a new trade. */
  trade(at: number): TradeEntry[] {
    const due = this.#holdings.find(({ option }) => option !== undefined && option.due <= at);
    if (due?.option) return this.#end(due, due.option);
    this.#turns += 1;
    const holding = this.#holdings[this.#turns % this.#holdings.length] as Holding;
    return holding.option || this.#turns % 6 === 0 ? this.cash(at, holding) : this.#open(at, holding);
  }

  /** The first deposit of each account. */
  fund(at: number): TradeEntry[] {
    return sampleAccounts.flatMap(({ id: accountId }) =>
      deposit({ ...this.#base(at), accountId, amount: '250000' }),
    );
  }

  /** A trade of a single entry. */
  cash(at: number, holding = this.#holdings[0] as Holding): TradeEntry[] {
    const { accountId, symbol } = holding;
    const base = { ...this.#base(at), accountId };
    switch (this.random.integer(0, 4)) {
      case 0:
        return deposit({ ...base, amount: cents(this.random.integer(1, 20) * 500) });
      case 1:
        return fee({ ...base, amount: '9.99' });
      case 2:
        return correction({ ...base, amount: this.random.pick<DecimalString>(['0.01', '-0.01', '-12.5']) });
      default:
        return dividend({ ...base, symbol, amount: cents(this.random.integer(300, 9_000) / 100) });
    }
  }

  #open(at: number, holding: Holding): TradeEntry[] {
    const { symbol, lots } = holding;
    const price = sharePrice(this.random, symbol);
    const trade = { ...this.#base(at), accountId: holding.accountId, symbol };
    const kind = this.random.integer(0, 9);
    if (kind === 0) return this.#reinvest(trade, price);
    const isLong = kind === 1;
    const leg = isLong || lots > 0 ? 'call' : 'put';
    const option = this.#planned(at, {
      leg,
      side: isLong ? 'long' : 'short',
      contracts: count(!isLong && lots > 0 ? lots : this.random.integer(1, 4)),
      strike: cents(strikeNear(price, leg === 'put' ? -5 : 5)),
      price: premiumFor(this.random, price),
    });
    holding.option = option;
    const opened = { ...trade, ...contractsOf(option), price: cents(option.price), fee: commission(option) };
    if (isLong) return buyToOpen({ ...opened, leg });
    const { scheduleExpiration } = this;
    const sold = { ...opened, underlyingPrice: cents(price), scheduleExpiration };
    return leg === 'put' ? sellPut(sold) : sellCoveredCall(sold);
  }

  /** A dividend that buys a fraction of a share. */
  #reinvest(trade: Omit<ShareTrade, 'shares' | 'price'>, price: number): TradeEntry[] {
    const paid = this.random.integer(1_000, 30_000) / 100;
    const shares = (Math.round((paid / price) * 1e6) / 1e6).toFixed(6) as DecimalString;
    const bought = { ...trade, id: `${trade.id}:bought`, shares, price: cents(price), total: cents(paid) };
    return [...dividend({ ...trade, amount: cents(paid) }), ...buyShares(bought)];
  }

  #planned(at: number, option: Omit<OpenOption, 'expiration' | 'plan' | 'due'>): OpenOption {
    const expiry = expiringFriday(at + this.random.integer(21, 42) * day);
    const plan = this.random.pick<OpenOption['plan']>(
      option.side === 'long' ? ['close', 'expire'] : ['expire', 'expire', 'close', 'roll'],
    );
    const due = plan === 'expire' ? expiry : at + 14 * day;
    return { ...option, plan, due, expiration: dayOf(expiry) };
  }

  /** Carries out the plan of an option. */
  #end(holding: Holding, option: OpenOption): TradeEntry[] {
    const { leg, side, plan, due } = option;
    const { accountId, symbol } = holding;
    const trade = { ...this.#base(due), accountId, symbol };
    holding.option = undefined;
    if (plan === 'expire') return this.#expire(holding, option, trade);
    const price = cents(Math.max(0.01, option.price * (side === 'long' ? 1.35 : 0.3)));
    const close = { ...contractsOf(option), price, fee: commission(option) };
    if (side === 'long') return sellToClose({ ...trade, ...close, leg });
    if (plan === 'close') return buyToClose({ ...trade, ...close, leg });
    const strike = cents(Number(option.strike) + 1);
    const later = this.#planned(due + 7 * day, { ...option, strike, price: option.price + 0.1 });
    holding.option = later;
    const open = { ...contractsOf(later), price: cents(later.price), fee: commission(later) };
    return roll({ ...trade, leg, close, open, scheduleExpiration: this.scheduleExpiration });
  }

  #expire(holding: Holding, option: OpenOption, trade: SymbolTrade): TradeEntry[] {
    const { leg, side } = option;
    const ended = { ...trade, ...contractsOf(option) };
    if (side === 'long' || this.random.integer(0, 2) > 0)
      return side === 'short' && this.scheduleExpiration ? [] : optionExpired({ ...ended, leg, side });
    const lots = Number(option.contracts);
    holding.lots += leg === 'put' ? lots : -lots;
    const entries =
      leg === 'put' ? putAssigned({ ...ended, fee: '7' }) : callAssigned({ ...ended, fee: '7' });
    // Most real journals are of the browser application, whose assignments state no side.
    return entries.map(({ meta: { closes: _, ...meta } = {}, ...entry }) => ({ ...entry, meta }));
  }

  #base(at: number): { id: string; ts: Date } {
    this.#trades += 1;
    return { id: `trade-${this.#trades}`, ts: new Date(at) };
  }
}

const feePerContract = 0.65;

function commission({ contracts }: OptionContracts): DecimalString {
  return cents(feePerContract * Number(contracts));
}

function contractsOf({ contracts, strike, expiration }: OptionContracts): OptionContracts {
  return { contracts, strike, expiration };
}

function cents(amount: number): DecimalString {
  return amount.toFixed(2) as DecimalString;
}

function count(whole: number): DecimalString {
  return String(whole) as DecimalString;
}

// Instants of the sample trader: milliseconds since 1970, in UTC. Luxon would be too slow.

export const minute = 60_000;
export const day = 86_400_000;

/** Moves an instant before the exchange opens to 14:30, and one on a weekend to Friday. */
export function onTradingDay(at: number): number {
  const weekdays = at - Math.max(0, weekdayOf(at) - 5) * day;
  return Math.max(weekdays, timeOfDay(weekdays, 14, 30));
}

/** The close of the exchange on the expiration Friday on or after a day. */
function expiringFriday(at: number): number {
  return timeOfDay(at + ((5 - weekdayOf(at) + 7) % 7) * day, 21);
}

/** `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** 1 for Monday to 7 for Sunday. */
function weekdayOf(at: number): number {
  return new Date(at).getUTCDay() || 7;
}

function timeOfDay(at: number, hours: number, minutes = 0): number {
  return new Date(at).setUTCHours(hours, minutes, 0, 0);
}
