import { isObject } from '../read/json-values.js';
import { shortened } from './check-item.js';
import { readExpirations } from './read-expirations.js';
import { readPurchases } from './read-purchases.js';
import { eventsKey, expirationsKey, knownKeys, secondJournalKey } from './known-keys.js';
import { LocalStorageError } from './local-storage.error.js';
import type { LocalStorage } from './local-storage.js';
import type { UnreadableItem, UntakenKey } from '../report/local-storage-report.js';

/** How many keys of other applications are reported by name; the rest is counted. */
const namedKeys = 20;

/**
 * Browsers keep some five million characters for an origin: a key has fewer items than this, of
 * more than 100 characters each.
 */
export const mostItems = 50_000;

/**
 * Reads a dump of localStorage: the JSON text of an object with the text of each key. Items that
 * are not as the browser application writes them are reported, and never a reason to refuse the
 * dump: the application skips them too.
 *
 * @throws LocalStorageError for anything but such an object
 */
export function readLocalStorage(text: string): LocalStorage {
  const texts = parseDump(text);
  const unreadable: UnreadableItem[] = [];
  const parse = (key: string) => parseItem(key, texts.get(key), unreadable);
  const expirations = readExpirations(parse(expirationsKey), unreadable);
  const entries = parse(secondJournalKey);
  const { purchases, others } = readPurchases(entries, parse(eventsKey), unreadable);
  return { expirations, purchases, notTaken: notTaken(texts, others), unreadable };
}

function parseDump(text: string): ReadonlyMap<string, string> {
  const dump = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (dump === undefined) throw new LocalStorageError('is not JSON');
  if (!isObject(dump)) throw new LocalStorageError('is JSON, but not an object');
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(dump)) {
    if (typeof value !== 'string')
      throw new LocalStorageError(`has a value that is not text, under ${JSON.stringify(shortened(key))}`);
    texts.set(key, value);
  }
  return texts;
}

function parseItem(key: string, text: string | undefined, unreadable: UnreadableItem[]): unknown {
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (value === undefined) unreadable.push({ key, item: null, reason: 'is not JSON' });
  if (countOf(value) > mostItems)
    throw new LocalStorageError(`has more than ${mostItems} items under ${JSON.stringify(key)}`);
  return value;
}

/** The value of a JSON text, which is never undefined; undefined if the text is not JSON. */
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
  const named = unknown.slice(0, namedKeys).map((key) => ({ key: shortened(key), items: 1, what }));
  const more = unknown.length - named.length;
  return [...known, ...named, ...(more > 0 ? [{ key: `${more} more keys`, items: more, what }] : [])];
}

/** How many elements a list or an object has; any other value is one item. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.keys(value).length;
}
