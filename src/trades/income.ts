import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import { checkInput } from '../model/input-check.js';
import type { EntryType } from '../model/entry-type.js';
import { anyCorrection, cashMovement, symbolCash } from './cash.js';
import type { Correction, SymbolCash } from './cash.js';
import { symbolKey } from './trade.js';
import { cashIn, cashOut, entriesOf } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

/** A payment in lieu of a dividend. */
export interface PaymentInLieu extends Correction {
  symbol: string;
}

/** Tax that the broker withheld, or refunded. */
export interface TaxWithheld extends SymbolCash {
  /** True if the amount was refunded. */
  isRefund?: boolean;
}

export const inLieu = anyCorrection.extend({ symbol: symbolKey });
export const tax = cashMovement.extend({
  symbol: symbolKey.nullish(),
  isRefund: z.boolean('must be true or false').optional(),
});

/**
 * Interest: one `interest` entry with the given amount, + received, − paid.
 *
 * ```ts
 * await journal.append(interest({ ts, accountId: 'acct-1', amount: '-12.5' })); // on margin
 * ```
 *
 * @throws InvalidInputError
 */
export function interest(trade: Correction): TradeEntry[] {
  const checked = checkInput('trade', anyCorrection, trade);
  return entriesOf(checked, [{ type: 'interest', amount: cashIn(checked.amount) }]);
}

/**
 * Payment in lieu of a dividend: one `dividend_in_lieu` entry with the given amount: + received for
 * shares that were lent, − paid for shares sold short.
 *
 * ```ts
 * await journal.append(paymentInLieu({ ts, accountId: 'acct-1', symbol: 'F', amount: '-15' }));
 * ```
 *
 * @throws InvalidInputError
 */
export function paymentInLieu(trade: PaymentInLieu): TradeEntry[] {
  const checked = checkInput('trade', inLieu, trade);
  return entriesOf(checked, [{ type: 'dividend_in_lieu', amount: cashIn(checked.amount) }]);
}

/**
 * Income of lent shares: one `securities_lending` entry, + amount.
 *
 * ```ts
 * await journal.append(securitiesLending({ ts, accountId: 'acct-1', symbol: 'F', amount: '1.2' }));
 * ```
 *
 * @throws InvalidInputError
 */
export function securitiesLending(trade: SymbolCash): TradeEntry[] {
  return received(trade, 'securities_lending');
}

/**
 * Tax withheld from a dividend or from interest: one `withheld_tax` entry, − amount; + amount for a
 * refund.
 *
 * ```ts
 * await journal.append(withheldTax({ ts, accountId: 'acct-1', symbol: 'TSM', amount: '2.1' }));
 * ```
 *
 * @throws InvalidInputError
 */
export function withheldTax(trade: TaxWithheld): TradeEntry[] {
  const checked = checkInput('trade', tax, trade);
  const amount: DecimalString = checked.isRefund === true ? cashIn(checked.amount) : cashOut(checked.amount);
  return entriesOf(checked, [{ type: 'withheld_tax', amount }]);
}

/**
 * Rebate of an exchange or a broker: one `rebate` entry, + amount.
 *
 * ```ts
 * await journal.append(rebate({ ts, accountId: 'acct-1', amount: '0.35' }));
 * ```
 *
 * @throws InvalidInputError
 */
export function rebate(trade: SymbolCash): TradeEntry[] {
  return received(trade, 'rebate');
}

function received(trade: SymbolCash, type: EntryType): TradeEntry[] {
  const checked = checkInput('trade', symbolCash, trade);
  return entriesOf(checked, [{ type, amount: cashIn(checked.amount) }]);
}
