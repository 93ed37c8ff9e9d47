import type { LegacyLedger, Trade } from './legacy-ledger.js';
import { premiumFor, sharePrice, strikeNear } from '../samples/legacy-market.js';
import { followingFriday } from './legacy-time.js';

/** Buys a call to open, and sells it to close two weeks later. */
export function buyLongCall(ledger: LegacyLedger, trade: Trade): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const premium = premiumFor(ledger.random, price);
  const expires = followingFriday(trade.day.plus({ days: 60 }));
  const option = { qty: 1, strike: strikeNear(price, 3), expires, meta: { leg: 'call' } };
  ledger.record(trade, trade.day, [{ ...option, type: 'buy_to_open', amount: -(premium * 100) }]);
  const sold = trade.day.plus({ days: 14 });
  if (sold > ledger.lastDay) return;
  ledger.record(trade, sold, [{ ...option, type: 'sell_to_close', amount: premium * 1.35 * 100 }]);
}

/** A premium entered without a template. */
export function takePremium(ledger: LegacyLedger, trade: Trade): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const expires = followingFriday(trade.day.plus({ days: 7 }));
  const amount = premiumFor(ledger.random, price) * 100;
  const strike = strikeNear(price, -8);
  ledger.record(trade, trade.day, [
    { type: 'option_premium', qty: 1, amount, strike, expires, meta: { leg: 'put' } },
  ]);
}

/** A dividend that buys a fraction of a share: a double with eight decimals and noise. */
export function reinvestDividend(ledger: LegacyLedger, trade: Trade): void {
  const price = sharePrice(ledger.random, trade.symbol);
  const cash = ledger.random.integer(1_000, 30_000) / 100;
  const shares = Math.round((cash / price) * 1e6) / 1e6;
  ledger.record(trade, trade.day, [
    { type: 'dividend', amount: cash },
    {
      type: 'assignment_shares',
      qty: shares,
      amount: -(shares * price),
      strike: price,
      meta: { from: 'direct_purchase', template: 'tmplBuyShares' },
    },
  ]);
}

/** A dividend paid out in cash; `qty` is the 0 of an empty field. */
export function takeDividend(ledger: LegacyLedger, trade: Trade): void {
  ledger.record(trade, trade.day, [
    { type: 'dividend', qty: 0, amount: ledger.random.integer(300, 9_000) / 100 },
  ]);
}

/** Cash moved into the account, without a symbol. */
export function transferCash(ledger: LegacyLedger, trade: Trade): void {
  const amount = ledger.random.integer(1, 12) * 2_500;
  ledger.record(trade, trade.day, [{ type: 'transfer', amount, symbol: null }]);
}

/** An account fee with the empty symbol of a blank form field. */
export function payAccountFee(ledger: LegacyLedger, trade: Trade): void {
  ledger.record(trade, trade.day, [{ type: 'fee', amount: -9.99, symbol: '' }]);
}

/** An adjustment to the broker's statement. */
export function correct(ledger: LegacyLedger, trade: Trade): void {
  const amount = ledger.random.integer(-4_000, 4_000) / 100;
  ledger.record(trade, trade.day, [{ type: 'correction', amount, meta: { note: 'adj' } }]);
}
