import { z } from 'zod';
import { checkInput } from '../model/input-check.js';
import {
  anyLeg,
  isTradedInTime,
  optionDraft,
  optionTrade,
  sharesPerContract,
  tradedTooLate,
} from './options.js';
import type { Leg, LegTrade, OptionContracts, OptionTrade } from './options.js';
import { positive } from './trade.js';
import { cashIn, cashOut, entriesOf, feeDraft } from './trade-entries.js';
import type { EntryDraft, TradeEntry } from './trade-entries.js';

/** Options that are sold to open. */
export interface OptionSale extends OptionTrade {
  /**
   * Also writes the `expiration` entry of no amount, dated on the day of expiration, that the
   * browser application wrote ahead. Not unless asked for: nothing has expired yet.
   */
  scheduleExpiration?: boolean;
}

const optionSale = optionTrade
  .extend({ price: positive, scheduleExpiration: z.boolean('must be true or false').optional() })
  .refine(isTradedInTime, tradedTooLate);
const legTrade = optionTrade.extend({ leg: anyLeg }).refine(isTradedInTime, tradedTooLate);

/**
 * A put sold to open: `sell_to_open` with the premium, + contracts × price × 100, and the fee.
 *
 * @throws InvalidInputError
 */
export function sellPut(trade: OptionSale): TradeEntry[] {
  return sellToOpen(trade, 'put', 'tmplSellPut');
}

/**
 * A call sold to open on shares that are held, which is not checked here: `sell_to_open` with the
 * premium, + contracts × price × 100, and the fee.
 *
 * @throws InvalidInputError
 */
export function sellCoveredCall(trade: OptionSale): TradeEntry[] {
  return sellToOpen(trade, 'call', 'tmplSellCoveredCall');
}

/**
 * A short option bought back: `buy_to_close`, − contracts × price × 100, and the fee.
 * @throws InvalidInputError
 */
export function buyToClose(trade: LegTrade): TradeEntry[] {
  const checked = checkInput('trade', legTrade, trade);
  const meta = { leg: checked.leg, template: 'tmplBuyToClose' };
  return entriesOf(checked, [
    buyToCloseDraft(checked, meta),
    ...feeDraft(checked.fee, { template: meta.template }),
  ]);
}

type Priced = OptionContracts & Pick<OptionTrade, 'price' | 'underlyingPrice'>;

/** The entry of options that are sold to open. */
export function sellToOpenDraft(option: Priced, meta: EntryDraft['meta']): EntryDraft {
  const { contracts, price, underlyingPrice = null } = option;
  const amount = cashIn(contracts, price, sharesPerContract);
  return { ...optionDraft(option), type: 'sell_to_open', amount, underlyingPrice, meta };
}

/** The entry of options that are bought back. */
export function buyToCloseDraft(option: Priced, meta: EntryDraft['meta']): EntryDraft {
  const { contracts, price, underlyingPrice = null } = option;
  const amount = cashOut(contracts, price, sharesPerContract);
  return { ...optionDraft(option), type: 'buy_to_close', amount, underlyingPrice, meta };
}

/** The entry of no amount for the day on which options that are sold now will expire. */
export function scheduledExpirationDraft(option: OptionContracts, leg: Leg): EntryDraft {
  const ts = new Date(option.expiration);
  const meta = { leg, closes: 'sell_to_open' };
  return { ...optionDraft(option), part: 'expiration', type: 'expiration', amount: '0', ts, meta };
}

function sellToOpen(trade: OptionSale, leg: Leg, template: string): TradeEntry[] {
  const checked = checkInput('trade', optionSale, trade);
  return entriesOf(checked, [
    sellToOpenDraft(checked, { leg, template }),
    ...feeDraft(checked.fee, { template }),
    ...(checked.scheduleExpiration === true ? [scheduledExpirationDraft(checked, leg)] : []),
  ]);
}
