import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { LocalStorage, ExpirationCorrection, OptionPurchase } from './local-storage.js';
import { LocalStorageError } from './local-storage.error.js';
import { isRecord } from '../../../model/input-check.js';
import type { UnreadableItem, UntakenKey } from '../report/import-report.js';
import { Decimal, toColumnScale, type DecimalString } from '../../../model/decimal.js';
import { addTo } from '../../../model/group-by.js';
import { storableDay, storableKey } from '../../../model/storable.js';

/** Bytes. Browsers store five million characters per origin: at most six bytes each in JSON. */
export const maxLocalStorageSize = 32 * 1024 * 1024;

/** The remedy for wrong content. */
const form = 'it must be a JSON object with a text for each key: the output of JSON.stringify(localStorage)';

/** @throws LocalStorageError if the file is unreadable, too large, or not a dump in UTF-8 */
export async function readLocalStorageFile(path: string): Promise<LocalStorage> {
  const bytes = await readBounded(path);
  if (!isUtf8(bytes)) throw new LocalStorageError(`is not UTF-8; ${form}`);
  return readLocalStorage(bytes.toString('utf8'));
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path);
    // Reading a pipe or a device may never end.
    if (!stats.isFile()) throw new LocalStorageError('is not a regular file; save its content to a file');
    if (stats.size > maxLocalStorageSize)
      throw new LocalStorageError(`is too large (at most ${maxLocalStorageSize / 1024 / 1024} MiB)`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof LocalStorageError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new LocalStorageError(`cannot be opened (${code}); check the path and the permission to read`, {
      cause: error,
    });
  }
}

/** Number of unknown keys that are reported by name; the others are counted. */
const maxListedKeys = 20;

/**
 * Limit of items per key. Browsers store about five million characters per origin, and an item has
 * more than 100 characters.
 */
export const maxItems = 50_000;

/**
 * Reads a dump of localStorage: a JSON object with the text of each key. Reports items in an
 * unknown form, but does not refuse the dump: the browser application skips them too.
 *
 * @throws LocalStorageError for anything but such an object
 */
export function readLocalStorage(text: string): LocalStorage {
  const texts = parseDump(text);
  const unreadable: UnreadableItem[] = [];
  const parse = (key: string) => parseItem(key, texts.get(key), unreadable);
  const expirations = readExpirations(parse(expirationsKey), unreadable);
  const [journal, events] = [parse(secondJournalKey), parse(eventsKey)];
  const trades = readTrades(journal, unreadable);
  const purchases = readPurchases(trades, events, unreadable);
  const others = trades.filter((trade) => !isPurchase(trade)).length;
  return { expirations, purchases, notTaken: notTaken(texts, others), unreadable };
}

function parseDump(text: string): ReadonlyMap<string, string> {
  const dump = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (dump === undefined) throw new LocalStorageError(`is not JSON; ${form}`);
  if (!isRecord(dump)) throw new LocalStorageError(`is JSON, but not an object; ${form}`);
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(dump)) {
    if (typeof value !== 'string')
      throw new LocalStorageError(
        `has a value that is not text, under ${JSON.stringify(shortened(key))}; ${form}`,
      );
    texts.set(key, value);
  }
  return texts;
}

function parseItem(key: string, text: string | undefined, unreadable: UnreadableItem[]): unknown {
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (value === undefined) unreadable.push({ key, item: null, reason: 'is not JSON' });
  if (countOf(value) > maxItems)
    throw new LocalStorageError(`has more than ${maxItems} items under ${JSON.stringify(key)}`);
  return value;
}

/** The value of a JSON text; undefined if the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function notTaken(texts: ReadonlyMap<string, string>, others: number): UntakenKey[] {
  const known = [...knownKeys].flatMap(([key, what]) => {
    const text = texts.get(key);
    const items = text === undefined ? 0 : key === secondJournalKey ? others : countOf(parseJson(text));
    return items === 0 ? [] : [{ key, items, what }];
  });
  const unknown = [...texts.keys()].filter((key) => !knownKeys.has(key) && key !== expirationsKey);
  const what = 'not a key of the browser application';
  const listed = unknown.slice(0, maxListedKeys).map((key) => ({ key: shortened(key), items: 1, what }));
  const more = unknown.length - listed.length;
  return [...known, ...listed, ...(more > 0 ? [{ key: `${more} more keys`, items: more, what }] : [])];
}

/** Number of elements of an array or object; any other value counts as one item. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.keys(value).length;
}

/** Corrected expirations, by position. */
export const expirationsKey = 'wheel_dte_overrides';

/** The application's second journal: only it stores the contract of a bought option. */
const secondJournalKey = 'journal.v1';

/** Events of the user interface (production builds only), which can name an option's expiration. */
const eventsKey = 'telemetry.events';

/**
 * Keys of the browser application, with a description of the items that an import ignores.
 * `wheel_dte_overrides` is missing, because all its items are imported. `journal.v1`: purchases are
 * imported, other trades are ignored.
 */
export const knownKeys: ReadonlyMap<string, string> = new Map([
  ['options-tracker.db', 'the journal of a browser without OPFS; with OPFS, an old copy'],
  [secondJournalKey, 'trades that the journal holds, too'],
  [eventsKey, 'events of the user interface'],
  ['earnings_cache', 'earnings dates of a web service, kept for a day'],
  ['journal_filter_presets', 'view setting: named filters of the journal page'],
  ['user_symbols_history', 'view setting: symbols to suggest'],
  ['journal_last_symbol', 'view setting: the symbol to begin with'],
  ['journal_view_mode', 'view setting'],
  ['journal_show_charts', 'view setting'],
  ['journal_visible_columns', 'view setting'],
  ['journal_page_size', 'view setting'],
  ['journal_group_by', 'view setting'],
  ['journal_filter_collapsed', 'view setting'],
  ['observer-terminal-unlocked', 'view setting'],
  ['theme', 'view setting'],
]);

/** A double that fits a decimal column: a price, a fee. */
const price = z.number().min(0).lt(1e11);

/** A double of the application, in the form of a decimal column. */
function money(double: number): DecimalString {
  return toColumnScale(new Decimal(double));
}

/** Number of characters of a text of the dump that a report shows. */
const maxShownLength = 100;

function shortened(text: string): string {
  return text.slice(0, maxShownLength);
}

/** Validates an item. @returns undefined for an invalid item, after adding it to `unreadable` */
function checkItem<T>(
  schema: z.ZodType<T>,
  given: unknown,
  place: { key: string; item: string },
  unreadable: UnreadableItem[],
): T | undefined {
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  unreadable.push({ ...place, reason: `${path}${issue?.message ?? 'is invalid'}` });
  return undefined;
}

const lastInstant = Date.UTC(9999, 11, 31);

const override = z.object({
  ticker: storableKey,
  strike: price,
  overrideExpiration: storableDay,
  timestamp: z.int().min(0).max(lastInstant),
});

/**
 * Reads `wheel_dte_overrides`, an object of corrections by position. A key is
 * `symbol_strike_expiration`, with the strike as JavaScript prints it and the expiration as in
 * SQLite: `AAPL_150_2025-12-19T07:00:00.000Z`.
 */
function readExpirations(value: unknown, unreadable: UnreadableItem[]): ExpirationCorrection[] {
  const skip = (item: string | null, reason: string): [] => {
    unreadable.push({ key: expirationsKey, item, reason });
    return [];
  };
  if (value === undefined) return [];
  if (!isRecord(value)) return skip(null, 'is not an object');
  return Object.entries(value).flatMap(([position, given]) => {
    const item = shortened(position);
    const checked = checkItem(override, given, { key: expirationsKey, item }, unreadable);
    if (checked === undefined) return [];
    const { ticker, strike, overrideExpiration, timestamp } = checked;
    const contract = `${ticker}_${strike}_`;
    if (!position.startsWith(contract))
      return skip(item, 'is not the key of a position with this ticker and strike');
    const expiration = position.slice(contract.length);
    // `shortened` could turn a longer text into a valid day.
    if (expiration.length > maxShownLength)
      return skip(item, `has more than ${maxShownLength} characters in place of the expiration`);
    const correctedAt = new Date(timestamp).toISOString();
    const symbol = ticker.trim();
    return [{ symbol, strike: money(strike), expiration, to: overrideExpiration, correctedAt }];
  });
}

const leg = z.enum(['P', 'C']).transform((side) => (side === 'C' ? 'call' : 'put'));

const purchase = z.object({
  id: storableKey,
  when: z.iso.datetime().transform((text) => new Date(text).toISOString()),
  symbol: storableKey,
  type: leg,
  contracts: z.int().min(1).max(1_000_000),
  strike: price.gt(0),
  premium: price,
  fees: price.optional(),
});
type Purchase = z.output<typeof purchase>;

const storablePurchase = purchase.refine(
  (given) => costOf(given) < 1e12,
  'the cost must be less than 1,000,000,000,000',
);

/** Repeats the application's computation in its order, to get the same double as in SQLite. */
function costOf({ contracts, premium, fees = 0 }: Purchase): number {
  return Math.abs(-(contracts * premium * 100) - fees);
}

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

/** The items of `journal.v1`, which is a list of trades. */
function readTrades(journal: unknown, unreadable: UnreadableItem[]): unknown[] {
  if (Array.isArray(journal)) return journal;
  if (journal !== undefined) unreadable.push({ key: secondJournalKey, item: null, reason: 'is not a list' });
  return [];
}

function isPurchase(trade: unknown): boolean {
  return isRecord(trade) && trade['kind'] === 'buy_close';
}

/** Reads the purchases among the trades, and their expirations from `telemetry.events`. */
function readPurchases(
  trades: readonly unknown[],
  events: unknown,
  unreadable: UnreadableItem[],
): OptionPurchase[] {
  const expirations = expirationsByContract(events);
  return trades.flatMap((trade, index) => {
    if (!isPurchase(trade)) return [];
    const place = { key: secondJournalKey, item: String(index) };
    const checked = checkItem(storablePurchase, trade, place, unreadable);
    return checked === undefined ? [] : [asPurchase(checked, expirations)];
  });
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
    symbol: symbol.trim().toUpperCase(),
    leg: type,
    contracts: money(contracts),
    strike: money(strike),
    premium,
    fees,
    amount: money(-costOf(given)),
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
    addTo(found, contractKey(symbol, type, qty, strike), { at: data.ts, day: expiration });
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
