import { z } from 'zod';
import { Decimal } from '../model/decimal.js';
import type { DecimalString } from '../model/decimal.js';
import { decimal, notNegative, storableMeta } from '../journal/new-entry.js';
import { storableInstant, storableKey, storableText } from '../model/storable.js';

/**
 * What every trade says. Decimals are exact strings, and never negative: the template knows the
 * sign of the amount.
 */
export interface Trade {
  /**
   * The client's own id of the trade, of 180 characters at most, which makes a repeated append
   * harmless: the ids of its entries are made of it (`put-1`, `put-1:fee`). A UUIDv7 unless given.
   */
  id?: string;
  /** When it was made. */
  ts: Date;
  accountId: string;
  /** Kept with each of its entries. */
  notes?: string | null;
  /** Kept with each of its entries, beside what the template itself writes there, which wins. */
  meta?: Record<string, unknown>;
}

/** A trade in something that has a symbol. */
export interface SymbolTrade extends Trade {
  symbol: string;
  /** What the broker took for it, in all; it becomes an entry of its own, unless it is 0. */
  fee?: DecimalString;
}

/** Room for the parts that a template puts behind a trade's id. */
const longestId = 180;

/** More than 0. */
export const positive = decimal.refine((value) => new Decimal(value).greaterThan(0), 'must be more than 0');

/** The rules of what every trade says but the account, which one between two accounts has twice. */
export const placelessTrade = z.strictObject({
  id: storableKey
    .refine((id) => [...id].length <= longestId, `must have at most ${longestId} characters`)
    .optional(),
  ts: storableInstant,
  notes: storableText.nullish(),
  meta: storableMeta.optional(),
});

/** The rules of what every trade says. */
export const anyTrade = placelessTrade.extend({ accountId: storableKey });

/** The rules of a trade in something that has a symbol. */
export const symbolTrade = anyTrade.extend({ symbol: storableKey, fee: notNegative.optional() });
