import { LosslessNumber, stringify } from 'lossless-json';
import { decimalColumns } from '../../format/kept-values.js';
import { LegacyFileError } from './legacy-file.error.js';
import { JsonSyntaxError, parseJsonText } from './parse-json.js';

export const remedy = 'expected an object with the arrays `accounts` and `journal`, one object per row';

/** @throws LegacyFileError for bytes that are not UTF-8 */
export function decodeUtf8(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LegacyFileError(path, 'is JSON with bytes that are not UTF-8; save it as UTF-8');
  }
}

/** Parses JSON without losing digits of numbers. @throws LegacyFileError */
export function parseJson(path: string, text: string, firstLine = 1): unknown {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof RangeError)
      throw new LegacyFileError(path, `is JSON that is nested too deep; ${remedy}`);
    if (!(error instanceof JsonSyntaxError)) throw error;
    const place = placeIn(text, error.position, firstLine);
    throw new LegacyFileError(
      path,
      `is broken JSON (syntax error or repeated key at ${place}); export it again, as it may have been cut off`,
    );
  }
}

function placeIn(text: string, position: number, firstLine: number): string {
  let line = firstLine;
  let begin = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < position; end = text.indexOf('\n', begin)) {
    line += 1;
    begin = end + 1;
  }
  return `line ${line}, column ${position - begin + 1}`;
}

const decimals: ReadonlySet<string> = new Set(decimalColumns);

/** Keeps all digits of decimals. Turns `meta` into JSON text, as the other formats have it. */
export function asLegacyValue(path: string, column: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof LosslessNumber && decimals.has(column)) return value.toString();
  const text = asText(path, value);
  return column === 'meta' ? text : JSON.parse(text);
}

function asText(path: string, value: object): string {
  try {
    return stringify(value) ?? 'null';
  } catch {
    throw new LegacyFileError(path, `is JSON that is nested too deep; ${remedy}`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
