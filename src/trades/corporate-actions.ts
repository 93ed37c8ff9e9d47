import { z } from 'zod';
import { Decimal, type DecimalString } from '../model/decimal.js';
import { refusal, shown } from '../model/input-check.js';
import { decimal, fraction, positive, ratio } from '../journal/new-entry.js';
import { typeProblems } from '../journal/type-rules.js';
import { storableDay } from '../model/storable.js';
import { legRule, contractTerms, type ContractTerms, type Leg } from './options.js';
import { template, type TradeTemplate } from './template.js';
import { notZero, symbolKey, symbolTradeRules, type SymbolTrade } from './trade.js';
import {
  cashIn,
  entriesOf,
  feeDraft,
  nonNullish,
  type EntryDraft,
  type TradeEntry,
} from './trade-entries.js';

/** `ratioTo` new shares for every `ratioFrom` old ones. */
export interface Ratio {
  /** A whole number from 1 to 1,000,000,000: 2 for a 2-for-1 split, 1 for a reverse split. */
  ratioTo: number;
  /** A whole number from 1 to 1,000,000,000: 1 for a 2-for-1 split, 10 for a 1-for-10 one. */
  ratioFrom: number;
}

/**
 * New terms of an open option, as the memo of the OCC states them: give at least one of
 * `targetSymbol`, `targetStrike`, the ratio, `multiplier` and `deliverable`.
 */
export interface AdjustedOption extends Partial<Ratio>, Pick<ContractTerms, 'multiplier' | 'deliverable'> {
  leg: Leg;
  /** The strike before; positive. */
  strike: DecimalString;
  /** `YYYY-MM-DD`. */
  expiration: string;
  targetSymbol?: string | null;
  /** The strike after; positive. */
  targetStrike?: DecimalString | null;
}

/** Members of every corporate action. */
export interface CorporateAction extends SymbolTrade {
  /** The adjustments of open options on the symbol: `<id>:option-01`, `<id>:option-02`, … */
  options?: readonly AdjustedOption[];
}

/** Cash for the fraction of a share. */
export interface CashInLieu {
  /**
   * Cash for the fraction of a share: + received for shares that are held, − paid for shares that
   * are sold short.
   */
  cashInLieu?: DecimalString;
  /** The fraction; positive. Default: what exceeds whole shares (in a spin-off, new ones). */
  sharesInLieu?: DecimalString;
}

/** A split of shares. */
export interface Split extends CorporateAction, Ratio, CashInLieu {}

/** A new symbol. */
export interface SymbolChange extends CorporateAction {
  targetSymbol: string;
}

/** Shares exchanged for those of another company. */
export interface Merger extends SymbolChange, Ratio {
  /**
   * The cash part of the price, in total: + received for shares that are held, − paid for shares
   * that are sold short.
   */
  cash?: DecimalString;
}

/** Shares of a company that left another. */
export interface SpinOff extends SymbolChange, Ratio, CashInLieu {
  /** The part of the cost that moves to the new shares, from 0 to 1. */
  costShare: DecimalString;
}

/** A distribution that is no dividend. */
export interface ReturnOfCapital extends CorporateAction {
  /** + received for shares that are held, − paid for shares that are sold short; not 0. */
  amount: DecimalString;
}

/** An adjustment of an open option by itself. */
export interface OptionAdjustment extends SymbolTrade, AdjustedOption {}

const bothOfRatio = { ratioTo: ratio, ratioFrom: ratio };
const adjustmentRules = z.strictObject(
  {
    leg: legRule,
    strike: positive,
    expiration: storableDay,
    targetSymbol: symbolKey.nullish(),
    targetStrike: positive.nullish(),
    ratioTo: ratio.optional(),
    ratioFrom: ratio.optional(),
    multiplier: contractTerms.multiplier,
    deliverable: contractTerms.deliverable,
  },
  'must be an adjusted option',
);
/** Applies the rules of the entry that an adjustment becomes. */
const checkAdjustment = (option: z.infer<typeof adjustmentRules>, context: z.RefinementCtx) => {
  const entry = { ...adjustmentDraft(option), ts: new Date(0), accountId: '', symbol: '' };
  for (const { property, reason } of typeProblems(entry, true))
    context.addIssue({ code: 'custom', path: property === 'type' ? [] : [property], message: reason });
};
const adjustedOptionRules = adjustmentRules.superRefine(checkAdjustment);
const optionAdjustmentRules = symbolTradeRules.extend(adjustmentRules.shape).superRefine(checkAdjustment);

const corporateActionRules = symbolTradeRules.extend({
  options: z.array(adjustedOptionRules, 'must be a list of adjusted options').optional(),
});
const inLieuMembers = { cashInLieu: decimal.optional(), sharesInLieu: positive.optional() };
const splitRules = corporateActionRules
  .extend({ ...bothOfRatio, ...inLieuMembers })
  .refine(({ ratioTo, ratioFrom }) => ratioTo !== ratioFrom, {
    path: ['ratioTo'],
    message: 'must differ from `ratioFrom`; a 2-for-1 split has ratioTo 2 and ratioFrom 1',
  });
const newSymbolRules = corporateActionRules.extend({ targetSymbol: symbolKey });
const isOtherSymbol = ({ symbol, targetSymbol }: { symbol: string; targetSymbol: string }) =>
  symbol !== targetSymbol;
const sameSymbolProblem = { path: ['targetSymbol'], message: 'must differ from `symbol`' };
const symbolChangeRules = newSymbolRules.refine(isOtherSymbol, sameSymbolProblem);
const mergerRules = newSymbolRules.extend({ ...bothOfRatio, cash: decimal.optional() });
const spinOffRules = newSymbolRules
  .extend({
    ...bothOfRatio,
    ...inLieuMembers,
    costShare: fraction,
  })
  .refine(isOtherSymbol, sameSymbolProblem);
const returnOfCapitalRules = corporateActionRules.extend({ amount: notZero });

/**
 * Split or reverse split: one `split` entry, whose amount is the cash in lieu, and a `fee` entry.
 *
 * ```ts
 * const call = { leg: 'call', strike: '500', expiration: '2026-09-18' } as const;
 * const entries = split({
 *   ...{ id: 'split-1', ts, accountId: 'acct-1', symbol: 'NVDA', ratioTo: 10, ratioFrom: 1 },
 *   options: [{ ...call, targetStrike: '50', ratioTo: 10, ratioFrom: 1 }],
 * });
 * await journal.append(entries); // split-1, split-1:option-01
 * ```
 *
 * @throws InvalidInputError
 */
export const split: TradeTemplate<Split> = template(splitRules, (checked) => {
  return actionEntries(checked, { type: 'split', ...ratioOf(checked), ...inLieuOf(checked) });
});

/**
 * New symbol for the same shares: one `symbol_change` entry, and a `fee` entry.
 *
 * ```ts
 * const trade = { ts, accountId: 'acct-1', symbol: 'FB' };
 * await journal.append(symbolChange({ ...trade, targetSymbol: 'META' }));
 * ```
 *
 * @throws InvalidInputError
 */
export const symbolChange: TradeTemplate<SymbolChange> = template(symbolChangeRules, (checked) => {
  return actionEntries(checked, { type: 'symbol_change', amount: '0', targetSymbol: checked.targetSymbol });
});

/**
 * Merger: one `merger` entry, whose amount is the cash part of the price, and a `fee` entry. The
 * cash reduces the cost of the shares, and what exceeds the cost is a gain; cash that is paid
 * reduces the proceeds of shares sold short. Record cash for a fraction of a share by `sellShares`,
 * after the merger.
 *
 * ```ts
 * const terms = { targetSymbol: 'MSFT', ratioTo: 1, ratioFrom: 4, cash: '250' } as const;
 * await journal.append(merger({ ts, accountId: 'acct-1', symbol: 'ATVI', ...terms }));
 * ```
 *
 * @throws InvalidInputError
 */
export const merger: TradeTemplate<Merger> = template(mergerRules, (checked) => {
  const { targetSymbol, cash = '0' } = checked;
  return actionEntries(checked, { type: 'merger', amount: cashIn(cash), targetSymbol, ...ratioOf(checked) });
});

/**
 * Spin-off: one `spin_off` entry, whose amount is the cash in lieu, and a `fee` entry.
 *
 * ```ts
 * const terms = { targetSymbol: 'GEV', ratioTo: 1, ratioFrom: 4, costShare: '0.2' } as const;
 * await journal.append(spinOff({ ts, accountId: 'acct-1', symbol: 'GE', ...terms }));
 * ```
 *
 * @throws InvalidInputError
 */
export const spinOff: TradeTemplate<SpinOff> = template(spinOffRules, (checked) => {
  const { targetSymbol, costShare } = checked;
  return actionEntries(checked, {
    ...{ type: 'spin_off', targetSymbol, costShare },
    ...ratioOf(checked),
    ...inLieuOf(checked),
  });
});

/**
 * Distribution that reduces the cost of the shares: one `return_of_capital` entry of the amount,
 * and a `fee` entry. What exceeds the cost is a gain. A negative amount, paid for shares sold
 * short, reduces their proceeds.
 *
 * ```ts
 * await journal.append(returnOfCapital({ ts, accountId: 'acct-1', symbol: 'ET', amount: '31' }));
 * ```
 *
 * @throws InvalidInputError
 */
export const returnOfCapital: TradeTemplate<ReturnOfCapital> = template(returnOfCapitalRules, (checked) => {
  return actionEntries(checked, { type: 'return_of_capital', amount: cashIn(checked.amount) });
});

/**
 * New terms of an open option: one `option_adjustment` entry of amount 0, and a `fee` entry.
 *
 * ```ts
 * const put = { leg: 'put', strike: '5', expiration: '2026-09-18' } as const;
 * const adjusted = { ...put, targetSymbol: 'GE1', deliverable: '10' } as const;
 * await journal.append(adjustOption({ ts, accountId: 'acct-1', symbol: 'GE', ...adjusted }));
 * ```
 *
 * @throws InvalidInputError
 */
export const adjustOption: TradeTemplate<OptionAdjustment> = template(optionAdjustmentRules, (checked) => {
  return entriesOf(checked, [adjustmentDraft(checked), ...feeDraft(checked.fee, undefined)]);
});

function actionEntries(trade: z.infer<typeof corporateActionRules>, draft: EntryDraft): TradeEntry[] {
  const drafts = inOrder(trade.options ?? [], trade.symbol).map((option, index) => ({
    ...adjustmentDraft(option),
    part: `option-${String(index + 1).padStart(2, '0')}`,
  }));
  return entriesOf(trade, [draft, ...drafts, ...feeDraft(trade.fee, undefined)]);
}

function adjustmentDraft(option: AdjustedOption): EntryDraft {
  const { leg, strike, expiration, targetSymbol, targetStrike } = option;
  const { ratioTo, ratioFrom, multiplier, deliverable } = option;
  return {
    ...{ type: 'option_adjustment', amount: '0', strike, expiration, meta: { leg } },
    ...nonNullish({ ratioTo, ratioFrom, targetSymbol, targetStrike, multiplier, deliverable }),
  };
}

/**
 * Orders the adjustments so that none moves contracts that an earlier one created: a 2-for-1 split
 * adjusts 90 to 45 before 180 to 90.
 *
 * @throws InvalidInputError for an option that is given twice, and for a cycle
 */
function inOrder(options: readonly AdjustedOption[], symbol: string): AdjustedOption[] {
  const contract = (of: string, strike: DecimalString, { expiration, leg }: AdjustedOption) =>
    `${of} ${leg} ${new Decimal(strike).toFixed()} ${expiration}`;
  const waiting = new Map<string, { option: AdjustedOption; target: string }>();
  for (const option of options) {
    const { strike, targetSymbol, targetStrike } = option;
    const source = contract(symbol, strike, option);
    if (waiting.has(source)) refuse(source, 'must not have two adjustments of one option');
    waiting.set(source, { option, target: contract(targetSymbol ?? symbol, targetStrike ?? strike, option) });
  }
  const ordered: AdjustedOption[] = [];
  for (let source of waiting.keys()) {
    // Each adjustment of the chain creates contracts that the next one moves.
    const chain = new Map<string, AdjustedOption>();
    for (let next = waiting.get(source); next !== undefined; next = waiting.get(source)) {
      waiting.delete(source);
      chain.set(source, next.option);
      if (next.target !== source && chain.has(next.target)) {
        const cycle = [...chain.keys()];
        refuse(
          cycle.slice(cycle.indexOf(next.target)),
          'must not swap options: the adjustments form a cycle',
        );
      }
      source = next.target;
    }
    for (const option of [...chain.values()].reverse()) ordered.push(option);
  }
  return ordered;
}

function refuse(value: unknown, reason: string): never {
  throw refusal('trade', { property: 'options', value: shown(value), reason });
}

function ratioOf({ ratioTo, ratioFrom }: Ratio): Ratio {
  return { ratioTo, ratioFrom };
}

function inLieuOf({ cashInLieu = '0', sharesInLieu }: CashInLieu): Pick<EntryDraft, 'amount' | 'qty'> {
  return { amount: cashIn(cashInLieu), ...(sharesInLieu !== undefined && { qty: sharesInLieu }) };
}
