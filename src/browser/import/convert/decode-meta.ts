import { isRecord } from '../../../model/input-check.js';

/**
 * Decodes a text repeatedly, and joins texts that the browser application spread.
 *
 * @param parse parses JSON; text that it rejects is kept
 * @returns `times`: how often the value was encoded
 */
export function decodeMeta(
  value: unknown,
  parse: (text: string) => unknown,
): { decoded: unknown; times: number } {
  let decoded = value;
  let times = 0;
  while (typeof decoded === 'string') {
    try {
      decoded = parse(decoded);
    } catch {
      break;
    }
    times += 1;
  }
  const spread = isRecord(decoded) ? spreadText(decoded) : undefined;
  if (spread === undefined) return { decoded, times };
  const inner = decodeMeta(spread.text, parse);
  if (!isRecord(inner.decoded)) return { decoded, times };
  return { decoded: { ...inner.decoded, ...spread.added }, times: times + inner.times + 1 };
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
