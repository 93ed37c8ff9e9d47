import type { DecimalString } from '../model/decimal.js';
import { Decimal } from '../model/decimal.js';
import { checkInput } from '../model/input-check.js';
import { decimal } from '../journal/new-entry.js';
import { storableKey } from '../model/storable.js';
import { anyTrade, positive, symbolKey, tradeWithoutAccount } from './trade.js';
import type { Trade } from './trade.js';
import { cashIn, cashOut, entriesOf, idOf, partOf } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

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

export const cashMovement = anyTrade.extend({ amount: positive });
export const symbolCash = cashMovement.extend({ symbol: symbolKey.nullish() });
export const dividendPayment = cashMovement.extend({ symbol: symbolKey });
export const anyCorrection = symbolCash.extend({
  amount: decimal.refine((value) => !new Decimal(value).isZero(), 'must not be 0'),
});
export const accountTransfer = tradeWithoutAccount
  .extend({ fromAccountId: storableKey, toAccountId: storableKey, amount: positive })
  .refine(({ fromAccountId, toAccountId }) => fromAccountId !== toAccountId, {
    path: ['toAccountId'],
    message: 'must be another account',
  });

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
  const checked = checkInput('trade', dividendPayment, trade);
  return entriesOf(checked, [{ type: 'dividend', amount: cashIn(checked.amount) }]);
}

/** Fee that belongs to no trade: one `fee` entry, − amount. @throws InvalidInputError */
export function fee(trade: SymbolCash): TradeEntry[] {
  const checked = checkInput('trade', symbolCash, trade);
  return entriesOf(checked, [{ type: 'fee', amount: cashOut(checked.amount) }]);
}

/**
 * Adjustment to the broker's statement: one `correction` entry with the given amount and sign.
 * @throws InvalidInputError
 */
export function correction(trade: Correction): TradeEntry[] {
  const checked = checkInput('trade', anyCorrection, trade);
  return entriesOf(checked, [{ type: 'correction', amount: cashIn(checked.amount) }]);
}

/** Cash paid into an account: one `transfer` entry, + amount. @throws InvalidInputError */
export function deposit(trade: CashMovement): TradeEntry[] {
  const checked = checkInput('trade', cashMovement, trade);
  return entriesOf(checked, [{ type: 'transfer', amount: cashIn(checked.amount) }]);
}

/** Cash taken out of an account: one `transfer` entry, − amount. @throws InvalidInputError */
export function withdrawal(trade: CashMovement): TradeEntry[] {
  const checked = checkInput('trade', cashMovement, trade);
  return entriesOf(checked, [{ type: 'transfer', amount: cashOut(checked.amount) }]);
}

/**
 * Cash moved between two accounts of the user: a `transfer` entry of − amount in `fromAccountId`
 * and one of + amount in `toAccountId`. `meta.transferredTo` and `meta.transferredFrom` hold each
 * other's id.
 *
 * @throws InvalidInputError
 */
export function transfer(trade: AccountTransfer): TradeEntry[] {
  const checked = checkInput('trade', accountTransfer, trade);
  const { fromAccountId, toAccountId, amount } = checked;
  const id = idOf(checked);
  return entriesOf(
    checked,
    [
      {
        part: 'out',
        accountId: fromAccountId,
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
