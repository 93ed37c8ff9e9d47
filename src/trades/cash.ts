import type { DecimalString } from '../model/decimal.js';
import { Decimal } from '../model/decimal.js';
import { checkInput } from '../model/input-check.js';
import { decimal } from '../journal/new-entry.js';
import { storableKey } from '../model/storable.js';
import { anyTrade, placelessTrade, positive } from './trade.js';
import type { Trade } from './trade.js';
import { cashIn, cashOut, entriesOf, idOf, partOf } from './trade-entries.js';
import type { TradeEntry } from './trade-entries.js';

/** Money that came or went. */
export interface CashMovement extends Trade {
  /** More than 0. */
  amount: DecimalString;
}

/** Money that may concern a symbol. */
export interface SymbolCash extends CashMovement {
  symbol?: string | null;
}

/** A dividend of a share. */
export interface DividendPayment extends CashMovement {
  symbol: string;
}

/** What makes the journal agree with the broker; it alone has a sign. */
export interface Correction extends Trade {
  symbol?: string | null;
  /** + in, − out; not 0. */
  amount: DecimalString;
}

/** Money that moved from one account to another. */
export interface AccountTransfer extends Omit<Trade, 'accountId'> {
  fromAccountId: string;
  toAccountId: string;
  /** More than 0. */
  amount: DecimalString;
}

const cashMovement = anyTrade.extend({ amount: positive });
const symbolCash = cashMovement.extend({ symbol: storableKey.nullish() });
const dividendPayment = cashMovement.extend({ symbol: storableKey });
const anyCorrection = symbolCash.extend({
  amount: decimal.refine((value) => !new Decimal(value).isZero(), 'must not be 0'),
});
const accountTransfer = placelessTrade
  .extend({ fromAccountId: storableKey, toAccountId: storableKey, amount: positive })
  .refine(({ fromAccountId, toAccountId }) => fromAccountId !== toAccountId, {
    path: ['toAccountId'],
    message: 'must be another account',
  });

/** A dividend received: `dividend`, + amount. @throws InvalidInputError */
export function dividend(trade: DividendPayment): TradeEntry[] {
  const checked = checkInput('trade', dividendPayment, trade);
  return entriesOf(checked, [{ type: 'dividend', amount: cashIn(checked.amount) }]);
}

/** A fee that belongs to no trade: `fee`, − amount. @throws InvalidInputError */
export function fee(trade: SymbolCash): TradeEntry[] {
  const checked = checkInput('trade', symbolCash, trade);
  return entriesOf(checked, [{ type: 'fee', amount: cashOut(checked.amount) }]);
}

/**
 * An adjustment to what the broker says: `correction`, of the sign that is given.
 * @throws InvalidInputError
 */
export function correction(trade: Correction): TradeEntry[] {
  const checked = checkInput('trade', anyCorrection, trade);
  return entriesOf(checked, [{ type: 'correction', amount: cashIn(checked.amount) }]);
}

/** Money paid into an account: `transfer`, + amount. @throws InvalidInputError */
export function deposit(trade: CashMovement): TradeEntry[] {
  const checked = checkInput('trade', cashMovement, trade);
  return entriesOf(checked, [{ type: 'transfer', amount: cashIn(checked.amount) }]);
}

/** Money taken out of an account: `transfer`, − amount. @throws InvalidInputError */
export function withdrawal(trade: CashMovement): TradeEntry[] {
  const checked = checkInput('trade', cashMovement, trade);
  return entriesOf(checked, [{ type: 'transfer', amount: cashOut(checked.amount) }]);
}

/**
 * Money moved between two accounts of the user: a `transfer` out of one, − amount, and into the
 * other, + amount, each of which names the other one in `meta` (`transferredTo`,
 * `transferredFrom`).
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
