import { LosslessNumber, stringify } from 'lossless-json';
import { decimalColumns } from '../../format/kept-values.js';
import { FileProblem } from './file-problem.js';
import { isExactNumber } from '../../../model/decimal.js';

export const remedy = 'expected an object with the arrays `accounts` and `journal`, one object per row';

/** @throws FileProblem for bytes that are not UTF-8 */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileProblem('is JSON with bytes that are not UTF-8; save it as UTF-8');
  }
}

/** Parses JSON without losing digits of numbers. @throws FileProblem */
export function parseJson(text: string, firstLine = 1): unknown {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof RangeError) throw new FileProblem(`is JSON that is nested too deep; ${remedy}`);
    if (!(error instanceof JsonSyntaxError)) throw error;
    const place = placeIn(text, error.position, firstLine);
    throw new FileProblem(
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
export function asLegacyValue(column: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof LosslessNumber && decimals.has(column)) return value.toString();
  const text = asText(value);
  return column === 'meta' ? text : JSON.parse(text);
}

function asText(value: object): string {
  try {
    return stringify(value) ?? 'null';
  } catch {
    throw new FileProblem(`is JSON that is nested too deep; ${remedy}`);
  }
}

/** The text is not JSON, or an object repeats a key with different values. */
export class JsonSyntaxError extends Error {
  constructor(
    /** Index in the text. */
    readonly position: number,
  ) {
    super(`not JSON at position ${position}`);
  }
}

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A double represents numbers of this form exactly. */
const shortNumber = /^-?\d{1,15}$|^-?(?=[\d.]{1,16}$)\d+\.\d+$/;
const literals: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
];

/**
 * Parses JSON without losing digits: a number that a double cannot represent becomes a
 * LosslessNumber. Strings are slices of the text: lossless-json, which appends each character,
 * takes more than 2 GiB for an export of 256 MiB.
 *
 * @throws JsonSyntaxError
 * @throws RangeError if the text is nested too deeply
 */
export function parseJsonText(text: string): unknown {
  return new Parser(text).whole();
}

class Parser {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): unknown {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.text.length) throw new JsonSyntaxError(this.#at);
    return value;
  }

  #value(): unknown {
    this.#skipSpace();
    switch (this.text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#opens('}')) return object;
    do {
      this.#skipSpace();
      const begin = this.#at;
      if (this.text[begin] !== '"') throw new JsonSyntaxError(begin);
      const key = this.#string();
      if (!this.#takes(':')) throw new JsonSyntaxError(this.#at);
      const value = this.#value();
      if (Object.hasOwn(object, key) && object[key] !== value) throw new JsonSyntaxError(begin);
      if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true });
      else object[key] = value;
    } while (this.#takes(','));
    if (!this.#takes('}')) throw new JsonSyntaxError(this.#at);
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    if (this.#opens(']')) return array;
    do array.push(this.#value());
    while (this.#takes(','));
    if (!this.#takes(']')) throw new JsonSyntaxError(this.#at);
    return array;
  }

  #string(): string {
    const begin = this.#at;
    let hasEscapes = false;
    for (let at = begin + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return hasEscapes ? this.#unescaped(begin, at + 1) : this.text.slice(begin + 1, at);
      }
      if (code < 0x20) throw new JsonSyntaxError(at);
      if (code !== 0x5c) continue;
      hasEscapes = true;
      at += 1;
    }
    throw new JsonSyntaxError(this.text.length);
  }

  #unescaped(begin: number, end: number): string {
    try {
      return JSON.parse(this.text.slice(begin, end)) as string;
    } catch {
      throw new JsonSyntaxError(begin);
    }
  }

  #scalar(): unknown {
    for (const [literal, value] of literals) {
      if (!this.text.startsWith(literal, this.#at)) continue;
      this.#at += literal.length;
      return value;
    }
    number.lastIndex = this.#at;
    const [digits] = number.exec(this.text) ?? [];
    if (digits === undefined) throw new JsonSyntaxError(this.#at);
    this.#at += digits.length;
    return shortNumber.test(digits) || isExactNumber(digits) ? Number(digits) : new LosslessNumber(digits);
  }

  /** Skips an opening bracket. @returns whether the closing bracket follows immediately */
  #opens(closing: string): boolean {
    this.#at += 1;
    return this.#takes(closing);
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    if (this.text.charCodeAt(this.#at) > 0x20) return;
    space.lastIndex = this.#at;
    space.test(this.text);
    this.#at = space.lastIndex;
  }
}
