import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readMeta } from '../../../../src/browser/import/convert/meta.js';
import { RowReader } from '../../../../src/browser/import/convert/row-reader.js';
import { encoded } from '../../../support/legacy-arbitraries.js';

function read(value: unknown) {
  const row = new RowReader({ id: 'e', meta: value }, 1);
  const meta = readMeta(row);
  for (const { column } of row.changes) expect(column).toBe('meta');
  return { meta, kinds: row.changes.map(({ kind }) => kind), problems: row.problems };
}

const objects = fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('meta', () => {
  it('is decoded to the object, and repeated encoding is reported', () => {
    fc.assert(
      fc.property(objects, fc.integer({ min: 0, max: 3 }), (object, times) => {
        const { meta, kinds } = read(times === 0 ? plain(object) : encoded(object, times));
        expect(meta).toEqual(plain(object));
        expect(kinds).toEqual(times > 1 ? ['decoded'] : []);
      }),
    );
  });

  it('is joined where the edit form spread the encoded text into its characters', () => {
    const added = fc.dictionary(
      fc.constantFrom('delta', 'iv_rank', 'commission'),
      fc.double({ noNaN: true }),
    );
    fc.assert(
      fc.property(objects, fc.array(added, { minLength: 1, maxLength: 2 }), (object, edits) => {
        let text = JSON.stringify(object);
        for (const values of edits) text = JSON.stringify({ ...(text as unknown as object), ...values });
        const { meta, kinds } = read(text);
        expect(meta).toEqual(plain(Object.assign({ ...object }, ...edits)));
        expect(kinds).toEqual(['decoded']);
      }),
    );
    expect(read('{"0":"{","1":"}","delta":0.3}').meta).toEqual({ delta: 0.3 });
    expect(read({ 0: '"', 1: '{', 2: '}', 3: '"' }).meta).toEqual({});
  });

  it('keeps keys that are numbers where their values are no text of an object', () => {
    for (const object of [{ 0: 'a' }, { 0: '[', 1: ']' }, { 0: '{' }, { 0: '{}' }, { 1: '{', 2: '}' }])
      expect(read(JSON.stringify(object))).toEqual({ meta: object, kinds: [], problems: [] });
  });

  it('becomes an empty object if it is missing or empty', () => {
    expect(read(null)).toEqual({ meta: {}, kinds: ['filled'], problems: [] });
    expect(read('')).toEqual({ meta: {}, kinds: ['emptied'], problems: [] });
  });

  it('that is not an object is kept unchanged, and reported', () => {
    const others = fc.oneof(
      fc.jsonValue().filter((value) => typeof value !== 'object' || value === null || Array.isArray(value)),
      fc.array(fc.jsonValue()),
    );
    fc.assert(
      fc.property(others, fc.integer({ min: 1, max: 3 }), (value, times) => {
        // JSON encoded in a string decodes to an object.
        fc.pre(typeof value !== 'string');
        const text = encoded(value, times);
        expect(read(text)).toEqual({ meta: { legacyMeta: text }, kinds: ['wrapped'], problems: [] });
      }),
    );
  });

  it('that is invalid JSON is kept unchanged, without an exception', () => {
    fc.assert(
      fc.property(objects, fc.nat(), fc.string({ minLength: 1 }), (object, at, garbage) => {
        const whole = JSON.stringify(object);
        const cut = whole.slice(0, at % whole.length);
        fc.pre(cut !== '');
        for (const text of [cut, `${whole}{`, `{${garbage}`]) {
          const { meta, problems } = read(text);
          expect(problems).toEqual([]);
          if (!isObjectJson(text)) expect(meta).toEqual({ legacyMeta: text });
        }
      }),
    );
  });

  it('reports a number that is rounded to a double', () => {
    expect(read('{"orderId":12345678901234567890}').kinds).toEqual(['rounded']);
    expect(read('{"limit":1e999}').kinds).toEqual(['rounded']);
    expect(read('{"price":0.1,"n":1.50,"big":9007199254740991,"e":1e21}').kinds).toEqual([]);
    expect(read('{"text":"12345678901234567890 \\" 98765432109876543210"}').kinds).toEqual([]);
  });

  it('keeps a key called __proto__', () => {
    const { meta } = read('{"__proto__":{"leg":"put"}}');
    expect(JSON.stringify(meta)).toBe('{"__proto__":{"leg":"put"}}');
    expect(meta['leg']).toBeUndefined();
  });

  it('that is nested too deep for the database is kept as text', () => {
    const text = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(read(text)).toEqual({ meta: { legacyMeta: text }, kinds: ['wrapped'], problems: [] });
    expect(read(JSON.parse(text)).problems).toMatchObject([{ column: 'meta', reason: 'is nested too deep' }]);
  });

  it('may be nested 500 levels deep', () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(read(nested(500)).kinds).toEqual([]);
    const deeper = nested(501);
    expect(read(deeper)).toEqual({ meta: { legacyMeta: deeper }, kinds: ['wrapped'], problems: [] });
    expect(read(JSON.parse(deeper)).problems).toMatchObject([{ reason: 'is nested too deep' }]);
  });

  it('that an export decoded to a list is kept unchanged', () => {
    expect(read([1])).toEqual({ meta: { legacyMeta: [1] }, kinds: ['wrapped'], problems: [] });
  });

  it('is refused as bytes', () => {
    expect(read(new Uint8Array([1, 2, 3])).problems).toEqual([
      { id: 'e', column: 'meta', value: '3 bytes', reason: 'must be text' },
    ]);
  });
});

function isObjectJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
