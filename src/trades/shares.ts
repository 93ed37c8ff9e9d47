import type { DecimalString } from '../model/decimal.js';
import { notNegative, positive } from '../journal/new-entry.js';
import { withPrice } from './options.js';
import { template, type TradeTemplate } from './template.js';
import { symbolTradeRules, type SymbolTrade } from './trade.js';
import { cashIn, cashOut, entryWithFee } from './trade-entries.js';

/** A purchase or sale of shares. */
export interface ShareTrade extends SymbolTrade {
  /** Number of shares; positive, fractions are allowed. */
  shares: DecimalString;
  /**
   * Price per share; not negative: 0 for worthless shares. Shares that are given away are no sale:
   * use `transferPosition`. Optional if `total` is given.
   */
  price?: DecimalString;
  /**
   * Total price without the fee, as the broker rounded it; positive. Default: shares × price, which
   * must then fit numeric(20,8) exactly.
   */
  total?: DecimalString;
}

const shareTradeRules = withPrice(
  symbolTradeRules.extend({ shares: positive, price: notNegative.optional(), total: positive.optional() }),
);

/**
 * Shares bought: `assignment_shares`, − shares × price (or − `total`), and a `fee` entry.
 * @throws InvalidInputError
 */
export const buyShares = shareTemplate('assignment_shares', 'direct_purchase', 'tmplBuyShares');

/**
 * Shares sold: `share_sale`, + shares × price (or + `total`), and a `fee` entry.
 * @throws InvalidInputError
 */
export const sellShares = shareTemplate('share_sale', 'direct_sale', 'tmplSellShares');

function shareTemplate(
  type: 'assignment_shares' | 'share_sale',
  from: string,
  name: string,
): TradeTemplate<ShareTrade> {
  return template(shareTradeRules, (trade) => {
    const { shares, price, total } = trade;
    const factors = total === undefined ? [shares, price ?? '0'] : [total];
    const amount = type === 'share_sale' ? cashIn(...factors) : cashOut(...factors);
    return entryWithFee(trade, name, { type, qty: shares, strike: price ?? null, amount, meta: { from } });
  });
}
