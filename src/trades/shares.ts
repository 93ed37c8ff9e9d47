import type { DecimalString } from '../model/decimal.js';
import { checkInput } from '../model/input-check.js';
import { positive, symbolTrade } from './trade.js';
import type { SymbolTrade } from './trade.js';
import { cashIn, cashOut, entriesOf, feeDraft } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

/** Shares that were bought or sold. */
export interface ShareTrade extends SymbolTrade {
  /** How many, fractions included. */
  shares: DecimalString;
  /** Price per share. */
  price: DecimalString;
  /**
   * What was paid or received for the shares in all, without the fee: shares × price unless given,
   * as brokers round it.
   */
  total?: DecimalString;
}

const shareTrade = symbolTrade.extend({ shares: positive, price: positive, total: positive.optional() });

/** Shares bought: `assignment_shares`, − shares × price, and the fee. @throws InvalidInputError */
export function buyShares(trade: ShareTrade): TradeEntry[] {
  const checked = checkInput('trade', shareTrade, trade);
  const { shares, price, total } = checked;
  const template = 'tmplBuyShares';
  const amount = total === undefined ? cashOut(shares, price) : cashOut(total);
  const meta = { from: 'direct_purchase', template };
  return entriesOf(checked, [
    { type: 'assignment_shares', qty: shares, strike: price, amount, meta },
    ...feeDraft(checked.fee, { template }),
  ]);
}

/** Shares sold: `share_sale`, + shares × price, and the fee. @throws InvalidInputError */
export function sellShares(trade: ShareTrade): TradeEntry[] {
  const checked = checkInput('trade', shareTrade, trade);
  const { shares, price, total } = checked;
  const template = 'tmplSellShares';
  const amount = total === undefined ? cashIn(shares, price) : cashIn(total);
  const meta = { from: 'direct_sale', template };
  return entriesOf(checked, [
    { type: 'share_sale', qty: shares, strike: price, amount, meta },
    ...feeDraft(checked.fee, { template }),
  ]);
}
