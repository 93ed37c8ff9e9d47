import { z } from 'zod';
import { isZero, type DecimalString } from '../model/decimal.js';
import { decimal, notNegative, storableMeta } from '../journal/new-entry.js';
import { blanksReason, hasBlanks } from '../journal/type-rules.js';
import { storableDay, storableInstant, storableKey, storableText } from '../model/storable.js';

/**
 * Members of every trade. Amounts, prices and quantities are decimal strings. The template sets the
 * sign of each entry's amount; a number has a sign only where its description says so.
 */
export interface Trade {
  /**
   * The client's id of the trade, at most 180 characters; a UUIDv7 by default. The ids of the
   * entries derive from it (`put-1`, `put-1:fee`), so that a repeated append stores nothing twice.
   */
  id?: string;
  /** The instant of the trade. */
  ts: Date;
  /** `YYYY-MM-DD`: the calendar day of a trade whose time of day is unknown. */
  day?: string | null;
  accountId: string;
  /** Stored with each entry of the trade. */
  notes?: string | null;
  /** Stored with each entry of the trade. Keys that the template sets take precedence. */
  meta?: Record<string, unknown>;
}

/** A trade of a symbol. */
export interface SymbolTrade extends Trade {
  symbol: string;
  /** Fee of the trade in total; not negative. Becomes a `fee` entry of − fee, unless it is 0. */
  fee?: DecimalString;
}

/** Leaves room for the suffixes that templates append to a trade's id. */
const maxIdLength = 180;

/** `append` refuses blanks around a symbol, too. */
export const symbolKey = storableKey.refine((symbol) => !hasBlanks(symbol), blanksReason);

/** A decimal that is not 0; it may be negative. */
export const notZero = decimal.refine((value) => !isZero(value), 'must not be 0');

/** A trade without `accountId`: a transfer has two accounts. */
const tradeWithoutAccountRules = z.strictObject({
  id: storableKey
    .refine((id) => [...id].length <= maxIdLength, `must have at most ${maxIdLength} characters`)
    .optional(),
  ts: storableInstant,
  day: storableDay.nullish(),
  notes: storableText.nullish(),
  meta: storableMeta.optional(),
});

export const tradeRules = tradeWithoutAccountRules.extend({ accountId: storableKey });

export const symbolTradeRules = tradeRules.extend({ symbol: symbolKey, fee: notNegative.optional() });

export const tradeBetweenAccountsRules = tradeWithoutAccountRules.extend({
  fromAccountId: storableKey,
  toAccountId: storableKey,
});

/** Adds the rule that the two accounts differ. */
export function withOtherAccount<T extends typeof tradeBetweenAccountsRules>(schema: T): T {
  return schema.refine(({ fromAccountId, toAccountId }) => fromAccountId !== toAccountId, {
    path: ['toAccountId'],
    message: 'must be another account',
  });
}
