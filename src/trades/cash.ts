import type { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import type { EntryType } from '../model/entry-type.js';
import { flag, positive } from '../journal/new-entry.js';
import { template, type TradeTemplate } from './template.js';
import { notZero, symbolKey, tradeBetweenAccountsRules, tradeRules, withOtherAccount } from './trade.js';
import type { Trade } from './trade.js';
import { cashIn, cashOut, entriesOf, idOf, partOf, type EntryDraft } from './trade-entries.js';

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

const cashMovementRules = tradeRules.extend({ amount: positive });
const symbolCashRules = cashMovementRules.extend({ symbol: symbolKey.nullish() });
const dividendPaymentRules = cashMovementRules.extend({ symbol: symbolKey });
const correctionRules = symbolCashRules.extend({ amount: notZero });
const paymentInLieuRules = correctionRules.extend({ symbol: symbolKey });
const taxWithheldRules = symbolCashRules.extend({ isRefund: flag.optional() });
const accountTransferRules = withOtherAccount(tradeBetweenAccountsRules.extend({ amount: positive }));

const received = ({ amount }: CashMovement) => cashIn(amount);
const paid = ({ amount }: CashMovement) => cashOut(amount);

function cashTemplate<T extends SymbolCash>(
  type: EntryType,
  rules: z.ZodType<T>,
  amountOf: (trade: T) => DecimalString,
): TradeTemplate<unknown> {
  return template(rules, (trade) => entriesOf(trade, [{ type, amount: amountOf(trade) }]));
}

/**
 * Dividend received: one `dividend` entry, + amount.
 *
 * ```ts
 * await journal.append(dividend({ ts, accountId: 'acct-1', symbol: 'F', amount: '15' }));
 * ```
 *
 * @throws InvalidInputError
 */
export const dividend: TradeTemplate<DividendPayment> = cashTemplate(
  'dividend',
  dividendPaymentRules,
  received,
);

/** Fee that belongs to no trade: one `fee` entry, − amount. @throws InvalidInputError */
export const fee: TradeTemplate<SymbolCash> = cashTemplate('fee', symbolCashRules, paid);

/**
 * Adjustment to the broker's statement: one `correction` entry with the given amount and sign.
 * @throws InvalidInputError
 */
export const correction: TradeTemplate<Correction> = cashTemplate('correction', correctionRules, received);

/** Cash paid into an account: one `transfer` entry, + amount. @throws InvalidInputError */
export const deposit: TradeTemplate<CashMovement> = cashTemplate('transfer', cashMovementRules, received);

/** Cash taken out of an account: one `transfer` entry, − amount. @throws InvalidInputError */
export const withdrawal: TradeTemplate<CashMovement> = cashTemplate('transfer', cashMovementRules, paid);

/**
 * Cash moved between two accounts of the user: a `transfer` entry of − amount in `fromAccountId`
 * and one of + amount in `toAccountId`. `meta.transferredTo` and `meta.transferredFrom` hold each
 * other's id.
 *
 * @throws InvalidInputError
 */
export const transfer: TradeTemplate<AccountTransfer> = template(accountTransferRules, (checked) => {
  const { fromAccountId, toAccountId, amount } = checked;
  const id = idOf(checked);
  const [outId, inId] = [partOf(id, 'out'), partOf(id, 'in')];
  const type = 'transfer';
  const drafts: EntryDraft[] = [
    { part: 'out', type, amount: cashOut(amount), meta: { transferredTo: inId } },
    { part: 'in', type, amount: cashIn(amount), meta: { transferredFrom: outId }, accountId: toAccountId },
  ];
  return entriesOf({ ...checked, accountId: fromAccountId }, drafts, id);
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
export const interest: TradeTemplate<Correction> = cashTemplate('interest', correctionRules, received);

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
export const paymentInLieu: TradeTemplate<PaymentInLieu> = cashTemplate(
  'dividend_in_lieu',
  paymentInLieuRules,
  received,
);

/**
 * Income of lent shares: one `securities_lending` entry, + amount.
 *
 * ```ts
 * await journal.append(securitiesLending({ ts, accountId: 'acct-1', symbol: 'F', amount: '1.2' }));
 * ```
 *
 * @throws InvalidInputError
 */
export const securitiesLending: TradeTemplate<SymbolCash> = cashTemplate(
  'securities_lending',
  symbolCashRules,
  received,
);

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
export const withheldTax: TradeTemplate<TaxWithheld> = cashTemplate(
  'withheld_tax',
  taxWithheldRules,
  (tax) => (tax.isRefund === true ? received(tax) : paid(tax)),
);

/**
 * Rebate of an exchange or a broker: one `rebate` entry, + amount.
 *
 * ```ts
 * await journal.append(rebate({ ts, accountId: 'acct-1', amount: '0.35' }));
 * ```
 *
 * @throws InvalidInputError
 */
export const rebate: TradeTemplate<SymbolCash> = cashTemplate('rebate', symbolCashRules, received);
