import { DateTime } from 'luxon';
import type { EntryType, JournalEntry } from '../../src/index.js';
import { units } from './ledger-numbers.js';
import type { Units } from './ledger-numbers.js';

// The sections "Entries and their order" and "Leg" of docs/reference/figure-rules.md.

/** The columns of a journal entry on which figures depend. */
export type LedgerEntry = Pick<
  JournalEntry,
  | ('id' | 'ts' | 'day' | 'recorded' | 'createdAt' | 'deletedAt' | 'accountId' | 'symbol' | 'type')
  | ('qty' | 'amount' | 'strike' | 'expiration' | 'meta' | 'multiplier' | 'deliverable' | 'section1256')
  | ('ratioTo' | 'ratioFrom' | 'targetSymbol' | 'targetStrike' | 'targetAccountId')
  | ('cost' | 'costShare' | 'acquiredOn' | 'originalEntryId')
>;

/** Selects the entries that the ledger reads, and the current day. */
export interface LedgerRequest {
  asOf?: Date | undefined;
  /** Reads only entries up to this day, which also is the current day. */
  on?: string | undefined;
  /** Required without `on`. */
  today?: string | undefined;
  /** IANA time zone; UTC by default. */
  timeZone?: string | undefined;
}

/** An entry with its position in the ledger. */
export interface ReadEntry extends LedgerEntry {
  /** Position in the ledger, from 0. */
  place: number;
  /** The entry's day in the time zone of the request. */
  dayOf: string;
  pieces: Units;
  cash: Units;
}

export type Leg = 'put' | 'call' | null;

const closings: readonly EntryType[] = ['share_sale', 'buy_to_close', 'sell_to_close', 'expiration'];
const premiumTypes: readonly EntryType[] = [
  ...(['sell_to_open', 'buy_to_close', 'buy_to_open', 'sell_to_close'] as const),
  ...(['expiration', 'option_premium'] as const),
];

export const isOptionEntry = ({ type }: LedgerEntry): boolean => premiumTypes.includes(type);
export const isShareTrade = ({ type }: LedgerEntry): boolean =>
  type === 'assignment_shares' || type === 'share_sale';
export const isAssigned = ({ type, meta }: LedgerEntry): boolean =>
  type === 'expiration' && meta['assigned'] === true;

export function todayOf({ on, today }: LedgerRequest): string {
  const day = on ?? today;
  if (day === undefined) throw new Error('The model has no clock: give `today` or `on`.');
  return day;
}

/** The entries that the ledger reads, in ledger order. */
export function readEntries(entries: readonly LedgerEntry[], request: LedgerRequest): ReadEntry[] {
  const { asOf, on, timeZone = 'UTC' } = request;
  const dayOf = ({ day, ts }: LedgerEntry) => day ?? dayIn(timeZone, ts);
  return entries
    .filter((entry) => isThere(entry, asOf))
    .filter((entry) => on === undefined || dayOf(entry) <= on)
    .sort(inLedgerOrder)
    .map((entry, place) => ({
      ...entry,
      place,
      dayOf: dayOf(entry),
      pieces: units(entry.qty ?? '0'),
      cash: units(entry.amount),
    }));
}

function isThere({ createdAt, deletedAt }: LedgerEntry, asOf: Date | undefined): boolean {
  if (asOf === undefined) return deletedAt === null;
  return createdAt <= asOf && (deletedAt === null || deletedAt > asOf);
}

function dayIn(timeZone: string, ts: Date): string {
  return DateTime.fromJSDate(ts, { zone: timeZone }).toFormat('yyyy-MM-dd');
}

/** `ts`; `recorded`, null first; openings before closings; the bytes of `id` */
function inLedgerOrder(a: LedgerEntry, b: LedgerEntry): number {
  const recorded = ({ recorded }: LedgerEntry) => (recorded === null ? -1n : BigInt(recorded));
  const closing = ({ type }: LedgerEntry) => (closings.includes(type) ? 1 : 0);
  return (
    a.ts.getTime() - b.ts.getTime() ||
    Number(recorded(a) - recorded(b)) ||
    closing(a) - closing(b) ||
    inBytes(a.id, b.id)
  );
}

/** Compares by bytes, null last. */
export function inBytes(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Compares strikes as numbers: `180` equals `180.00`. Null equals null. */
export function isSameContract(a: LedgerEntry, b: LedgerEntry): boolean {
  const strike = ({ strike }: LedgerEntry) => (strike === null ? null : units(strike));
  return (
    a.accountId === b.accountId &&
    a.symbol === b.symbol &&
    strike(a) === strike(b) &&
    a.expiration === b.expiration
  );
}

/** The leg of an option entry, derived from all entries that the ledger reads. */
export function legOf(entry: ReadEntry, all: readonly ReadEntry[]): Leg {
  const stated = asLeg(entry.meta['leg']);
  if (stated !== null) return stated;
  const shares = all.filter(
    (other) => isShareTrade(other) && other.expiration !== null && isSameContract(other, entry),
  );
  if (isAssigned(entry)) {
    const ofInstant = shares.filter(({ ts }) => ts.getTime() === entry.ts.getTime());
    const leg = agreed(ofInstant.map(({ meta }) => asLeg(meta['from'])));
    if (leg !== null) return leg;
  }
  const others = all.filter(
    (other) => other.id !== entry.id && namesOption(other) && isSameContract(other, entry),
  );
  const legs = others.map(({ meta }) => asLeg(meta['leg']));
  if (legs.some((leg) => leg !== null)) return agreed(legs);
  return agreed(shares.map(({ meta }) => asLeg(meta['from'])));
}

const namesOption = (entry: ReadEntry): boolean =>
  isOptionEntry(entry) ||
  entry.type === 'option_adjustment' ||
  (entry.type === 'position_transfer' && entry.strike !== null);

export const asLeg = (value: unknown): Leg => (value === 'put' || value === 'call' ? value : null);

/** The stated leg, if all entries that state a leg agree. */
function agreed(legs: readonly Leg[]): Leg {
  const stated = [...new Set(legs.filter((leg) => leg !== null))];
  return stated.length === 1 ? (stated[0] ?? null) : null;
}

const actions: readonly string[] = [
  ...['split', 'symbol_change', 'merger', 'spin_off', 'return_of_capital', 'option_adjustment'],
  ...['position_transfer', 'shares_received'],
];

/** An expiration without assignment is not a trade. */
const isIdle = (entry: ReadEntry) => entry.type === 'expiration' && !isAssigned(entry);

const isExpiry = (entry: ReadEntry) =>
  isIdle(entry) && (asLeg(entry.meta['leg']) !== null || entry.cash !== 0n);

/**
 * The trade of a fee by the tax rules. The id of a fee may extend the id of an entry. If this entry
 * or its replacement is a trade, the fee belongs to the trade. If it is a corporate action, a
 * transfer, received shares or an expiry, the fee belongs to no trade. The fee of any other entry
 * of the journal, live or not, belongs to no trade either. Otherwise the fee belongs to the only
 * trade with its account, symbol and timestamp.
 *
 * @param journal all entries of the user; the ledger reads some of these entries
 * @param asOf leaves out entries that were appended later
 */
export function tradeOf(
  fee: ReadEntry,
  all: readonly ReadEntry[],
  journal: readonly LedgerEntry[],
  asOf?: Date,
): ReadEntry | undefined {
  const trades = all.filter((entry) => isShareTrade(entry) || (isOptionEntry(entry) && !isIdle(entry)));
  const named = all.filter(
    (entry) => trades.includes(entry) || actions.includes(entry.type) || isExpiry(entry),
  );
  const idsOfTrades = named.map((trade) => ({ trade, ids: idsOf(trade, journal) }));
  for (const name of idsOf(fee, journal)) {
    const found = idsOfTrades
      .map(({ trade, ids }) => ({
        trade,
        age: ids.findIndex((id) => name === `${id}:fee` || name === `${id}-fee`),
      }))
      .filter(({ age }) => age >= 0)
      .sort((a, b) => a.age - b.age);
    if (found[0] !== undefined) return trades.find((trade) => trade === found[0]?.trade);
  }
  const extended = (feeId: string) =>
    journal
      .filter(({ createdAt }) => asOf === undefined || createdAt <= asOf)
      .some(({ id }) => feeId === `${id}:fee` || feeId === `${id}-fee`);
  if (idsOf(fee, journal).some(extended)) return undefined;
  const beside = trades.filter(
    ({ accountId, symbol, ts }) =>
      accountId === fee.accountId && symbol === fee.symbol && ts.getTime() === fee.ts.getTime(),
  );
  return beside.length === 1 ? beside[0] : undefined;
}

/** The ids of an entry and of all entries that it replaced, newest first. */
function idsOf({ id, originalEntryId }: LedgerEntry, journal: readonly LedgerEntry[]): string[] {
  if (originalEntryId === null) return [id];
  const original = journal.find((entry) => entry.id === originalEntryId);
  return [id, ...(original === undefined ? [] : idsOf(original, journal))];
}
