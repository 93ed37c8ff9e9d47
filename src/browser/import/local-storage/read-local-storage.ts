import { isObject } from '../read/json-values.js';
import { shortened } from './check-item.js';
import { readExpirations } from './read-expirations.js';
import { readPurchases } from './read-purchases.js';
import { eventsKey, expirationsKey, knownKeys, secondJournalKey } from './known-keys.js';
import { LocalStorageError } from './local-storage.error.js';
import type { LocalStorage } from './local-storage.js';
import type { UnreadableItem, UntakenKey } from '../report/local-storage-report.js';

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
