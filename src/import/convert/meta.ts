import { isExactNumber } from '../../database/entities/decimal.js';
import type { RowReader } from './row-reader.js';

/** PostgreSQL and JavaScript give up some thousand levels further down. */
const deepest = 500;

/**
 * The object that a legacy `meta` holds. The browser application encoded it anew with every edit; what cannot be read as an
 * object is kept as it stood, under `legacyMeta`.
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
  const { decoded, times, text } = decode(value);
  const fits = isWithin(deepest, decoded);
  if (isObject(decoded) && fits) {
    if (times > 1) row.change('decoded', 'meta', value, decoded);
    if (text !== undefined && !isExact(text)) row.change('rounded', 'meta', value, decoded);
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

/** `text` is the innermost encoding. */
function decode(value: unknown): { decoded: unknown; times: number; text: string | undefined } {
  let decoded = value;
  let times = 0;
  let text: string | undefined;
  while (typeof decoded === 'string') {
    const encoded = decoded;
    try {
      decoded = JSON.parse(encoded);
    } catch {
      break;
    }
    text = encoded;
    times += 1;
  }
  return { decoded, times, text };
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

const text = /"(?:[^"\\]|\\.)*"/g;
const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** Whether every number in the JSON is one that a double holds, such as no id of twenty digits. */
function isExact(json: string): boolean {
  return (json.replace(text, '').match(number) ?? []).every(isExactNumber);
}
