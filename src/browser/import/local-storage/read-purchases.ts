import { z } from 'zod';
import { storableDay, storableKey } from '../../../model/storable.js';
import { isObject } from '../read/json-values.js';
import { checkItem, money, price } from './check-item.js';
import { secondJournalKey } from './known-keys.js';
import type { OptionPurchase } from './local-storage.js';
import type { UnreadableItem } from '../report/local-storage-report.js';

const leg = z.enum(['P', 'C']).transform((side) => (side === 'C' ? 'call' : 'put'));

const purchase = z.object({
  id: storableKey,
  when: z.iso.datetime().transform((text) => new Date(text).toISOString()),
  symbol: storableKey,
  type: leg,
  contracts: z.int().min(1).max(1_000_000),
  strike: price.gt(0),
  premium: price.lt(1_000),
  fees: price.lt(1_000_000).optional(),
});
type Purchase = z.output<typeof purchase>;

const event = z.object({
  name: z.literal('trade_add_success'),
  ts: z.iso.datetime().transform((text) => Date.parse(text)),
  props: z.object({
    symbol: z.string(),
    side: z.literal('B'),
    type: leg,
    qty: z.number(),
    strike: z.number(),
    expiration: storableDay,
  }),
});

/** Number of events that the browser application keeps. */
const maxEvents = 200;

/** Milliseconds within which an event follows its purchase: until the trader closes a message. */
const eventDelay = 60 * 60 * 1000;

/**
 * Reads the purchases of `journal.v1`, a list of trades, and their expirations from
 * `telemetry.events`.
 *
 * @returns the purchases, and the number of other items
 */
export function readPurchases(
  journal: unknown,
  events: unknown,
  unreadable: UnreadableItem[],
): { purchases: OptionPurchase[]; others: number } {
  if (journal === undefined) return { purchases: [], others: 0 };
  if (!Array.isArray(journal)) {
    unreadable.push({ key: secondJournalKey, item: null, reason: 'is not a list' });
    return { purchases: [], others: 0 };
  }
  const expirations = expirationsByContract(events);
  const purchases: OptionPurchase[] = [];
  let others = 0;
  for (const [index, given] of (journal as unknown[]).entries()) {
    if (!isObject(given) || given['kind'] !== 'buy_close') {
      others += 1;
      continue;
    }
    const place = { key: secondJournalKey, item: String(index) };
    const checked = checkItem(purchase, given, place, unreadable);
    if (checked !== undefined) purchases.push(asPurchase(checked, expirations));
  }
  return { purchases, others };
}

function asPurchase(
  given: Purchase,
  expirations: ReadonlyMap<string, readonly Expiration[]>,
): OptionPurchase {
  const { id, when, symbol, type, contracts, strike, premium, fees = 0 } = given;
  const contract = contractKey(symbol, type, contracts, strike);
  return {
    id,
    boughtAt: when,
    symbol: symbol.toUpperCase(),
    leg: type,
    contracts: money(contracts),
    strike: money(strike),
    premium,
    fees,
    // Repeats the application's computation in its order, to get the same double as in SQLite.
    amount: money(-Math.abs(-(contracts * premium * 100) - fees)),
    expiration: expirationOf(Date.parse(when), expirations.get(contract) ?? []),
  };
}

interface Expiration {
  at: number;
  day: string;
}

function expirationsByContract(events: unknown): Map<string, Expiration[]> {
  const found = new Map<string, Expiration[]>();
  for (const given of Array.isArray(events) ? (events as unknown[]).slice(-maxEvents) : []) {
    const { success, data } = event.safeParse(given);
    if (!success) continue;
    const { symbol, type, qty, strike, expiration } = data.props;
    const contract = contractKey(symbol, type, qty, strike);
    const known = found.get(contract) ?? [];
    known.push({ at: data.ts, day: expiration });
    found.set(contract, known);
  }
  return found;
}

function contractKey(symbol: string, type: string, contracts: number, strike: number): string {
  return JSON.stringify([symbol.toUpperCase(), type, contracts, strike]);
}

/** The expiration, if all events of the contract after the purchase name the same day. */
function expirationOf(boughtAt: number, expirations: readonly Expiration[]): string | null {
  const after = expirations.filter(({ at }) => at >= boughtAt && at <= boughtAt + eventDelay);
  const [first, ...otherDays] = new Set(after.map(({ day }) => day));
  return first !== undefined && otherDays.length === 0 ? first : null;
}
