import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import type { EntryType } from '../model/entry-type.js';
import { checkInput } from '../model/input-check.js';
import {
  notZero,
  positive,
  symbolKey,
  tradeBetweenAccountsRules,
  tradeRules,
  withOtherAccount,
} from './trade.js';
import type { Trade } from './trade.js';
import { cashIn, cashOut, entriesOf, idOf, partOf, type TradeEntry } from './trade-entries.js';

/** Cash paid in or out. The template adds the sign. */
export interface CashMovement extends Trade {
  /** Positive, in the currency of the account. */
  amount: DecimalString;
}

/** A cash movement with an optional symbol. */
export interface SymbolCash extends CashMovement {
  symbol?: string | null;
}

/** A dividend of a share. */
export interface DividendPayment extends CashMovement {
  symbol: string;
}

/** Cash with a sign: an adjustment to the broker's statement, or interest. */
export interface Correction extends Trade {
  symbol?: string | null;
  /** + in, − out; not 0. */
  amount: DecimalString;
}

/** Cash moved between two accounts of the user. */
export interface AccountTransfer extends Omit<Trade, 'accountId'> {
  fromAccountId: string;
  toAccountId: string;
  /** Positive. */
  amount: DecimalString;
}

/** A payment in lieu of a dividend. */
export interface PaymentInLieu extends Correction {
  symbol: string;
}

/** Tax that the broker withheld, or refunded. */
export interface TaxWithheld extends SymbolCash {
  /** True if the amount was refunded. */
  isRefund?: boolean;
}

export const cashMovementRules = tradeRules.extend({ amount: positive });
export const symbolCashRules = cashMovementRules.extend({ symbol: symbolKey.nullish() });
export const dividendPaymentRules = cashMovementRules.extend({ symbol: symbolKey });
export const correctionRules = symbolCashRules.extend({ amount: notZero });
export const paymentInLieuRules = correctionRules.extend({ symbol: symbolKey });
export const taxWithheldRules = symbolCashRules.extend({
  isRefund: z.boolean('must be true or false').optional(),
});
export const accountTransferRules = withOtherAccount(tradeBetweenAccountsRules.extend({ amount: positive }));

/**
 * Dividend received: one `dividend` entry, + amount.
 *
 * ```ts
 * await journal.append(dividend({ ts, accountId: 'acct-1', symbol: 'F', amount: '15' }));
 * ```
 *
 * @throws InvalidInputError
 */
export function dividend(trade: DividendPayment): TradeEntry[] {
  return cashEntry('dividend', dividendPaymentRules, trade, received);
}

/** Fee that belongs to no trade: one `fee` entry, − amount. @throws InvalidInputError */
export function fee(trade: SymbolCash): TradeEntry[] {
  return cashEntry('fee', symbolCashRules, trade, paid);
}

/**
 * Adjustment to the broker's statement: one `correction` entry with the given amount and sign.
 * @throws InvalidInputError
 */
export function correction(trade: Correction): TradeEntry[] {
  return cashEntry('correction', correctionRules, trade, received);
}

/** Cash paid into an account: one `transfer` entry, + amount. @throws InvalidInputError */
export function deposit(trade: CashMovement): TradeEntry[] {
  return cashEntry('transfer', cashMovementRules, trade, received);
}

/** Cash taken out of an account: one `transfer` entry, − amount. @throws InvalidInputError */
export function withdrawal(trade: CashMovement): TradeEntry[] {
  return cashEntry('transfer', cashMovementRules, trade, paid);
}

const received = ({ amount }: CashMovement) => cashIn(amount);
const paid = ({ amount }: CashMovement) => cashOut(amount);

function cashEntry<T extends CashMovement & { symbol?: string | null }>(
  type: EntryType,
  rules: z.ZodType<T>,
  trade: unknown,
  amountOf: (trade: T) => DecimalString,
): TradeEntry[] {
  const checked = checkInput('trade', rules, trade);
  return entriesOf(checked, [{ type, amount: amountOf(checked) }]);
}

/**
 * Cash moved between two accounts of the user: a `transfer` entry of − amount in `fromAccountId`
 * and one of + amount in `toAccountId`. `meta.transferredTo` and `meta.transferredFrom` hold each
 * other's id.
 *
 * @throws InvalidInputError
 */
export function transfer(trade: AccountTransfer): TradeEntry[] {
  const checked = checkInput('trade', accountTransferRules, trade);
  const { fromAccountId, toAccountId, amount } = checked;
  const id = idOf(checked);
  return entriesOf(
    { ...checked, accountId: fromAccountId },
    [
      {
        part: 'out',
        type: 'transfer',
        amount: cashOut(amount),
        meta: { transferredTo: partOf(id, 'in') },
      },
      {
        part: 'in',
        accountId: toAccountId,
        type: 'transfer',
        amount: cashIn(amount),
        meta: { transferredFrom: partOf(id, 'out') },
      },
    ],
    id,
  );
}

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
  return cashEntry('interest', correctionRules, trade, received);
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
  return cashEntry('dividend_in_lieu', paymentInLieuRules, trade, received);
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
  return cashEntry('securities_lending', symbolCashRules, trade, received);
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
  return cashEntry('withheld_tax', taxWithheldRules, trade, (tax) =>
    tax.isRefund === true ? received(tax) : paid(tax),
  );
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
  return cashEntry('rebate', symbolCashRules, trade, received);
}
