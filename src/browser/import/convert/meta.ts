import { parse } from 'lossless-json';
import { isExactNumber } from '../../../model/decimal.js';
import { isRecord } from '../../../model/input-check.js';
import { decodeMeta } from './decode-meta.js';
import type { RowReader } from './row-reader.js';

/** Far below the limits of PostgreSQL and JavaScript, which are some thousand levels. */
const maxDepth = 500;

/**
 * Decodes a legacy `meta`, which the browser application encoded once more with every edit, or
 * spread into its characters. A value that is not an object is kept unchanged under `legacyMeta`.
 */
export function readMeta(row: RowReader): Record<string, unknown> {
  const value = row.value('meta');
  if (value === null || value === '') {
    row.change(value === null ? 'filled' : 'emptied', 'meta', value, {});
    return {};
  }
  if (value instanceof Uint8Array) {
    row.refuse('meta', 'must be text');
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
  if (isRecord(decoded) && fits) {
    if (times > 1) row.change('decoded', 'meta', value, decoded);
    if (!isExact) row.change('rounded', 'meta', value, decoded);
    return decoded;
  }
  if (typeof value !== 'string' && !fits) {
    row.refuse('meta', 'is nested too deep');
    return {};
  }
  const wrapped = { legacyMeta: value };
  row.change('wrapped', 'meta', value, wrapped);
  return wrapped;
}

function isWithin(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(levels - 1, inner));
}
