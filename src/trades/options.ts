import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import { decimal, flag, notNegative, positive } from '../journal/new-entry.js';
import { storableDay } from '../model/storable.js';
import { symbolTradeRules, type SymbolTrade } from './trade.js';
import { cashIn, cashOut, nonNullish, type EntryDraft } from './trade-entries.js';
import { oneOf } from '../model/input-check.js';

/** Put or call: `meta.leg` of an option's entries. */
export const legs = ['put', 'call'] as const;
export type Leg = (typeof legs)[number];

/**
 * The terms of a contract that differ from those of a standard option on shares. Give them wherever
 * the option is named: when it is opened, closed, and assigned.
 */
export interface ContractTerms {
  /**
   * Cash of a contract = price × multiplier; more than 0, and 100 by default. Mini options have 10,
   * options on /MES 5.
   */
  multiplier?: DecimalString | null;
  /**
   * Shares that a contract delivers; not negative, and the multiplier by default. An option
   * adjusted to a reverse split of 1 for 10 keeps the multiplier 100 and delivers 10.
   */
  deliverable?: DecimalString | null;
  /** True for a section 1256 contract (US tax code), such as an index option. */
  section1256?: boolean | null;
}

/** A number of contracts of one option. */
export interface OptionContracts extends ContractTerms {
  /** A positive whole number, such as `'2'`. */
  contracts: DecimalString;
  /** Per share; positive. */
  strike: DecimalString;
  /** `YYYY-MM-DD`. */
  expiration: string;
}

/** A purchase or sale of options. */
export interface OptionTrade extends SymbolTrade, OptionContracts {
  /**
   * Premium per share, as quoted: a contract costs price × multiplier. Positive; 0 only for
   * closing. Optional if `total` is given.
   */
  price?: DecimalString;
  /**
   * Premium of all contracts in total, without the fee, as the broker rounded it; not negative.
   * Default: contracts × price × multiplier.
   */
  total?: DecimalString;
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

export const contractTerms = {
  multiplier: positive.nullish(),
  deliverable: notNegative.nullish(),
  section1256: flag.nullish(),
};

export const optionContractsRules = z.strictObject(
  {
    contracts,
    strike: positive,
    expiration: storableDay,
    ...contractTerms,
  },
  'must be an option',
);

export const legRule = oneOf(legs);

export const anyPrice = { price: notNegative.optional(), total: notNegative.optional() };

export const optionTradeRules = symbolTradeRules.extend({
  ...optionContractsRules.shape,
  ...anyPrice,
  underlyingPrice: notNegative.nullish(),
});

export const positivePrice = { price: positive.optional(), total: positive.optional() };

const day = 86_400_000;

/**
 * False if the trade is later than the expiration day in every time zone: that day ends at most 36
 * hours after its midnight in UTC.
 */
export function isBeforeExpiry({ ts, expiration }: { ts: Date; expiration: string }): boolean {
  return ts.getTime() <= Date.parse(expiration) + 1.5 * day;
}

/** The problem reported when `isBeforeExpiry` is false. */
export const tradedTooLateProblem = {
  path: ['expiration'],
  message: 'lies before the trade; correct it, or `ts`',
};

/** Adds the rule that a price or a total is given. */
export function withPrice<T extends z.ZodType<Pick<OptionTrade, 'price' | 'total'>>>(schema: T): T {
  return schema.refine(({ price, total }) => price !== undefined || total !== undefined, {
    path: ['price'],
    message: 'must be given, as a decimal as text, unless `total` is given',
  });
}

/** The factors of a trade's cash: its total, or contracts × price × multiplier. */
export function cashFactors({
  contracts,
  price = '0',
  total,
  multiplier,
}: Pick<OptionTrade, 'contracts' | 'price' | 'total' | 'multiplier'>): DecimalString[] {
  return total === undefined ? [contracts, price, multiplier ?? standardMultiplier] : [total];
}

/** Default multiplier and deliverable. */
export const standardMultiplier = '100';

type OptionColumns = Pick<EntryDraft, 'qty' | 'strike' | 'expiration' | keyof ContractTerms>;

/** The option columns of an entry. */
export function optionDraft({
  contracts: qty,
  strike,
  expiration,
  ...terms
}: OptionContracts): OptionColumns {
  const { multiplier, deliverable, section1256 } = terms;
  return { qty, strike, expiration, ...nonNullish({ multiplier, deliverable, section1256 }) };
}

/** The entry of the end of options that moves no cash. */
export function expirationDraft(option: OptionContracts, meta: EntryDraft['meta']): EntryDraft {
  return { ...optionDraft(option), type: 'expiration', amount: '0', meta };
}

/** The `expiration` entry of `OptionSale.scheduleExpiration`; no entry unless it is true. */
export function scheduledExpiration(
  option: OptionContracts,
  leg: Leg,
  isScheduled: boolean | undefined,
): EntryDraft[] {
  if (isScheduled !== true) return [];
  const { expiration: day } = option;
  const draft = expirationDraft(option, { leg, closes: 'sell_to_open' });
  return [{ ...draft, part: 'expiration', ts: new Date(day), day }];
}

type PricedOption = OptionContracts & Pick<OptionTrade, 'price' | 'total' | 'underlyingPrice'>;

/** The entry of a sale (+) or a purchase (−). */
export function optionTradeDraft(
  type: 'sell_to_open' | 'buy_to_close' | 'buy_to_open' | 'sell_to_close',
  option: PricedOption,
  meta: EntryDraft['meta'],
): EntryDraft {
  const { underlyingPrice = null } = option;
  const factors = cashFactors(option);
  const amount = type.startsWith('sell') ? cashIn(...factors) : cashOut(...factors);
  return { ...optionDraft(option), type, amount, underlyingPrice, meta };
}
