import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowReader } from '../../../../src/browser/import/convert/row-reader.js';

function read(value: unknown) {
  const row = new RowReader({ id: 'e', amount: value }, 1);
  return { stored: row.decimal('amount'), changes: row.changes, problems: row.problems };
}

/** `units` × 10^-scale, exactly. */
function exact(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `${units < 0n ? '-' : ''}${text}`;
}

const atColumnScale = (units: bigint, scale: number) => exact(units * 10n ** BigInt(8 - scale), 8);

describe('floating-point error of a double', () => {
  it('is removed from price × quantity × 100, and reported', () => {
    const cents = fc.integer({ min: 1, max: 99_999 });
    fc.assert(
      fc.property(
        cents,
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(1, -1),
        (price, contracts, sign) => {
          const noisy = sign * (price / 100) * contracts * 100;
          const { stored, changes } = read(noisy);
          expect(stored).toBe(atColumnScale(BigInt(sign * price * contracts), 0));
          const isNoisy = !Number.isInteger(noisy);
          expect(changes).toHaveLength(isNoisy ? 1 : 0);
          if (isNoisy) expect(changes[0]).toMatchObject({ kind: 'rounded', from: String(noisy), to: stored });
        },
      ),
      { examples: [[260, 4, 1]] },
    );
  });

  it('is removed from fractional shares at a price in cents, to eight exact decimals', () => {
    const millionths = fc.integer({ min: 1, max: 99_999_999 });
    fc.assert(
      fc.property(millionths, fc.integer({ min: 1, max: 99_999 }), (shares, price) => {
        const { stored } = read((shares / 1_000_000) * (price / 100));
        expect(stored).toBe(atColumnScale(BigInt(shares) * BigInt(price), 8));
      }),
      { examples: [[2_222_334, 11_718]] },
    );
  });

  it('is removed from sums of cents', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99_999, max: 99_999 }), { maxLength: 50 }), (all) => {
        const sum = all.reduce((noisy, cents) => noisy + cents / 100, 0);
        const cents = all.reduce((total, each) => total + BigInt(each), 0n);
        expect(read(sum).stored).toBe(atColumnScale(cents, 2));
      }),
    );
  });
});

describe('a decimal', () => {
  it('of up to eight places is stored exactly, from a number or text, without a report', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        fc.integer({ min: 0, max: 8 }),
        (units, scale) => {
          const text = exact(units, scale);
          const stored = atColumnScale(units, scale);
          expect(read(text)).toEqual({ stored, changes: [], problems: [] });
          expect(read(Number(text))).toEqual({ stored, changes: [], problems: [] });
        },
      ),
    );
  });

  it('of more places is rounded half away from zero, and reported if its value changes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (units) => {
        const { stored, changes } = read(exact(units, 12));
        const magnitude = ((units < 0n ? -units : units) + 5_000n) / 10_000n;
        expect(stored).toBe(exact(units < 0n ? -magnitude : magnitude, 8));
        expect(changes.length === 1).toBe(units % 10_000n !== 0n);
      }),
      { examples: [[5_000n], [-5_000n], [-4_999n], [10_000n]] },
    );
  });

  it('has no negative zero', () => {
    expect([read(-0).stored, read('-0').stored, read(-1e-12).stored]).toEqual(Array(3).fill('0.00000000'));
  });

  // A number in JSON is read as its text.
  it.each([
    ['+5', '5.00000000'],
    ['5.', '5.00000000'],
    ['.25', '0.25000000'],
    ['1e3', '1000.00000000'],
    ['-2.5E-3', '-0.00250000'],
    ['.5e+10', '5000000000.00000000'],
    ['100000000e-100', '0.00000000'],
  ])('may be written as %s', (text, stored) => {
    expect(read(text)).toMatchObject({ stored, problems: [] });
  });

  it('may have up to 400 characters', () => {
    expect(read(`0.${'0'.repeat(398)}`).stored).toBe('0.00000000');
    expect(read(`0.${'0'.repeat(399)}`).problems).toMatchObject([{ reason: 'must be a number' }]);
  });

  it('may be missing', () => {
    expect(read(null)).toEqual({ stored: null, changes: [], problems: [] });
  });

  it.each([['5'], ['5000000000000']])('is not read from a list of %p', (text) => {
    expect(read([text]).problems).toMatchObject([{ reason: 'must be a number' }]);
  });

  it.each([
    Infinity,
    -Infinity,
    NaN,
    '',
    ' 1',
    '1,5',
    '0x10',
    '--1',
    'abc',
    '.',
    'e5',
    '1e',
    '1e1000',
    true,
    {},
    [],
    new Uint8Array(2),
  ])('is not read from %p', (value) => {
    const { stored, problems } = read(value);
    expect(stored).toBeNull();
    expect(problems).toMatchObject([{ id: 'e', column: 'amount', reason: 'must be a number' }]);
  });
});
