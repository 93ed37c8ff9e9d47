import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes } from '../../../src/figures/ledger/byte-order.js';

describe('The byte order of the figures', () => {
  it('orders any two texts as their bytes in UTF-8', () => {
    // Few characters, on both sides of the surrogates, so that texts share beginnings.
    const character = fc.constantFrom('a', 'B', 'ß', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    const text = fc.string({ unit: character, maxLength: 4 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const order = Buffer.compare(Buffer.from(one), Buffer.from(other));
        expect(Math.sign(compareBytes(one, other))).toBe(order);
      }),
      { numRuns: 2_000 },
    );
  });

  it('puts null last', () => {
    expect(['b', null, 'a'].sort(compareBytes)).toEqual(['a', 'b', null]);
    expect(compareBytes(null, null)).toBe(0);
  });
});
