import { parse } from 'lossless-json';
import { isExactNumber } from '../../../model/decimal.js';
import { decodeMeta, isObject } from './decode-meta.js';
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
  let isExact = true;
  const parseNumber = (digits: string) => {
    isExact &&= isExactNumber(digits);
    return Number(digits);
  };
  // Rejects a repeated key, because one value would be lost.
  const { decoded, times } = decodeMeta(value, (text) => parse(text, null, parseNumber));
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

function isWithin(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(levels - 1, inner));
}
