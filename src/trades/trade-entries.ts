import { v7 as uuidv7 } from 'uuid';
import { Decimal, isDecimalString } from '../model/decimal.js';
import type { DecimalString } from '../model/decimal.js';
import { InvalidInputError } from '../model/input-check.js';
import type { NewEntry } from '../journal/new-entry.js';
import type { Trade } from './trade.js';

/**
 * An entry of a trade. It has an id, so that a trade that was made once can be appended any number
 * of times.
 */
export interface TradeEntry extends NewEntry {
  id: string;
}

/** What a template says of one entry; the rest comes from the trade. */
export interface EntryDraft extends Pick<
  NewEntry,
  'type' | 'amount' | 'qty' | 'strike' | 'expiration' | 'underlyingPrice' | 'meta'
> {
  /** What its id has behind the trade's; nothing for the entry that stands for the trade. */
  part?: string;
  /** When, if not with the trade. */
  ts?: Date;
  accountId?: string;
}

/** The id of a part of a trade. */
export function partOf(tradeId: string, part: string): string {
  return `${tradeId}:${part}`;
}

/** The trade's own id, or a new one. */
export function idOf({ id }: Pick<Trade, 'id'>): string {
  return id ?? uuidv7();
}

/** The entries of a trade, in the order of the drafts. */
export function entriesOf(
  trade: Omit<Trade, 'accountId'> & { accountId?: string; symbol?: string | null | undefined },
  drafts: readonly EntryDraft[],
  id = idOf(trade),
): TradeEntry[] {
  return drafts.map(({ part, meta, ...draft }) => ({
    ...draft,
    id: part === undefined ? id : partOf(id, part),
    ts: draft.ts ?? trade.ts,
    accountId: draft.accountId ?? trade.accountId ?? '',
    symbol: trade.symbol ?? null,
    notes: trade.notes ?? null,
    meta: { ...trade.meta, ...meta },
  }));
}

/** The fee of a trade as an entry of its own; none if there is none. */
export function feeDraft(
  fee: DecimalString | undefined,
  meta: EntryDraft['meta'],
  part = 'fee',
): EntryDraft[] {
  if (fee === undefined || new Decimal(fee).isZero()) return [];
  return [{ part, type: 'fee', amount: cashOut(fee), meta }];
}

/**
 * What comes in: the exact product, + in.
 * @throws InvalidInputError if the journal could not keep it exactly
 */
export function cashIn(...factors: readonly DecimalString[]): DecimalString {
  return exact(factors.reduce((product, factor) => product.times(factor), new Decimal(1)));
}

/**
 * What goes out: the exact product, − out.
 * @throws InvalidInputError if the journal could not keep it exactly
 */
export function cashOut(...factors: readonly DecimalString[]): DecimalString {
  return exact(factors.reduce((product, factor) => product.times(factor), new Decimal(-1)));
}

function exact(product: Decimal): DecimalString {
  const amount = product.isZero() ? '0' : product.toFixed();
  if (isDecimalString(amount)) return amount;
  const reason =
    'comes to more than 12 digits before the point or 8 after it, and is never rounded; correct the factors, or give `total` ' +
    'where the trade takes one';
  throw new InvalidInputError('trade', [
    { index: 0, id: undefined, column: 'amount', value: amount, reason },
  ]);
}
