import type { DateTime } from 'luxon';
import { premiumFor, sampleSymbols, sharePrice, strikeNear } from '../samples/sample-market.js';
import { followingFriday, isoInstant } from './legacy-entry.js';
import type { EntryDraft, LegacyLedger, Trade } from './legacy-ledger.js';

/** Days of trading: two years. */
export const tradingDays = 728;

type TradeKind = (ledger: LegacyLedger, trade: Trade) => void;

/** The trades repeat this round, so that the mix does not depend on chance. */
const round: readonly TradeKind[] = [
  transferCash,
  sellPut('assigned'),
  sellCoveredCall('expired'),
  reinvestDividend,
  sellPut('rolled'),
  payAccountFee,
  sellCoveredCall('assigned'),
  buyLongCall,
  sellPut('closed'),
  takeDividend,
  sellPut('expired'),
  takePremium,
  sellCoveredCall('rolled'),
  correct,
];

const notes: readonly (string | null)[] = [
  null,
  '',
  'roll?',
  'O\'Neil "cup" 🏆',
  null,
  'Dividende – Köln',
  '配当金',
  null,
  'מניה',
  'line one\nline two',
];

/** Records trades spread evenly over the two years that begin with `start`. */
export function recordTrades(ledger: LegacyLedger, start: DateTime, trades: number): void {
  recordSeedEntry(ledger, newTrade(0, start));
  for (let index = 0; index < trades; index += 1) {
    const trade = newTrade(index, start.plus({ days: Math.floor((index * tradingDays) / trades) }));
    if (index === 1) recordOddities(ledger, trade);
    round[index % round.length]?.(ledger, trade);
  }
}

// Quirks recur at intervals coprime to the length of the round, so that each quirk occurs with
// every kind of trade.
function newTrade(index: number, day: DateTime): Trade {
  return {
    day,
    account: index % 5 === 4 ? 'acct-2' : 'acct-1',
    symbol: sampleSymbols[index % sampleSymbols.length] ?? 'AAPL',
    notes: notes[index % notes.length] ?? null,
    plainDates: index % 9 === 8,
    uuids: index % 11 === 4,
    isoTimestamps: index % 5 === 2,
  };
}

/** The entry that the browser application adds to every new database. */
function recordSeedEntry(ledger: LegacyLedger, trade: Trade): void {
  const recorded = ledger.record({ ...trade, symbol: 'AAPL', notes: null }, trade.day, [
    { id: 'seed-1', type: 'dividend', qty: 0, amount: 5, meta: { note: 'Welcome seed' } },
  ]);
  for (const { entry, recordedAt } of recorded) entry.ts = isoInstant(recordedAt);
}

/** Faults of real files: an entry of a missing account, and a `meta` that is not JSON. */
function recordOddities(ledger: LegacyLedger, trade: Trade): void {
  ledger.record({ ...trade, account: 'acct-closed' }, trade.day, [
    { type: 'transfer', amount: -120.5, symbol: '' },
  ]);
  const recorded = ledger.record(trade, trade.day, [{ type: 'correction', amount: 0.01 }]);
  for (const { entry } of recorded) entry.meta = '{"note":"broken off';
}

/** Cash moved into the account, without a symbol. */
function transferCash(ledger: LegacyLedger, trade: Trade): void {
  const amount = ledger.random.integer(1, 12) * 2_500;
  ledger.record(trade, trade.day, [{ type: 'transfer', amount, symbol: null }]);
}

/** An account fee with the empty symbol of a blank form field. */
function payAccountFee(ledger: LegacyLedger, trade: Trade): void {
  ledger.record(trade, trade.day, [{ type: 'fee', amount: -9.99, symbol: '' }]);
}

/** An adjustment to the broker's statement. */
function correct(ledger: LegacyLedger, trade: Trade): void {
  const amount = ledger.random.integer(-4_000, 4_000) / 100;
  ledger.record(trade, trade.day, [{ type: 'correction', amount, meta: { note: 'adj' } }]);
}

/** A dividend paid out in cash; `qty` is the 0 of an empty field. */
function takeDividend(ledger: LegacyLedger, trade: Trade): void {
  const amount = ledger.random.integer(300, 9_000) / 100;
  ledger.record(trade, trade.day, [{ type: 'dividend', qty: 0, amount }]);
}

/** A dividend that buys a fraction of a share: a double with eight decimals and noise. */
function reinvestDividend(ledger: LegacyLedger, trade: Trade): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const cash = ledger.random.integer(1_000, 30_000) / 100;
  const shares = Math.round((cash / price) * 1e6) / 1e6;
  ledger.record(trade, trade.day, [{ type: 'dividend', amount: cash }, bought(shares, price)]);
}

function bought(qty: number, price: number): EntryDraft {
  const meta = { from: 'direct_purchase', template: 'tmplBuyShares' };
  return { type: 'assignment_shares', qty, amount: -(qty * price), strike: price, meta };
}

/** A premium entered without a template. */
function takePremium(ledger: LegacyLedger, trade: Trade): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const expires = followingFriday(trade.day.plus({ days: 7 }));
  const amount = premiumFor(ledger.random, price) * 100;
  const option = { qty: 1, strike: strikeNear(price, -8), expires, meta: { leg: 'put' } };
  ledger.record(trade, trade.day, [{ ...option, type: 'option_premium', amount }]);
}

/** Buys a call to open, and sells it to close two weeks later. */
function buyLongCall(ledger: LegacyLedger, trade: Trade): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const premium = premiumFor(ledger.random, price);
  const expires = followingFriday(trade.day.plus({ days: 60 }));
  const option = { qty: 1, strike: strikeNear(price, 3), expires, meta: { leg: 'call' } };
  ledger.record(trade, trade.day, [{ ...option, type: 'buy_to_open', amount: -(premium * 100) }]);
  const sold = trade.day.plus({ days: 14 });
  if (sold > ledger.lastDay) return;
  ledger.record(trade, sold, [{ ...option, type: 'sell_to_close', amount: premium * 1.35 * 100 }]);
}

/** `closed`: bought back. `rolled`: replaced by a later expiration. */
type ShortOptionEnd = 'expired' | 'assigned' | 'closed' | 'rolled';

interface ShortOption {
  leg: 'put' | 'call';
  premium: number;
  contract: { qty: number; strike: number; expires: DateTime };
}

const sharesPerContract = 100;
const feePerContract = 0.65;

/** Sells a put to open, and ends it. */
function sellPut(end: ShortOptionEnd): TradeKind {
  return (ledger, trade) => {
    const price = sharePrice(ledger.random, trade.symbol);
    sellShort(ledger, trade, end, { leg: 'put', price, qty: ledger.random.integer(1, 4) });
  };
}

/** Sells covered calls. Buys 100 shares first if fewer are held. */
function sellCoveredCall(end: ShortOptionEnd): TradeKind {
  return (ledger, trade) => {
    const price = sharePrice(ledger.random, trade.symbol);
    if (ledger.shares(trade) < sharesPerContract)
      ledger.record(trade, trade.day, [bought(sharesPerContract, price)]);
    const covered = Math.floor(ledger.shares(trade) / sharesPerContract);
    sellShort(ledger, trade, end, { leg: 'call', price, qty: Math.min(covered, 4) });
  };
}

function sellShort(
  ledger: LegacyLedger,
  trade: Trade,
  end: ShortOptionEnd,
  { leg, price, qty }: { leg: ShortOption['leg']; price: number; qty: number },
): void {
  const premium = premiumFor(ledger.random, price);
  const expires = followingFriday(trade.day.plus({ days: ledger.random.integer(21, 42) }));
  const contract = { qty, strike: strikeNear(price, leg === 'put' ? -5 : 5), expires };
  const option = { leg, premium, contract };
  const template = leg === 'put' ? 'tmplSellPut' : 'tmplSellCoveredCall';
  // The application's order of factors, to get the same noise in the double.
  const amount = premium * qty * sharesPerContract;
  ledger.record(trade, trade.day, [
    { ...contract, type: 'sell_to_open', amount, underlying_price: price, meta: { leg, template } },
    fee(qty, { template }),
    scheduledExpiration(option),
  ]);
  const halfway = trade.day.plus({ days: 14 });
  if (end === 'assigned' && expires <= ledger.lastDay) assign(ledger, trade, option);
  if (end === 'closed' && halfway <= ledger.lastDay) close(ledger, trade, option, halfway);
  if (end === 'rolled' && halfway <= ledger.lastDay) roll(ledger, trade, option, halfway);
}

function assign(ledger: LegacyLedger, trade: Trade, { leg, contract }: ShortOption): void {
  const { qty: contracts, strike, expires } = contract;
  const qty = contracts * sharesPerContract;
  const shares = { qty, strike, expires, meta: { from: leg } };
  ledger.record(trade, expires, [
    { ...contract, type: 'expiration', amount: 0, meta: { assigned: true } },
    leg === 'put'
      ? { ...shares, type: 'assignment_shares', amount: -(strike * qty) }
      : { ...shares, type: 'share_sale', amount: strike * qty },
    {
      type: 'fee',
      amount: -7,
      meta: { template: leg === 'put' ? 'tmplPutAssigned' : 'tmplCallAssigned' },
    },
  ]);
}

function close(ledger: LegacyLedger, trade: Trade, option: ShortOption, day: DateTime): void {
  const template = 'tmplBuyToClose';
  ledger.record(trade, day, [
    buyBack(option, { leg: option.leg, template }),
    fee(option.contract.qty, { template }),
  ]);
}

function roll(ledger: LegacyLedger, trade: Trade, option: ShortOption, day: DateTime): void {
  const { leg, premium, contract } = option;
  const later = { ...contract, strike: contract.strike + 1, expires: contract.expires.plus({ weeks: 4 }) };
  const [closing, opening] = [ledger.newId(trade, day.toMillis()), ledger.newId(trade, day.toMillis())];
  const meta = { leg, template: 'tmplRoll', rollType: 'up_strike' };
  const amount = (premium + 0.1) * contract.qty * sharesPerContract;
  ledger.record(trade, day, [
    { ...buyBack(option, { ...meta, rolledTo: opening }), id: closing },
    fee(contract.qty, { template: 'tmplRoll', rollPhase: 'close' }),
    { ...later, id: opening, type: 'sell_to_open', amount, meta: { ...meta, rolledFrom: closing } },
    scheduledExpiration({ ...option, contract: later }),
    fee(contract.qty, { template: 'tmplRoll', rollPhase: 'open' }),
  ]);
}

function buyBack({ contract, premium }: ShortOption, meta: EntryDraft['meta']): EntryDraft {
  const amount = -(premium * 0.3 * contract.qty * sharesPerContract);
  return { ...contract, type: 'buy_to_close', amount, meta };
}

/** The `expiration` entry of amount 0 that the application writes in advance. */
function scheduledExpiration({ contract }: ShortOption): EntryDraft {
  const meta = { closes: 'sell_to_open' };
  return { ...contract, type: 'expiration', amount: 0, dated: contract.expires, meta };
}

function fee(contracts: number, meta: EntryDraft['meta']): EntryDraft {
  return { type: 'fee', amount: -(feePerContract * contracts), meta };
}
