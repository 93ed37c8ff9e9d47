import { parse } from 'lossless-json';
import { isExactNumber } from '../../../model/decimal.js';
import type { RowReader } from './row-reader.js';

/** Far below the limits of PostgreSQL and JavaScript, which are some thousand levels. */
const maxDepth = 500;

/**
 * Decodes a legacy `meta`, which the browser application encoded once more with every edit, or
 * spread into its characters. A value that is not an object is kept unchanged under `legacyMeta`.
 */
export function readMeta(row: RowReader): Record<string, unknown> {
  const value = row.value('meta');
  if (value === null) {
    row.change('filled', 'meta', null, {});
    return {};
  }
  if (value === '') {
    row.change('emptied', 'meta', '', {});
    return {};
  }
  const { decoded, times, isExact } = decodeMeta(value);
  const fits = isWithin(maxDepth, decoded);
  if (isObject(decoded) && fits) {
    if (times > 1) row.change('decoded', 'meta', value, decoded);
    if (!isExact) row.change('rounded', 'meta', value, decoded);
    return decoded;
  }
  if (typeof value !== 'string' && (value instanceof Uint8Array || !fits)) {
    row.refuse('meta', value instanceof Uint8Array ? 'must be text' : 'is nested too deep');
    return {};
  }
  const wrapped = { legacyMeta: value };
  row.change('wrapped', 'meta', value, wrapped);
  return wrapped;
}

/**
 * Decodes repeatedly, and joins texts that the browser application spread. Rejects JSON with a
 * repeated key, because one value would be lost.
 */
export function decodeMeta(value: unknown): { decoded: unknown; times: number; isExact: boolean } {
  let decoded = value;
  let times = 0;
  let isExact = true;
  const parseNumber = (digits: string) => {
    isExact &&= isExactNumber(digits);
    return Number(digits);
  };
  while (typeof decoded === 'string') {
    try {
      decoded = parse(decoded, null, parseNumber);
    } catch {
      break;
    }
    times += 1;
  }
  const spread = isObject(decoded) ? spreadText(decoded) : undefined;
  if (spread === undefined) return { decoded, times, isExact };
  const inner = decodeMeta(spread.text);
  if (!isObject(inner.decoded)) return { decoded, times, isExact };
  return {
    decoded: { ...inner.decoded, ...spread.added },
    times: times + inner.times + 1,
    isExact: isExact && inner.isExact,
  };
}

/**
 * The text whose UTF-16 code units an object has under the keys 0, 1, 2 and so on, and its other
 * members. The edit form of the browser application adds values to `{ ...meta }`, also where
 * earlier edits left `meta` encoded: `"{}"` and a delta become
 * `{ "0": "{", "1": "}", "delta": 0.3 }`.
 */
function spreadText(
  object: Record<string, unknown>,
): { text: string; added: Record<string, unknown> } | undefined {
  let text = '';
  for (;;) {
    const unit = object[text.length];
    if (typeof unit !== 'string' || unit.length !== 1) break;
    text += unit;
  }
  if (text === '') return undefined;
  // Keys that are array indices come first, in ascending order.
  return { text, added: Object.fromEntries(Object.entries(object).slice(text.length)) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function isWithin(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(levels - 1, inner));
}
