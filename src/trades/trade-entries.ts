import { v7 as uuidv7 } from 'uuid';
import { Decimal, isDecimalString, isZero, type DecimalString } from '../model/decimal.js';
import { refusal } from '../model/input-check.js';
import type { NewEntry } from '../journal/new-entry.js';
import type { Trade } from './trade.js';

/**
 * An entry made by a template. Its `id` is set, so that appending the same entries again with
 * `JournalRepository.append` can be idempotent.
 */
export interface TradeEntry extends NewEntry {
  id: string;
}

/** The columns of an entry that a template sets. The entry has its other columns from the trade. */
export interface EntryDraft extends Omit<NewEntry, 'id' | 'notes' | 'ts' | 'accountId'> {
  /** Suffix of the entry's id. Without it the entry has the trade's id. */
  part?: string;
  /** Overrides the trade's `ts`. */
  ts?: Date;
  /** Overrides the trade's `accountId`. */
  accountId?: string;
}

/** The id of one entry of a trade. */
export function partOf(tradeId: string, part: string): string {
  return `${tradeId}:${part}`;
}

/** The trade's id, or a new UUIDv7. */
export function idOf({ id }: Pick<Trade, 'id'>): string {
  return id ?? uuidv7();
}

/** The entries of a trade, in the order of the drafts. */
export function entriesOf(
  trade: Trade & { symbol?: string | null | undefined },
  drafts: readonly EntryDraft[],
  id = idOf(trade),
): TradeEntry[] {
  const day = trade.day == null ? {} : { day: trade.day };
  return drafts.map(({ part, meta, ...draft }) => ({
    ...day,
    ...draft,
    id: part === undefined ? id : partOf(id, part),
    ts: draft.ts ?? trade.ts,
    accountId: draft.accountId ?? trade.accountId,
    symbol: draft.symbol ?? trade.symbol ?? null,
    notes: trade.notes ?? null,
    meta: { ...trade.meta, ...meta },
  }));
}

/** One entry and a `fee` entry, which both name the template in `meta`. */
export function entryWithFee(
  trade: Parameters<typeof entriesOf>[0] & { fee?: DecimalString | undefined },
  template: string,
  draft: EntryDraft,
): TradeEntry[] {
  const entry = { ...draft, meta: { ...draft.meta, template } };
  return entriesOf(trade, [entry, ...feeDraft(trade.fee, { template })]);
}

/** The `fee` entry of a trade; no entry for a fee of 0. */
export function feeDraft(
  fee: DecimalString | undefined,
  meta: EntryDraft['meta'],
  part = 'fee',
): EntryDraft[] {
  if (fee === undefined || isZero(fee)) return [];
  return [{ part, type: 'fee', amount: cashOut(fee), meta }];
}

/**
 * The exact product of the factors.
 *
 * @param property the column that is computed, for the error
 * @throws InvalidInputError if numeric(20,8) cannot hold it exactly
 */
export function exactProduct(
  property: 'amount' | 'qty',
  ...factors: readonly DecimalString[]
): DecimalString {
  const product = factors.reduce((part, factor) => part.times(factor), new Decimal(1));
  const value = product.isZero() ? '0' : product.toFixed();
  if (isDecimalString(value)) return value;
  const advice = property === 'amount' ? ', or set `total`' : '';
  const reason =
    'has more than 12 digits before the point or 8 after it, and is never rounded; correct the factors' +
    advice;
  throw refusal('trade', { property, value, reason });
}

/** The exact product of the factors as an amount. @throws InvalidInputError as `exactProduct` */
export function cashIn(...factors: readonly DecimalString[]): DecimalString {
  return exactProduct('amount', ...factors);
}

/** The exact product of the factors, negated. @throws InvalidInputError as `exactProduct` */
export function cashOut(...factors: readonly DecimalString[]): DecimalString {
  return cashIn('-1', ...factors);
}

/** The values that are neither undefined nor null. */
export function nonNullish<T extends object>(values: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const entries = Object.entries(values).filter(([, value]) => value != null);
  return Object.fromEntries(entries) as { [Name in keyof T]?: NonNullable<T[Name]> };
}
