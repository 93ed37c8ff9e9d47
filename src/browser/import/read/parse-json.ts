import { isExactNumber } from '../../../model/decimal.js';
import { LosslessNumber } from 'lossless-json';

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
 * LosslessNumber. Strings are slices of the text, so that memory is a small multiple of the file.
 *
 * @throws JsonSyntaxError
 * @throws RangeError if the text is nested too deeply
 */
export function parseJsonText(text: string): unknown {
  const parser = new Parser(text);
  return parser.whole();
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
