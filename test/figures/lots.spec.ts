import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Decimal, toColumnScale } from '../../src/model/decimal.js';
import { LotQueue, lotsBy } from '../../src/figures/lots.js';
import { costMethods } from '../../src/figures/share-trade-sql.js';
import { decimalOf, proRata, unitsOf } from '../../src/figures/units.js';

const most = 10n ** 20n - 1n;
const amounts = fc.bigInt({ min: -most, max: most });
const pieces = fc.bigInt({ min: 1n, max: most });

describe('Units of the eighth place', () => {
  it('are the decimal that PostgreSQL prints, and back', () => {
    fc.assert(
      fc.property(amounts, (units) => {
        const decimal = decimalOf(units);

        expect(decimal).toBe(toColumnScale(new Decimal(units.toString()).div(1e8)));
        expect(unitsOf(decimal)).toBe(units);
      }),
    );
  });

  it.each([
    ['0.00000000', 0n],
    ['-0.00000001', -1n],
    ['12.50000000', 1_250_000_000n],
  ])('of %s are %s', (decimal, units) => {
    expect(unitsOf(decimal)).toBe(units);
    expect(decimalOf(units)).toBe(decimal);
  });
});

describe('A proRata of an amount', () => {
  it('is rounded half away from zero, once', () => {
    fc.assert(
      fc.property(amounts, pieces, fc.bigInt({ min: 0n, max: most }), (amount, all, some) => {
        const taken = some > all ? all : some;
        const exact = new Decimal(amount.toString()).times(taken.toString()).div(all.toString());

        // The quotient has 60 digits, of which no more than 20 stand before the point.
        expect(proRata(amount, all, taken).toString()).toBe(exact.toFixed(0).replace(/^-0$/, '0'));
      }),
    );
    expect([proRata(1n, 2n, 1n), proRata(-1n, 2n, 1n)]).toEqual([1n, -1n]);
  });

  it('is nothing below zero and everything beyond the end', () => {
    expect([proRata(7n, 3n, -1n), proRata(7n, 3n, 0n), proRata(7n, 3n, 3n), proRata(7n, 3n, 9n)]).toEqual([
      0n,
      0n,
      7n,
      7n,
    ]);
  });
});

describe.each(costMethods)('Lots by %s', (method) => {
  const moves = fc.array(
    fc.oneof(
      fc.record({
        put: fc.bigInt({ min: 1n, max: 10_000n }),
        amount: fc.bigInt({ min: -9_999n, max: 9_999n }),
      }),
      fc.record({ take: fc.bigInt({ min: 0n, max: 15_000n }) }),
    ),
    { maxLength: 30 },
  );

  it('give back the whole of what was put in, however it is cut, and nothing more', () => {
    fc.assert(
      fc.property(moves, (made) => {
        const lots = lotsBy(method);
        let [there, value] = [0n, 0n];
        for (const move of made) {
          if ('put' in move) {
            lots.put(move.put, move.amount);
            there += move.put;
            value += move.amount;
          } else {
            value -= lots.take(move.take);
            there = there > move.take ? there - move.take : 0n;
            if (there === 0n) expect(value).toBe(0n);
          }
        }
        expect(lots.take(there)).toBe(value);
        expect(lots.take(1n)).toBe(0n);
      }),
    );
  });
});

// 2 pieces for 100 and 2 for 300: on average 100 each.
it.each([
  ['average', [100n, 100n, 200n]],
  ['fifo', [50n, 50n, 300n]],
] as const)('Lots by %s allocate the cost by hand', (method, costs) => {
  const lots = lotsBy(method);
  lots.put(2n, 100n);
  lots.put(2n, 300n);
  expect([lots.take(1n), lots.take(1n), lots.take(5n)]).toEqual(costs);
  lots.put(2n, 70n);
  expect([lots.take(1n), lots.take(1n)]).toEqual([35n, 35n]);
});

describe('First in, first out', () => {
  it('what is left is what taking it would give', () => {
    const queues = [new LotQueue(), new LotQueue()] as const;
    for (const queue of queues) {
      queue.put(3n, 100n);
      queue.put(0n, 5n);
      queue.put(2n, -50n);
      expect(queue.take(1n)).toBe(33n);
    }
    const [one, other] = queues;

    expect(one.takeAll()).toBe(other.take(4n));
    expect(one.takeAll()).toBe(0n);
  });
});
