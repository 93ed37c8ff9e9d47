import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import { decimal, notNegative } from '../journal/new-entry.js';
import { storableDay } from '../model/storable.js';
import { positive, symbolTrade } from './trade.js';
import type { SymbolTrade } from './trade.js';
import type { EntryDraft } from './trade-entries.js';

/** Whether an option is a put or a call: `meta.leg` of its entries. */
export const legs = ['put', 'call'] as const;
export type Leg = (typeof legs)[number];

/** Shares that a contract stands for. */
export const sharesPerContract = '100';

/** A number of contracts of one option. */
export interface OptionContracts {
  /** A whole number, such as `'2'`. */
  contracts: DecimalString;
  strike: DecimalString;
  /** `YYYY-MM-DD`. */
  expiration: string;
}

/** Options that were bought or sold. */
export interface OptionTrade extends SymbolTrade, OptionContracts {
  /** Premium per share, as it is quoted: a contract costs a hundred times as much. */
  price: DecimalString;
  /** Price of the underlying share at the time. */
  underlyingPrice?: DecimalString | null;
}

/** Options of which the trade does not say by its name whether they are puts or calls. */
export interface LegTrade extends OptionTrade {
  leg: Leg;
}

const contracts = decimal.refine(
  (value) => /^0*[1-9]\d*(\.0+)?$/.test(value),
  'must be a whole number, 1 or more',
);

/** The rules of contracts of one option. */
export const optionContracts = z.strictObject({ contracts, strike: positive, expiration: storableDay });

/** The rule of a put or a call. */
export const anyLeg = z.enum(legs, `must be one of ${legs.join(', ')}`);

/** The rules of a trade in options. */
export const optionTrade = symbolTrade.extend({
  ...optionContracts.shape,
  price: notNegative,
  underlyingPrice: notNegative.nullish(),
});

const day = 86_400_000;

/**
 * An option cannot be traded after its day of expiration, which ends a day and a half after its
 * midnight in UTC at the latest.
 */
export function isTradedInTime({ ts, expiration }: { ts: Date; expiration: string }): boolean {
  return !(Date.parse(expiration) + 1.5 * day < ts.getTime());
}

/** What to say of a trade that was not. */
export const tradedTooLate = {
  path: ['expiration'],
  message: 'lies before the trade; correct it, or `ts`',
};

/** What an entry says of its option. */
export function optionDraft({
  contracts: qty,
  strike,
  expiration,
}: OptionContracts): Pick<EntryDraft, 'qty' | 'strike' | 'expiration'> {
  return { qty, strike, expiration };
}
