import type { DateTime } from 'luxon';
import type { EntryDraft, LegacyLedger, Trade } from './legacy-ledger.js';
import { premiumFor, sharePrice, strikeNear } from '../samples/legacy-market.js';
import { followingFriday } from './legacy-time.js';

/** `closed`: bought back. `rolled`: replaced by a later expiration. */
export type ShortOptionEnd = 'expired' | 'assigned' | 'closed' | 'rolled';

interface ShortOption {
  leg: 'put' | 'call';
  contracts: number;
  strike: number;
  premium: number;
  expires: DateTime;
}

const sharesPerContract = 100;
const feePerContract = 0.65;

/** Sells a put to open, and ends it. */
export function sellPut(ledger: LegacyLedger, trade: Trade, end: ShortOptionEnd): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const option = newOption(ledger, trade, 'put', price, ledger.random.integer(1, 4));
  open(ledger, trade, option, 'tmplSellPut', price);
  finish(ledger, trade, option, end);
}

/** Sells covered calls. Buys 100 shares first if fewer are held. */
export function sellCoveredCall(ledger: LegacyLedger, trade: Trade, end: ShortOptionEnd): void {
  const price = sharePrice(ledger.random, trade.symbol);
  if (ledger.shares(trade) < sharesPerContract) {
    ledger.record(trade, trade.day, [
      {
        type: 'assignment_shares',
        qty: sharesPerContract,
        amount: -(sharesPerContract * price),
        strike: price,
        meta: { from: 'direct_purchase', template: 'tmplBuyShares' },
      },
    ]);
  }
  const contracts = Math.floor(ledger.shares(trade) / sharesPerContract);
  const option = newOption(ledger, trade, 'call', price, Math.min(contracts, 4));
  open(ledger, trade, option, 'tmplSellCoveredCall', price);
  finish(ledger, trade, option, end);
}

function newOption(
  { random }: LegacyLedger,
  { day }: Trade,
  leg: ShortOption['leg'],
  price: number,
  contracts: number,
): ShortOption {
  return {
    leg,
    contracts,
    strike: strikeNear(price, leg === 'put' ? -5 : 5),
    premium: premiumFor(random, price),
    expires: followingFriday(day.plus({ days: random.integer(21, 42) })),
  };
}

function open(
  ledger: LegacyLedger,
  trade: Trade,
  option: ShortOption,
  template: string,
  price: number,
): void {
  const { leg, contracts, strike, premium, expires } = option;
  ledger.record(trade, trade.day, [
    {
      type: 'sell_to_open',
      qty: contracts,
      // The application's order of factors, to get the same noise in the double.
      amount: premium * contracts * sharesPerContract,
      strike,
      expires,
      underlyingPrice: price,
      meta: { leg, template },
    },
    fee(contracts, { template }),
    scheduledExpiration(option),
  ]);
}

function finish(ledger: LegacyLedger, trade: Trade, option: ShortOption, end: ShortOptionEnd): void {
  const halfway = trade.day.plus({ days: 14 });
  if (end === 'assigned' && option.expires <= ledger.lastDay) assign(ledger, trade, option);
  if (end === 'closed' && halfway <= ledger.lastDay) close(ledger, trade, option, halfway);
  if (end === 'rolled' && halfway <= ledger.lastDay) roll(ledger, trade, option, halfway);
}

function assign(ledger: LegacyLedger, trade: Trade, option: ShortOption): void {
  const { leg, contracts, strike, expires } = option;
  const shares = contracts * sharesPerContract;
  const assigned: EntryDraft = {
    type: 'expiration',
    qty: contracts,
    amount: 0,
    strike,
    expires,
    meta: { assigned: true },
  };
  const delivery: EntryDraft =
    leg === 'put'
      ? {
          type: 'assignment_shares',
          qty: shares,
          amount: -(strike * shares),
          strike,
          expires,
          meta: { from: leg },
        }
      : { type: 'share_sale', qty: shares, amount: strike * shares, strike, expires, meta: { from: leg } };
  const template = leg === 'put' ? 'tmplPutAssigned' : 'tmplCallAssigned';
  ledger.record(trade, expires, [assigned, delivery, { type: 'fee', amount: -7, meta: { template } }]);
}

function close(ledger: LegacyLedger, trade: Trade, option: ShortOption, day: DateTime): void {
  const template = 'tmplBuyToClose';
  ledger.record(trade, day, [
    buyBack(option, { leg: option.leg, template }),
    fee(option.contracts, { template }),
  ]);
}

function roll(ledger: LegacyLedger, trade: Trade, option: ShortOption, day: DateTime): void {
  const { leg, contracts } = option;
  const later: ShortOption = {
    ...option,
    strike: option.strike + 1,
    expires: option.expires.plus({ weeks: 4 }),
  };
  const [closing, opening] = [ledger.newId(trade, day.toMillis()), ledger.newId(trade, day.toMillis())];
  const meta = { leg, template: 'tmplRoll', rollType: 'up_strike' };
  ledger.record(trade, day, [
    { ...buyBack(option, { ...meta, rolledTo: opening }), id: closing },
    fee(contracts, { template: 'tmplRoll', rollPhase: 'close' }),
    {
      id: opening,
      type: 'sell_to_open',
      qty: contracts,
      amount: (option.premium + 0.1) * contracts * sharesPerContract,
      strike: later.strike,
      expires: later.expires,
      meta: { ...meta, rolledFrom: closing },
    },
    scheduledExpiration(later),
    fee(contracts, { template: 'tmplRoll', rollPhase: 'open' }),
  ]);
}

function buyBack({ contracts, strike, premium, expires }: ShortOption, meta: EntryDraft['meta']): EntryDraft {
  const amount = -(premium * 0.3 * contracts * sharesPerContract);
  return { type: 'buy_to_close', qty: contracts, amount, strike, expires, meta };
}

/** The `expiration` entry of amount 0 that the application writes in advance. */
function scheduledExpiration({ contracts, strike, expires }: ShortOption): EntryDraft {
  const meta = { closes: 'sell_to_open' };
  return { type: 'expiration', qty: contracts, amount: 0, dated: expires, strike, expires, meta };
}

function fee(contracts: number, meta: EntryDraft['meta']): EntryDraft {
  return { type: 'fee', amount: -(feePerContract * contracts), meta };
}
