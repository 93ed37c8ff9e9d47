import { checkInput } from '../model/input-check.js';
import {
  anyLeg,
  hasPrice,
  isBeforeExpiry,
  optionDraft,
  optionTrade,
  premiumOf,
  priceless,
  tradedTooLate,
} from './options.js';
import type { LegTrade } from './options.js';
import { positive } from './trade.js';
import { cashIn, cashOut, entriesOf, feeDraft } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

export const closing = optionTrade
  .extend({ leg: anyLeg })
  .refine(isBeforeExpiry, tradedTooLate)
  .refine(hasPrice, priceless);
export const opening = optionTrade
  .extend({ leg: anyLeg, price: positive.optional(), total: positive.optional() })
  .refine(isBeforeExpiry, tradedTooLate)
  .refine(hasPrice, priceless);

/**
 * Option bought to open (long): `buy_to_open`, − contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export function buyToOpen(trade: LegTrade): TradeEntry[] {
  const checked = checkInput('trade', opening, trade);
  const { leg, underlyingPrice = null } = checked;
  const template = 'tmplBuyToOpen';
  const amount = cashOut(...premiumOf(checked));
  const meta = { leg, template };
  return entriesOf(checked, [
    { ...optionDraft(checked), type: 'buy_to_open', amount, underlyingPrice, meta },
    ...feeDraft(checked.fee, { template }),
  ]);
}

/**
 * Long option sold: `sell_to_close`, + contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export function sellToClose(trade: LegTrade): TradeEntry[] {
  const checked = checkInput('trade', closing, trade);
  const { leg, underlyingPrice = null } = checked;
  const template = 'tmplSellToClose';
  const amount = cashIn(...premiumOf(checked));
  const meta = { leg, template };
  return entriesOf(checked, [
    { ...optionDraft(checked), type: 'sell_to_close', amount, underlyingPrice, meta },
    ...feeDraft(checked.fee, { template }),
  ]);
}
