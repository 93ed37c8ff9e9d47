import { DateTime } from 'luxon';
import { inBytes, readEntries, tradeOf } from './ledger-entries.js';
import type { Leg, LedgerEntry, LedgerRequest } from './ledger-entries.js';
import { floored, most, one, rounded, sum, text } from './ledger-numbers.js';
import type { Units } from './ledger-numbers.js';
import { Book, members } from './ledger-book.js';
import type { Basis, Closed, Member } from './ledger-book.js';
import { acquisitionDay, perPiece, perPieceDown, perPieceUp, timesPieces } from './ledger-holdings.js';
import type { Lot, Method, OptionPosition, ShareHolding } from './ledger-holdings.js';
import { termDay } from './ledger-wash-sales.js';

// The sections "Figures", "Closed lots" and "Always true" of docs/reference/figure-rules.md. Each
// figure is calculated from the ledger of all entries. Account and symbol select rows of the
// result.

export type { LedgerEntry, LedgerRequest } from './ledger-entries.js';
export type { Basis, Method };

interface Selection {
  accountId?: string | undefined;
  symbol?: string | undefined;
}

interface Held {
  accountId: string;
  symbol: string | null;
}

const isSelected =
  ({ accountId, symbol }: Selection) =>
  (row: Held): boolean =>
    (accountId === undefined || row.accountId === accountId) &&
    (symbol === undefined || row.symbol === symbol);

const byHolding = (a: Held, b: Held) => inBytes(a.accountId, b.accountId) || inBytes(a.symbol, b.symbol);

// Option positions

export interface PositionsQuestion extends LedgerRequest, Selection {
  /** Default: `open`. */
  status?: 'open' | 'expired' | 'all' | undefined;
}

export interface PositionRow extends Held {
  leg: Leg;
  strike: string | null;
  expiration: string | null;
  short: string;
  long: string;
  averageShortPremium: string | null;
  averageLongPremium: string | null;
  openedOn: string;
  daysToExpiration: number | null;
  collateral: string | null;
  multiplier: string | null;
  isExpired: boolean;
}

export function positions(entries: readonly LedgerEntry[], question: PositionsQuestion): PositionRow[] {
  const { status = 'open' } = question;
  const book = new Book(entries, { ...question, basis: 'cash' });
  return book.options
    .all()
    .filter(({ long, short }) => long.pieces > 0n || short.pieces > 0n)
    .filter((position) => status === 'all' || position.isExpired(book.today) === (status === 'expired'))
    .filter(isSelected(question))
    .sort(
      (a, b) =>
        byHolding(a, b) ||
        inBytes(a.expiration, b.expiration) ||
        byStrike(a.strike, b.strike) ||
        inBytes(a.leg, b.leg),
    )
    .map((position) => positionRow(position, book.today));
}

function positionRow(position: OptionPosition, today: string): PositionRow {
  const { accountId, symbol, leg, strike, expiration, short, long } = position;
  const open = [...short.lots, ...long.lots].filter(({ pieces }) => pieces > 0n);
  const [openedOn = ''] = open.map(({ opening }) => opening.dayOf).sort();
  const multipliers = new Set(open.map(({ multiplier }) => multiplier));
  const [multiplier = null] = multipliers.size === 1 ? multipliers : [];
  return {
    ...{ accountId, symbol, leg, strike: orNull(strike), expiration },
    ...{ short: text(short.pieces), long: text(long.pieces) },
    averageShortPremium: averagePremium(short.lots),
    averageLongPremium: averagePremium(long.lots),
    ...{ openedOn, daysToExpiration: expiration === null ? null : daysBetween(today, expiration) },
    collateral: orNull(collateral(position)),
    ...{ multiplier: orNull(multiplier), isExpired: position.isExpired(today) },
  };
}

/** The amount ÷ Σ (contracts × multiplier) */
function averagePremium(lots: readonly Lot[]): string | null {
  if (sum(lots.map(({ pieces }) => pieces)) === 0n) return null;
  const amount = sum(lots.map((lot) => lot.amount));
  return text(rounded(amount * one * one, timesPieces(lots, 'multiplier')));
}

/** Σ strike × multiplier × contracts of short puts */
function collateral({ leg, strike, short }: OptionPosition): Units | null {
  if (leg !== 'put' || strike === null || short.pieces === 0n) return null;
  return rounded(strike * timesPieces(short.lots, 'multiplier'), one * one);
}

const orNull = (value: Units | null): string | null => (value === null ? null : text(value));

function byStrike(a: Units | null, b: Units | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return Number(a - b);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

// Share lots

export interface LotsQuestion extends LedgerRequest, Selection {
  method?: Method | undefined;
}

export interface ShareLotRow extends Held {
  shares: string;
  totalCost: string;
  averageCost: string | null;
  proceeds: string;
  averageProceeds: string | null;
  netPremium: string;
  minimumStrike: string | null;
  maximumStrike: string | null;
  coveredCallCapacity: string;
}

export function shareLots(entries: readonly LedgerEntry[], question: LotsQuestion): ShareLotRow[] {
  const book = new Book(entries, { ...question, basis: 'cash' });
  return book.shares
    .all()
    .filter(({ long, short }) => long.pieces > 0n || short.pieces > 0n)
    .filter(isSelected(question))
    .sort(byHolding)
    .map((holding) => shareLotRow(holding, book));
}

function shareLotRow(holding: ShareHolding, book: Book): ShareLotRow {
  const { accountId, symbol, long, short } = holding;
  const premium = book.premiumOf(accountId, symbol).sum;
  const shares = long.pieces - short.pieces;
  const hasLong = long.pieces > 0n;
  const hasShort = short.pieces > 0n;
  return {
    ...{ accountId, symbol, shares: text(shares) },
    totalCost: text(long.amount),
    averageCost: hasLong ? text(perPiece(long.amount, long.pieces)) : null,
    proceeds: text(short.amount),
    averageProceeds: hasShort ? text(perPiece(short.amount, short.pieces)) : null,
    netPremium: text(premium),
    minimumStrike: hasLong ? text(most(perPieceUp(long.amount - premium, long.pieces), 0n)) : null,
    maximumStrike: hasShort ? text(most(perPieceDown(short.amount + premium, short.pieces), 0n)) : null,
    coveredCallCapacity: text(capacity(holding, shares, book)),
  };
}

/** ⌊(shares − Σ contracts × deliverable of short lots that are not puts and not expired) ÷ 100⌋ */
function capacity({ accountId, symbol }: Held, shares: Units, { options, today }: Book): Units {
  const calls = options
    .all()
    .filter((position) => position.accountId === accountId && position.symbol === symbol)
    .filter((position) => position.leg !== 'put' && !position.isExpired(today));
  const called = sum(calls.map(({ short }) => timesPieces(short.lots, 'deliverable')));
  return floored(shares * one - called, 100n * one * one) * one;
}

export interface OpenLotRow extends Held {
  entryId: string;
  acquiredOn: string;
  shares: string;
  amount: string;
}

/** Sorted by account and symbol, long lots first, oldest first. */
export function openLots(entries: readonly LedgerEntry[], question: LotsQuestion): OpenLotRow[] {
  const row = ({ accountId, symbol }: Held, lot: Lot, sign: bigint): OpenLotRow => ({
    ...{ accountId, symbol, entryId: lot.opening.id, acquiredOn: acquisitionDay(lot) },
    ...{ shares: text(sign * lot.pieces), amount: text(lot.amount) },
  });
  return new Book(entries, { ...question, basis: 'cash' }).shares
    .all()
    .filter(isSelected(question))
    .sort(byHolding)
    .flatMap((holding) => [
      ...holding.long.lots.filter(({ pieces }) => pieces > 0n).map((lot) => row(holding, lot, 1n)),
      ...holding.short.lots.filter(({ pieces }) => pieces > 0n).map((lot) => row(holding, lot, -1n)),
    ]);
}

// Profit

export type Per = 'day' | 'week' | 'month' | 'quarter' | 'year';

export interface ProfitQuestion extends LotsQuestion {
  per: Per;
  /** Default: `cash`. */
  basis?: Basis | undefined;
}

export interface ProfitRow extends Record<Member, string> {
  period: string;
  symbol: string | null;
  total: string;
}

export function realisedProfit(entries: readonly LedgerEntry[], question: ProfitQuestion): ProfitRow[] {
  const realised = new Book(entries, question).realised.filter(isSelected(question));
  const rows = new Map<string, { period: string; symbol: string | null; sums: Record<Member, Units> }>();
  for (const { day, symbol, member, amount } of realised) {
    const period = periodOf(day, question.per);
    const key = JSON.stringify([period, symbol]);
    const none = Object.fromEntries(members.map((name) => [name, 0n])) as Record<Member, Units>;
    const row = rows.get(key) ?? { period, symbol, sums: none };
    row.sums[member] += amount;
    rows.set(key, row);
  }
  return [...rows.values()]
    .filter(({ sums }) => members.some((member) => sums[member] !== 0n))
    .sort((a, b) => inBytes(a.period, b.period) || inBytes(a.symbol, b.symbol))
    .map(({ period, symbol, sums }) => ({
      ...{ period, symbol },
      ...(Object.fromEntries(members.map((name) => [name, text(sums[name])])) as Record<Member, string>),
      total: text(sum(Object.values(sums))),
    }));
}

/** `2026-01-05`, `2026-W01`, `2026-01`, `2026-Q1` or `2026` */
function periodOf(day: string, per: Per): string {
  const formats = {
    ...{ day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM', quarter: "yyyy-'Q'q", year: 'yyyy' },
  };
  return DateTime.fromISO(day, { zone: 'utc' }).toFormat(formats[per]);
}

export interface ClosedLotRow extends Held {
  kind: 'shares' | 'option';
  quantity: string;
  acquired: string;
  sold: string;
  closedOn: string;
  /** Ids of the entries. `closedBy` is null if the lot expired. */
  openedBy: string;
  closedBy: string | null;
  proceeds: string;
  basis: string;
  /** `W`: a wash sale. */
  code: 'W' | null;
  /** The disallowed part of the loss. */
  adjustment: string;
  gain: string;
  term: 'short' | 'long';
  isSection1256: boolean;
}

/** Closed lots by the tax rules. Sorted by day of closing, then in ledger order. */
export function closedLots(entries: readonly LedgerEntry[], question: LotsQuestion): ClosedLotRow[] {
  const book = new Book(entries, { ...question, basis: 'tax' });
  const place = ({ entry }: Closed) => entry?.place ?? Infinity;
  return book.closed
    .filter(({ quantity }) => quantity !== 0n)
    .filter(isSelected(question))
    .sort((a, b) => inBytes(a.closedOn, b.closedOn) || compared(place(a), place(b)))
    .map(closedLotRow);
}

const compared = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

function closedLotRow(closed: Closed): ClosedLotRow {
  const { kind, side, accountId, symbol, quantity, lot, closedOn, closing, adjustment } = closed;
  const isLong = side === 'long';
  const acquisition = acquisitionDay(lot);
  const proceeds = isLong ? closing : lot.amount;
  const basis = isLong ? lot.amount : -closing;
  return {
    ...{ kind, accountId, symbol, quantity: text(quantity) },
    acquired: isLong ? acquisition : closedOn,
    sold: isLong || kind === 'shares' ? closedOn : acquisition,
    ...{ closedOn, openedBy: lot.opening.id, closedBy: closed.entry?.id ?? null },
    ...{ proceeds: text(proceeds), basis: text(basis), code: adjustment === 0n ? null : 'W' },
    ...{ adjustment: text(adjustment), gain: text(proceeds - basis + adjustment) },
    term: isLong && closedOn >= anniversary(termDay(lot)) ? 'long' : 'short',
    isSection1256: kind === 'option' && lot.opening.section1256 === true,
  };
}

/** The first day that is more than a year later: the year begins on the next day. */
function anniversary(day: string): string {
  const begin = DateTime.fromISO(day, { zone: 'utc' }).plus({ days: 1 });
  // A year that begins on 29 February ends with 28 February, the day that Luxon returns.
  const isLeapDay = begin.month === 2 && begin.day === 29;
  return begin.plus({ years: 1, days: isLeapDay ? 1 : 0 }).toFormat('yyyy-MM-dd');
}

// Unmatched entries

export interface UnmatchedQuestion extends LotsQuestion {
  basis?: Basis | undefined;
  /** Options or shares; both by default. */
  of?: 'options' | 'shares' | undefined;
}

export interface UnmatchedRow extends Held {
  id: string;
  quantity: string;
  cash: string;
}

const optionTypes = new Set<LedgerEntry['type']>(['buy_to_close', 'sell_to_close', 'expiration']);

/** Unmatched entries in ledger order. */
export function unmatched(entries: readonly LedgerEntry[], question: UnmatchedQuestion): UnmatchedRow[] {
  const isOfOptions = ({ type, strike }: LedgerEntry) =>
    optionTypes.has(type) || (type === 'position_transfer' && strike !== null);
  return new Book(entries, question).unmatched
    .filter(({ entry }) => isSelected(question)(entry))
    .filter(({ entry }) => question.of === undefined || isOfOptions(entry) === (question.of === 'options'))
    .map(({ entry: { id, accountId, symbol }, quantity, cash }) => ({
      ...{ id, accountId, symbol, quantity: text(quantity), cash: text(cash) },
    }));
}

// Fees without a trade

export interface UnassignedFeeRow extends Held {
  id: string;
  day: string;
  amount: string;
}

/** Fees without a trade, in ledger order. */
export function unassignedFees(
  entries: readonly LedgerEntry[],
  question: LedgerRequest & Selection,
): UnassignedFeeRow[] {
  const read = readEntries(entries, question);
  return read
    .filter((entry) => entry.type === 'fee' && tradeOf(entry, read, entries, question.asOf) === undefined)
    .filter(isSelected(question))
    .map(({ id, accountId, symbol, dayOf: day, cash }) => ({
      id,
      accountId,
      symbol,
      day,
      amount: text(cash),
    }));
}

// Balances

export interface BalanceRow {
  accountId: string;
  count: number;
  balance: string;
}

/** The balances of accounts that have entries, sorted by account. */
export function balances(entries: readonly LedgerEntry[], question: LedgerRequest & Selection): BalanceRow[] {
  const read = readEntries(entries, question).filter(isSelected(question));
  return [...new Set(read.map(({ accountId }) => accountId))].sort(inBytes).map((accountId) => {
    const own = read.filter((entry) => entry.accountId === accountId);
    return { accountId, count: own.length, balance: text(sum(own.map(({ cash }) => cash))) };
  });
}

// Always true

export interface Identity {
  cash: string;
  /** transfers + cost of shares received + realised profit − cost of long lots … */
  accountedFor: string;
}

export function identity(
  entries: readonly LedgerEntry[],
  question: LotsQuestion & { basis?: Basis },
): Identity {
  const book = new Book(entries, question);
  const cashOf = (type?: LedgerEntry['type']) =>
    sum(book.entries.filter((entry) => type === undefined || entry.type === type).map(({ cash }) => cash));
  const open = [
    ...book.shares.all(),
    ...book.options.all().filter((position) => !position.isExpired(book.today)),
  ];
  const accountedFor =
    cashOf('transfer') +
    book.costReceived +
    sum(book.realised.map(({ amount }) => amount)) -
    sum(open.map(({ long }) => long.amount)) +
    sum(open.map(({ short }) => short.amount)) +
    sum(book.unmatched.map(({ cash }) => cash)) +
    cashOf('correction');
  return { cash: text(cashOf()), accountedFor: text(accountedFor) };
}
