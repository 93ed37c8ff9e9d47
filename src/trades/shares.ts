import type { DecimalString } from '../model/decimal.js';
import { checkInput } from '../model/input-check.js';
import { notNegative } from '../journal/new-entry.js';
import { hasPrice, priceless } from './options.js';
import { positive, symbolTrade } from './trade.js';
import type { SymbolTrade } from './trade.js';
import { cashIn, cashOut, entriesOf, feeDraft } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

/** A purchase or sale of shares. */
export interface ShareTrade extends SymbolTrade {
  /** Number of shares; positive, fractions are allowed. */
  shares: DecimalString;
  /**
   * Price per share; not negative: 0 for shares that are worthless or given away. Optional if
   * `total` is given.
   */
  price?: DecimalString;
  /**
   * Total price without the fee, as the broker rounded it; positive. Default: shares × price, which
   * must then fit numeric(20,8) exactly.
   */
  total?: DecimalString;
}

export const shareTrade = symbolTrade
  .extend({ shares: positive, price: notNegative.optional(), total: positive.optional() })
  .refine(hasPrice, priceless);

/**
 * Shares bought: `assignment_shares`, − shares × price (or − `total`), and a `fee` entry.
 * @throws InvalidInputError
 */
export function buyShares(trade: ShareTrade): TradeEntry[] {
  const checked = checkInput('trade', shareTrade, trade);
  const { shares, price, total } = checked;
  const template = 'tmplBuyShares';
  const amount = total === undefined ? cashOut(shares, price ?? '0') : cashOut(total);
  const meta = { from: 'direct_purchase', template };
  return entriesOf(checked, [
    { type: 'assignment_shares', qty: shares, strike: price ?? null, amount, meta },
    ...feeDraft(checked.fee, { template }),
  ]);
}

/**
 * Shares sold: `share_sale`, + shares × price (or + `total`), and a `fee` entry.
 * @throws InvalidInputError
 */
export function sellShares(trade: ShareTrade): TradeEntry[] {
  const checked = checkInput('trade', shareTrade, trade);
  const { shares, price, total } = checked;
  const template = 'tmplSellShares';
  const amount = total === undefined ? cashIn(shares, price ?? '0') : cashIn(total);
  const meta = { from: 'direct_sale', template };
  return entriesOf(checked, [
    { type: 'share_sale', qty: shares, strike: price ?? null, amount, meta },
    ...feeDraft(checked.fee, { template }),
  ]);
}
