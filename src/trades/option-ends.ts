import type { z } from 'zod';
import { isZero, type DecimalString } from '../model/decimal.js';
import { oneOf } from '../model/input-check.js';
import { notNegative } from '../journal/new-entry.js';
import { storableInstant } from '../model/storable.js';
import {
  anyPrice,
  legRule,
  expirationDraft,
  optionContractsRules,
  optionDraft,
  cashFactors,
  standardMultiplier,
  withPrice,
} from './options.js';
import type { ContractTerms, Leg, OptionContracts } from './options.js';
import { template, type TradeTemplate } from './template.js';
import { symbolKey, symbolTradeRules, type SymbolTrade } from './trade.js';
import { cashIn, cashOut, entriesOf, entryWithFee, exactProduct, feeDraft } from './trade-entries.js';
import type { EntryDraft, TradeEntry } from './trade-entries.js';

/** Side of a position: sold to open (`short`) or bought to open (`long`). */
export type PositionSide = 'short' | 'long';

/** Which entries of an assignment or exercise are made. */
export type DeliveryPart = 'both' | 'option' | 'shares';

/** Assignment of short options. */
export interface OptionAssignment extends SymbolTrade, OptionContracts {
  /**
   * Cash for the shares in total, without the fee, as the broker stated it; not negative. Default:
   * contracts × strike × multiplier.
   */
  total?: DecimalString;
  /** Symbol of the delivered shares. Default: `symbol`. Adjusted options (`GE1`) deliver others. */
  sharesSymbol?: string;
}

/** Assignment of short options, or exercise of long ones: of `contracts` of the position. */
export interface OptionDelivery extends OptionAssignment {
  leg: Leg;
  /**
   * The entries to make. Default: `both`, with one `ts`. If the broker posts the end of the options
   * and the shares on different days, make each part by a call with its `ts`. Both calls can have
   * the same `id`.
   */
  part?: DeliveryPart;
}

/** Options that are settled in cash. */
export interface OptionSettlement extends SymbolTrade, OptionContracts {
  leg: Leg;
  /** Default `short`. */
  side?: PositionSide;
  /**
   * Settlement per unit: what the option was in the money; not negative. A contract is settled for
   * price × multiplier. Optional if `total` is given.
   */
  price?: DecimalString;
  /** Cash in total, without the fee, as the broker stated it; not negative. */
  total?: DecimalString;
}

/** Options that expired worthless. */
export interface OptionExpiration extends Omit<SymbolTrade, 'ts'>, OptionContracts {
  /** Default: `day`, or else the expiration day, without a time of day. */
  ts?: Date;
  leg: Leg;
  /** Default `short`. */
  side?: PositionSide;
}

const side = oneOf(['short', 'long']).optional();
const contractsOfSymbol = symbolTradeRules.extend(optionContractsRules.shape);
const deliveredContracts = contractsOfSymbol.extend({
  total: notNegative.optional(),
  sharesSymbol: symbolKey.optional(),
});
const deliversShares = ({ deliverable }: Pick<ContractTerms, 'deliverable'>) =>
  deliverable == null || !isZero(deliverable);
const noSharesProblem = {
  path: ['deliverable'],
  message: 'must be more than 0; use `optionSettled` for options that deliver no shares',
};
const optionAssignmentRules = deliveredContracts.refine(deliversShares, noSharesProblem);
const optionDeliveryRules = deliveredContracts
  .extend({
    leg: legRule,
    part: oneOf(['both', 'option', 'shares']).optional(),
  })
  .refine((option) => option.part === 'option' || deliversShares(option), noSharesProblem)
  .refine(({ part, total }) => part !== 'option' || total === undefined, {
    path: ['total'],
    message: 'must be left out: the part `option` has no cash; use `optionSettled` for a cash settlement',
  });
const optionSettlementRules = withPrice(contractsOfSymbol.extend({ leg: legRule, side, ...anyPrice }));
const optionExpirationRules = contractsOfSymbol.extend({
  leg: legRule,
  side,
  ts: storableInstant.optional(),
});

/**
 * Short options assigned: an `expiration` entry of amount 0 for the options, an entry for the
 * shares, `deliverable` per contract at contracts × strike × multiplier, and a `fee` entry. Puts
 * buy shares (`assignment_shares`), calls sell them (`share_sale`), short if none are held. The
 * instant may be after the expiration day.
 *
 * ```ts
 * const put = { leg: 'put', contracts: '1', strike: '180', expiration: '2026-02-20' } as const;
 * const trade = { id: 'end-1', ts, accountId: 'acct-1', symbol: 'AAPL' };
 * await journal.append(optionAssigned({ ...trade, ...put }));
 * // end-1: closes the put; end-1:shares: 100 shares, −18,000
 * ```
 *
 * @throws InvalidInputError
 */
export const optionAssigned: TradeTemplate<OptionDelivery> = template(optionDeliveryRules, (checked) =>
  deliver(checked, 'short'),
);

/**
 * Long options exercised: as `optionAssigned`, but puts sell shares (`share_sale`), and calls buy
 * them (`assignment_shares`).
 *
 * ```ts
 * const call = { leg: 'call', contracts: '1', strike: '180', expiration: '2026-02-20' } as const;
 * const trade = { id: 'end-2', ts, accountId: 'acct-1', symbol: 'AAPL' };
 * await journal.append(optionExercised({ ...trade, ...call }));
 * // end-2: closes the call; end-2:shares: 100 shares, −18,000
 * ```
 *
 * @throws InvalidInputError
 */
export const optionExercised: TradeTemplate<OptionDelivery> = template(optionDeliveryRules, (checked) =>
  deliver(checked, 'long'),
);

/**
 * Short puts assigned: `optionAssigned` with the leg `put` and both parts.
 *
 * ```ts
 * const option = { contracts: '1', strike: '9', expiration: '2026-02-20' } as const;
 * await journal.append(putAssigned({ ts, accountId: 'acct-1', symbol: 'F', ...option }));
 * ```
 *
 * @throws InvalidInputError
 */
export const putAssigned: TradeTemplate<OptionAssignment> = template(optionAssignmentRules, (checked) =>
  deliver({ ...checked, leg: 'put' }, 'short'),
);

/**
 * Short calls assigned: `optionAssigned` with the leg `call` and both parts.
 *
 * ```ts
 * const option = { contracts: '1', strike: '9', expiration: '2026-02-20' } as const;
 * await journal.append(callAssigned({ ts, accountId: 'acct-1', symbol: 'F', ...option }));
 * ```
 *
 * @throws InvalidInputError
 */
export const callAssigned: TradeTemplate<OptionAssignment> = template(optionAssignmentRules, (checked) =>
  deliver({ ...checked, leg: 'call' }, 'short'),
);

/**
 * Options settled in cash, such as those on an index: an `expiration` entry that closes them, with
 * the amount + for `long` and − for `short`, and a `fee` entry.
 *
 * ```ts
 * const put = { leg: 'put', contracts: '1', strike: '5000', expiration: '2026-02-20' } as const;
 * const trade = { id: 'end-3', ts, accountId: 'acct-1', symbol: 'SPX' };
 * await journal.append(optionSettled({ ...trade, ...put, price: '12.34' }));
 * // end-3: −1,234
 * ```
 *
 * @throws InvalidInputError
 */
export const optionSettled: TradeTemplate<OptionSettlement> = template(optionSettlementRules, (checked) => {
  const { leg, side: closed = 'short' } = checked;
  const factors = cashFactors(checked);
  const amount = closed === 'short' ? cashOut(...factors) : cashIn(...factors);
  const meta = { leg, assigned: true, closes: openingType[closed] };
  return entryWithFee(checked, 'tmplSettled', { ...optionDraft(checked), type: 'expiration', amount, meta });
});

/**
 * Options that expired worthless: an `expiration` entry of amount 0, and a `fee` entry. Read models
 * do not need it: they know the expiration day of each option.
 *
 * ```ts
 * const put = { leg: 'put', contracts: '1', strike: '9', expiration: '2026-02-20' } as const;
 * await journal.append(optionExpired({ accountId: 'acct-1', symbol: 'F', ...put }));
 * ```
 *
 * @throws InvalidInputError
 */
export const optionExpired: TradeTemplate<OptionExpiration> = template(optionExpirationRules, (trade) => {
  const { ts, day, ...checked } = trade;
  const { leg, expiration, side: expired = 'short' } = checked;
  const at = day ?? expiration;
  const when = ts === undefined ? { ts: new Date(at), day: at } : { ts, day };
  const draft = expirationDraft(checked, { leg, closes: openingType[expired] });
  return entryWithFee({ ...checked, ...when }, 'tmplExpired', draft);
});

const openingType = { short: 'sell_to_open', long: 'buy_to_open' } as const;

function deliver(trade: z.infer<typeof optionDeliveryRules>, closed: PositionSide): TradeEntry[] {
  const { leg, part = 'both' } = trade;
  const name = `tmpl${leg === 'put' ? 'Put' : 'Call'}${closed === 'short' ? 'Assigned' : 'Exercised'}`;
  const meta = { leg, assigned: true, closes: openingType[closed] };
  return entriesOf(trade, [
    ...(part === 'shares' ? [] : [expirationDraft(trade, meta)]),
    ...(part === 'option' ? [] : [sharesDraft(trade, closed)]),
    // The tax rules give a fee to the entry whose id it extends.
    ...feeDraft(trade.fee, { template: name }, part === 'shares' ? 'shares:fee' : 'fee'),
  ]);
}

function sharesDraft(option: OptionDelivery, closed: PositionSide): EntryDraft {
  const { contracts, strike, expiration, multiplier, deliverable, total, leg, sharesSymbol } = option;
  const factors = cashFactors({ contracts, price: strike, total, multiplier });
  const buys = (leg === 'put') === (closed === 'short');
  return {
    part: 'shares',
    ...(sharesSymbol !== undefined && { symbol: sharesSymbol }),
    type: buys ? 'assignment_shares' : 'share_sale',
    qty: exactProduct('qty', contracts, deliverable ?? multiplier ?? standardMultiplier),
    amount: buys ? cashOut(...factors) : cashIn(...factors),
    strike,
    expiration,
    meta: { from: leg },
  };
}
