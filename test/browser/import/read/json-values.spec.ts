import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { JsonSyntaxError, parseJsonText } from '../../../../src/browser/import/read/json-values.js';

/** The parsed value; undefined for invalid JSON. */
function parsed(parse: (text: string) => unknown, text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      inner instanceof LosslessNumber ? Number(inner.value) : inner,
    ),
  );

const value = fc.jsonValue({ stringUnit: 'binary' });
const spacing = fc.constantFrom(undefined, 1, '\t', '\n ');

it('accepts any JSON that JSON.parse accepts, with an equal result', () => {
  fc.assert(
    fc.property(value, spacing, (json, space) => {
      const text = ` ${JSON.stringify(json, null, space)}\r\n`;
      expect(plain(parseJsonText(text))).toEqual(JSON.parse(text));
    }),
  );
});

it('refuses any text that JSON.parse refuses, and also a repeated key', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '"b"',
    '\\',
    '\\u00e9',
    '\\x',
    '1',
    '-',
    '0',
    '.5',
    'e3',
    'null',
    'tru',
    'true',
    ' ',
    '\n',
    '\u00a0',
    '\u0001',
  ];
  const mixed = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => list.join(''));
  const broken = fc.tuple(value, fc.nat(), fc.constantFrom(...pieces)).map(([json, at, piece]) => {
    const text = JSON.stringify(json);
    return text.slice(0, at % (text.length + 1)) + piece + text.slice((at + 1) % (text.length + 1));
  });
  fc.assert(
    fc.property(fc.oneof(mixed, broken), (text) => {
      const [own, native] = [parsed(parseJsonText, text), parsed(JSON.parse, text)];
      if (own === undefined && native !== undefined && /"(.*?)".*"\1"/s.test(text)) return;
      expect(own && plain(own.value)).toEqual(native?.value === undefined ? undefined : plain(native.value));
      expect(own === undefined).toBe(native === undefined);
    }),
    { numRuns: 2000 },
  );
});

it('keeps each digit and each key', () => {
  expect(parseJsonText('[0.1, 1e2, 123456789012345, 0.30000000000000004, -0]')).toEqual([
    0.1, 100, 123456789012345, 0.30000000000000004, -0,
  ]);
  for (const digits of ['9007199254740993', '0.12345678901234567890', '1e999'])
    expect(parseJsonText(digits)).toEqual(new LosslessNumber(digits));
  expect(Object.keys(parseJsonText('{"__proto__": 1, "a": 2}') as object)).toEqual(['__proto__', 'a']);
});

it('refuses a repeated key with different values, and names its place', () => {
  expect(parseJsonText('{"a": 1, "a": 1}')).toEqual({ a: 1 });
  for (const [text, position] of [
    ['{"a": 1, "a": 2}', 9],
    ['{"a": 1,}', 8],
    ['"a\n"', 2],
    ['[1', 2],
    ['', 0],
    ['1 2', 2],
  ] as const) {
    expect(() => parseJsonText(text)).toThrow(expect.objectContaining({ position }));
  }
  expect(() => parseJsonText('['.repeat(1_000_000))).toThrow(RangeError);
});
