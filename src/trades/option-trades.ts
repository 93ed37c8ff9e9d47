import { z } from 'zod';
import { checkInput } from '../model/input-check.js';
import {
  legRule,
  expirationDraft,
  isBeforeExpiry,
  optionTradeRules,
  optionTradeDraft,
  tradedTooLateProblem,
  withPrice,
} from './options.js';
import type { Leg, LegTrade, OptionContracts, OptionTrade } from './options.js';
import { positive } from './trade.js';
import { entriesOf, entryWithFee, feeDraft, type EntryDraft, type TradeEntry } from './trade-entries.js';

/** A sale of options to open a short position. */
export interface OptionSale extends OptionTrade {
  /**
   * Also writes an `expiration` entry of amount 0 with `ts` on the expiration day, as the browser
   * application did. Default false: nothing has expired yet, and read models do not need the entry.
   */
  scheduleExpiration?: boolean;
}

export const positivePrice = { price: positive.optional(), total: positive.optional() };
const timelyTradeRules = optionTradeRules.refine(isBeforeExpiry, tradedTooLateProblem);
export const optionSaleRules = withPrice(
  timelyTradeRules.safeExtend({
    ...positivePrice,
    scheduleExpiration: z.boolean('must be true or false').optional(),
  }),
);
export const openingTradeRules = withPrice(timelyTradeRules.safeExtend({ leg: legRule, ...positivePrice }));
export const closingTradeRules = withPrice(timelyTradeRules.safeExtend({ leg: legRule }));

/**
 * Put sold to open: `sell_to_open`, + contracts × price × multiplier, and a `fee` entry.
 *
 * ```ts
 * const entries = sellPut({
 *   ...{ id: 'put-1', ts: new Date(), accountId: 'acct-1', symbol: 'AAPL' },
 *   ...{ contracts: '2', strike: '180', expiration: '2026-01-16', price: '2.6', fee: '1.3' },
 * });
 * await journal.append(entries); // put-1: +520, put-1:fee: −1.3
 * ```
 *
 * @throws InvalidInputError
 */
export function sellPut(trade: OptionSale): TradeEntry[] {
  return sellToOpen(trade, 'put', 'tmplSellPut');
}

/**
 * Covered call sold to open: `sell_to_open`, + contracts × price × multiplier, and a `fee` entry.
 * Does not check that the shares are held: see `ShareLot.coveredCallCapacity`.
 *
 * @throws InvalidInputError
 */
export function sellCoveredCall(trade: OptionSale): TradeEntry[] {
  return sellToOpen(trade, 'call', 'tmplSellCoveredCall');
}

/**
 * Short option bought back: `buy_to_close`, − contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export function buyToClose(trade: LegTrade): TradeEntry[] {
  return tradeLeg('buy_to_close', closingTradeRules, trade, 'tmplBuyToClose');
}

/**
 * Option bought to open (long): `buy_to_open`, − contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export function buyToOpen(trade: LegTrade): TradeEntry[] {
  return tradeLeg('buy_to_open', openingTradeRules, trade, 'tmplBuyToOpen');
}

/**
 * Long option sold: `sell_to_close`, + contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export function sellToClose(trade: LegTrade): TradeEntry[] {
  return tradeLeg('sell_to_close', closingTradeRules, trade, 'tmplSellToClose');
}

function tradeLeg(
  type: 'buy_to_close' | 'buy_to_open' | 'sell_to_close',
  rules: typeof closingTradeRules,
  trade: LegTrade,
  template: string,
): TradeEntry[] {
  const checked = checkInput('trade', rules, trade);
  return entryWithFee(checked, template, optionTradeDraft(type, checked, { leg: checked.leg }));
}

function sellToOpen(trade: OptionSale, leg: Leg, template: string): TradeEntry[] {
  const checked = checkInput('trade', optionSaleRules, trade);
  return entriesOf(checked, [
    optionTradeDraft('sell_to_open', checked, { leg, template }),
    ...feeDraft(checked.fee, { template }),
    ...(checked.scheduleExpiration === true ? [scheduledExpirationDraft(checked, leg)] : []),
  ]);
}

/** The `expiration` entry of `OptionSale.scheduleExpiration`. */
export function scheduledExpirationDraft(option: OptionContracts, leg: Leg): EntryDraft {
  const { expiration: day } = option;
  const draft = expirationDraft(option, { leg, closes: 'sell_to_open' });
  return { ...draft, part: 'expiration', ts: new Date(day), day };
}
