import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ItemsByDay, merged } from '../../../src/figures/ledger/items-by-day.js';

interface Item {
  symbol: string | null;
  day: number;
  order: number;
  /** How often the item is used before it is spent. */
  left: number;
}

const byOrder = (one: Item, other: Item) => one.order - other.order;
const isSpent = ({ left }: Item) => left === 0;

const symbol = fc.constantFrom('SPY', 'QQQ', null);
const item = fc.record({ symbol, day: fc.integer({ min: -9, max: 9 }), order: fc.nat(9), left: fc.nat(2) });
const query = fc.record({
  symbol,
  day: fc.integer({ min: -9, max: 9 }),
  distance: fc.nat(5),
  used: fc.nat(4),
});

it('returns the items of a symbol near a day like a plain list, while items are added and spent', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(item, query), { maxLength: 60 }), (steps) => {
      const items = new ItemsByDay(byOrder, isSpent);
      const plain: Item[] = [];
      for (const step of steps) {
        if ('order' in step) {
          items.add(step.symbol, step.day, step);
          plain.push(step);
          continue;
        }
        const { symbol, day, distance, used } = step;
        // Equal places: by day, then in the order of addition.
        const expected = plain
          .filter(
            (known) => !isSpent(known) && known.symbol === symbol && Math.abs(known.day - day) <= distance,
          )
          .sort((one, other) => byOrder(one, other) || one.day - other.day);
        const found: Item[] = [];
        for (const near of items.near(symbol, day, distance)) {
          found.push(near);
          near.left -= 1;
          if (found.length > used) break;
        }
        expect(found).toEqual(expected.slice(0, used + 1));
      }
    }),
  );
});

it('visits neither items of other days nor spent items again and again', () => {
  const count = 3_000;
  let visits = 0;
  const items = new ItemsByDay<Item>(byOrder, ({ left }) => {
    visits += 1;
    return left === 0;
  });
  for (let order = 0; order < count; order += 1)
    items.add('SPY', order % 100, { symbol: 'SPY', day: 0, order, left: 1 });
  for (let day = 0; day < 100; day += 1)
    for (let round = 0; round < count / 100; round += 1)
      for (const near of items.near('SPY', day, 0)) {
        near.left -= 1;
        break;
      }
  expect([...items.near('SPY', 50, 50)]).toEqual([]);
  expect(visits).toBeLessThan(count * 5);
});

it('reads no further than its caller', () => {
  const read: number[] = [];
  function* numbers(from: number): Iterable<number> {
    for (let number = from; ; number += 2) {
      read.push(number);
      yield number;
    }
  }
  const [first] = merged([numbers(1), numbers(2)], (one, other) => one - other);
  expect(first).toBe(1);
  expect(read).toEqual([1, 2]);
});
