import type { RowReader } from './row-reader.js';

/**
 * The object that a legacy `meta` holds. The browser application encoded it anew with every edit; what cannot be read as an
 * object is kept as it stood, under `legacyMeta`.
 */
export function readMeta(row: RowReader): Record<string, unknown> {
  const value = row.value('meta');
  if (value === null) return {};
  if (value === '') {
    row.change('emptied', 'meta', '', {});
    return {};
  }
  const { decoded, times } = decode(value);
  if (isObject(decoded)) {
    if (times > 1) row.change('decoded', 'meta', value, decoded);
    return decoded;
  }
  if (value instanceof Uint8Array) {
    row.refuse('meta', 'must be text');
    return {};
  }
  const wrapped = { legacyMeta: value };
  row.change('wrapped', 'meta', value, wrapped);
  return wrapped;
}

function decode(value: unknown): { decoded: unknown; times: number } {
  let decoded = value;
  let times = 0;
  while (typeof decoded === 'string') {
    try {
      decoded = JSON.parse(decoded);
    } catch {
      break;
    }
    times += 1;
  }
  return { decoded, times };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
