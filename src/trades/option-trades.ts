import { flag } from '../journal/new-entry.js';
import {
  legRule,
  isBeforeExpiry,
  optionTradeRules,
  optionTradeDraft,
  positivePrice,
  scheduledExpiration,
  tradedTooLateProblem,
  withPrice,
} from './options.js';
import type { Leg, LegTrade, OptionTrade } from './options.js';
import { template, type TradeTemplate } from './template.js';
import { entriesOf, entryWithFee, feeDraft } from './trade-entries.js';

/** A sale of options to open a short position. */
export interface OptionSale extends OptionTrade {
  /**
   * Also writes an `expiration` entry of amount 0 with `ts` on the expiration day, as the browser
   * application did. Default false: nothing has expired yet, and read models do not need the entry.
   */
  scheduleExpiration?: boolean;
}

const timelyTradeRules = optionTradeRules.refine(isBeforeExpiry, tradedTooLateProblem);
const optionSaleRules = withPrice(
  timelyTradeRules.safeExtend({
    ...positivePrice,
    scheduleExpiration: flag.optional(),
  }),
);
const openingTradeRules = withPrice(timelyTradeRules.safeExtend({ leg: legRule, ...positivePrice }));
const closingTradeRules = withPrice(timelyTradeRules.safeExtend({ leg: legRule }));

/**
 * Put sold to open: `sell_to_open`, + contracts × price × multiplier, and a `fee` entry.
 *
 * ```ts
 * const entries = sellPut({
 *   ...{ id: 'put-1', ts: new Date('2026-01-05T15:30:00Z'), accountId: 'acct-1', symbol: 'AAPL' },
 *   ...{ contracts: '2', strike: '180', expiration: '2026-01-16', price: '2.6', fee: '1.3' },
 * });
 * await journal.append(entries); // put-1: +520, put-1:fee: −1.3
 * ```
 *
 * @throws InvalidInputError
 */
export const sellPut = saleTemplate('put', 'tmplSellPut');

/**
 * Covered call sold to open: `sell_to_open`, + contracts × price × multiplier, and a `fee` entry.
 * Does not check that the shares are held: see `ShareLot.coveredCallCapacity`.
 *
 * @throws InvalidInputError
 */
export const sellCoveredCall = saleTemplate('call', 'tmplSellCoveredCall');

/**
 * Short option bought back: `buy_to_close`, − contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export const buyToClose = legTemplate('buy_to_close', closingTradeRules, 'tmplBuyToClose');

/**
 * Option bought to open (long): `buy_to_open`, − contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export const buyToOpen = legTemplate('buy_to_open', openingTradeRules, 'tmplBuyToOpen');

/**
 * Long option sold: `sell_to_close`, + contracts × price × multiplier, and a `fee` entry.
 * @throws InvalidInputError
 */
export const sellToClose = legTemplate('sell_to_close', closingTradeRules, 'tmplSellToClose');

function legTemplate(
  type: 'buy_to_close' | 'buy_to_open' | 'sell_to_close',
  rules: typeof closingTradeRules,
  name: string,
): TradeTemplate<LegTrade> {
  return template(rules, (trade) =>
    entryWithFee(trade, name, optionTradeDraft(type, trade, { leg: trade.leg })),
  );
}

function saleTemplate(leg: Leg, name: string): TradeTemplate<OptionSale> {
  return template(optionSaleRules, (trade) =>
    entriesOf(trade, [
      optionTradeDraft('sell_to_open', trade, { leg, template: name }),
      ...feeDraft(trade.fee, { template: name }),
      ...scheduledExpiration(trade, leg, trade.scheduleExpiration),
    ]),
  );
}
