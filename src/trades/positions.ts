import type { DecimalString } from '../model/decimal.js';
import { notNegative, positive } from '../journal/new-entry.js';
import { storableDay } from '../model/storable.js';
import { legRule, optionContractsRules, optionDraft, type Leg, type OptionContracts } from './options.js';
import { symbolKey, symbolTradeRules, tradeBetweenAccountsRules, withOtherAccount } from './trade.js';
import type { SymbolTrade } from './trade.js';
import { template, type TradeTemplate } from './template.js';
import { entryWithFee } from './trade-entries.js';

/** The contracts of a transfer. */
export interface TransferredOption extends OptionContracts {
  leg: Leg;
}

/** Shares or options that move between two accounts of the user: give either. */
export interface PositionTransfer extends Omit<SymbolTrade, 'accountId'> {
  fromAccountId: string;
  toAccountId: string;
  /** Number of shares; positive. */
  shares?: DecimalString;
  option?: TransferredOption;
}

/** Shares that were received without cash, such as a gift or a transfer from another broker. */
export interface ReceivedShares extends SymbolTrade {
  /** Number of shares; positive. */
  shares: DecimalString;
  /** Cost basis in total; not negative. */
  cost: DecimalString;
  /** `YYYY-MM-DD`: when the shares had been acquired. Default: the day of `ts`. */
  acquiredOn?: string | null;
}

const transferredOption = optionContractsRules.extend({ leg: legRule });
const positionTransferRules = withOtherAccount(
  tradeBetweenAccountsRules.extend({
    symbol: symbolKey,
    fee: notNegative.optional(),
    shares: positive.optional(),
    option: transferredOption.optional(),
  }),
).refine(({ shares, option }) => (shares === undefined) !== (option === undefined), {
  message: 'must have either `shares` or `option`; use two transfers to move both',
});
const receivedSharesRules = symbolTradeRules
  .extend({ shares: positive, cost: notNegative, acquiredOn: storableDay.nullish() })
  .refine(({ ts, acquiredOn }) => acquiredOn == null || !isLater(acquiredOn, ts), {
    path: ['acquiredOn'],
    message: 'lies after the receipt; correct it, or `ts`',
  });

/**
 * Shares or options moved to another account of the user: one `position_transfer` entry of amount 0
 * in `fromAccountId`, and a `fee` entry there. The lots keep their cost and their dates.
 *
 * ```ts
 * const accounts = { fromAccountId: 'acct-1', toAccountId: 'acct-2' };
 * await journal.append(transferPosition({ ts, ...accounts, symbol: 'F', shares: '100' }));
 * ```
 *
 * @throws InvalidInputError
 */
export const transferPosition: TradeTemplate<PositionTransfer> = template(positionTransferRules, (trade) => {
  const { fromAccountId, toAccountId, shares, option, ...checked } = trade;
  return entryWithFee({ ...checked, accountId: fromAccountId }, 'tmplTransferPosition', {
    ...(option ? { ...optionDraft(option), meta: { leg: option.leg } } : { qty: shares ?? null }),
    ...{ type: 'position_transfer', amount: '0', targetAccountId: toAccountId },
  });
});

/**
 * Shares received without cash: one `shares_received` entry of amount 0, and a `fee` entry.
 *
 * ```ts
 * const gift = { symbol: 'F', shares: '100', cost: '900', acquiredOn: '2020-05-04' } as const;
 * await journal.append(receiveShares({ ts, accountId: 'acct-1', ...gift }));
 * ```
 *
 * @throws InvalidInputError
 */
export const receiveShares: TradeTemplate<ReceivedShares> = template(receivedSharesRules, (checked) => {
  const { shares, cost, acquiredOn = null } = checked;
  return entryWithFee(checked, 'tmplReceiveShares', {
    type: 'shares_received',
    qty: shares,
    cost,
    acquiredOn,
    amount: '0',
  });
});

const hours = 3_600_000;

/**
 * True if a day begins after an instant in every time zone. The earliest start of a day is 14 hours
 * before its midnight in UTC (UTC+14).
 */
function isLater(day: string, ts: Date): boolean {
  return Date.parse(day) - 14 * hours > ts.getTime();
}
