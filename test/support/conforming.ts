import type { DecimalString, EntryType, NewEntry } from '../../src/index.js';
import type { ServerEntryType } from '../../src/model/entry-type.js';
import { typedColumns } from '../../src/journal/type-rules.js';

type Values = Partial<NewEntry>;

const terms = ['multiplier', 'deliverable', 'section1256'] as const;
const ratio = { ratioTo: 3, ratioFrom: 2 };
const target = { symbol: 'AAPL', targetSymbol: 'NEW' };
const option = { symbol: 'AAPL', strike: '180.50000000', expiration: '2026-01-16' } as const;

/** The columns that a type requires, and the further columns that it allows. */
interface Shape {
  needs?: Values;
  takes?: readonly (keyof NewEntry)[];
  amount?: 'none' | 'some' | 'received' | 'received or none';
}

const anOption: Shape = { takes: terms };
const named: Shape = { amount: 'some' };
const shapes: Partial<Record<EntryType, Shape>> = {
  sell_to_open: anOption,
  buy_to_close: anOption,
  buy_to_open: anOption,
  sell_to_close: anOption,
  expiration: anOption,
  option_premium: anOption,
  split: { needs: { symbol: 'AAPL', ...ratio } },
  symbol_change: { needs: target, amount: 'none' },
  merger: { needs: { ...target, ...ratio }, amount: 'received or none' },
  spin_off: { needs: { ...target, ...ratio, costShare: '0.25000000' } },
  return_of_capital: { needs: { symbol: 'AAPL' }, amount: 'received' },
  option_adjustment: {
    needs: { ...option, ...ratio, meta: { leg: 'put' } },
    takes: ['targetSymbol', 'targetStrike', ...terms],
    amount: 'none',
  },
  position_transfer: {
    needs: { ...option, qty: '1.00000000', targetAccountId: 'acct-2' },
    takes: terms,
    amount: 'none',
  },
  shares_received: {
    needs: { symbol: 'AAPL', qty: '1.00000000', cost: '1.00000000' },
    takes: ['acquiredOn'],
    amount: 'none',
  },
  interest: named,
  dividend_in_lieu: named,
  securities_lending: named,
  withheld_tax: named,
  rebate: named,
} satisfies Record<ServerEntryType, Shape> & Partial<Record<EntryType, Shape>>;

/**
 * Changes an entry of random columns as little as its type requires: removes columns that the type
 * does not allow, and fills required ones. `load` and an import accept the result; `append` accepts
 * it if quantity, symbol and leg are valid too.
 */
export function conforming<T extends NewEntry>(entry: T): T {
  const { needs = {}, takes = [], amount } = shapes[entry.type] ?? {};
  const right: Record<string, unknown> = { ...(entry as object) };
  for (const column of typedColumns)
    if (column in right && !(column in needs) && !takes.includes(column)) right[column] = null;
  for (const [column, value] of Object.entries(needs)) {
    if (column === 'meta') right['meta'] = { ...entry.meta, ...needs.meta };
    else if (right[column] == null || isZero(right[column])) right[column] = value;
  }
  if (right['targetSymbol'] != null && right['targetSymbol'] === right['symbol'])
    right['targetSymbol'] = 'NEW';
  if (right['targetAccountId'] != null && right['targetAccountId'] === right['accountId'])
    right['targetAccountId'] = right['accountId'] === 'acct-1' ? 'acct-2' : 'acct-1';
  if (amount) right['amount'] = amountLike(entry.amount, amount);
  return right as unknown as T;
}

/** An entry that `append` accepts. Trades get a quantity. */
export function appendable<T extends NewEntry>(entry: T): T {
  const isTrade = /^(sell|buy)_to_|^share_sale$|^assignment_shares$/.test(entry.type);
  const isAssigned = entry.type === 'expiration' && entry.meta?.['assigned'] === true;
  const lacksQuantity = (isTrade || isAssigned) && (entry.qty == null || isZero(entry.qty));
  return conforming(lacksQuantity ? { ...entry, qty: '1.00000000' } : entry);
}

function amountLike(amount: DecimalString, kind: NonNullable<Shape['amount']>): DecimalString {
  if (kind === 'none') return '0.00000000';
  const size = kind === 'some' ? amount : (amount.replace('-', '') as DecimalString);
  return kind !== 'received or none' && isZero(size) ? '1.00000000' : size;
}

function isZero(value: unknown): boolean {
  return typeof value === 'string' && /^-?0+(\.0+)?$/.test(value);
}
