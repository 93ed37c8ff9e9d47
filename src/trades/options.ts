import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import { decimal, notNegative } from '../journal/new-entry.js';
import { storableDay } from '../model/storable.js';
import { positive, symbolTrade } from './trade.js';
import type { SymbolTrade } from './trade.js';
import type { EntryDraft } from './trade-entries.js';

/** Put or call: `meta.leg` of an option's entries. */
export const legs = ['put', 'call'] as const;
export type Leg = (typeof legs)[number];

export const sharesPerContract = '100';

/** A number of contracts of one option. */
export interface OptionContracts {
  /** A positive whole number, such as `'2'`. */
  contracts: DecimalString;
  /** Per share; positive. */
  strike: DecimalString;
  /** `YYYY-MM-DD`. */
  expiration: string;
}

/** A purchase or sale of options. */
export interface OptionTrade extends SymbolTrade, OptionContracts {
  /** Premium per share, as quoted: a contract costs price × 100. Positive; 0 only for closing. */
  price: DecimalString;
  /** Price of the underlying share at the time of the trade; not negative. */
  underlyingPrice?: DecimalString | null;
}

/** An option trade of either leg. */
export interface LegTrade extends OptionTrade {
  leg: Leg;
}

const contracts = decimal.refine(
  (value) => /^0*[1-9]\d*(\.0+)?$/.test(value),
  'must be a whole number, 1 or more',
);

export const optionContracts = z.strictObject({ contracts, strike: positive, expiration: storableDay });

export const anyLeg = z.enum(legs, `must be one of ${legs.join(', ')}`);

export const optionTrade = symbolTrade.extend({
  ...optionContracts.shape,
  price: notNegative,
  underlyingPrice: notNegative.nullish(),
});

const day = 86_400_000;

/**
 * False if the trade is later than the expiration day in every time zone: that day ends at most 36
 * hours after its midnight in UTC.
 */
export function isBeforeExpiry({ ts, expiration }: { ts: Date; expiration: string }): boolean {
  return !(Date.parse(expiration) + 1.5 * day < ts.getTime());
}

/** The problem reported when `isBeforeExpiry` is false. */
export const tradedTooLate = {
  path: ['expiration'],
  message: 'lies before the trade; correct it, or `ts`',
};

/** The option columns of an entry. */
export function optionDraft({
  contracts: qty,
  strike,
  expiration,
}: OptionContracts): Pick<EntryDraft, 'qty' | 'strike' | 'expiration'> {
  return { qty, strike, expiration };
}
