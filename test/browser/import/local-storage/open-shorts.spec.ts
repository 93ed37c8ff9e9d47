// @slow: matches thousands of entries
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecimalString } from '../../../../src/model/decimal.js';
import type { EntryRecord } from '../../../../src/journal/new-entry.js';
import { OpenShorts } from '../../../../src/browser/import/local-storage/open-shorts.js';
import type { SearchedPurchase } from '../../../../src/browser/import/local-storage/open-shorts.js';

const dayOf = (day: number) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10);

interface Move {
  type: 'sell_to_open' | 'buy_to_close';
  qty: number;
  day: number;
  expires: number | null;
  leg: 'put' | 'call' | undefined;
}

const record = ({ type, qty, leg }: Move): EntryRecord => ({
  ...{ id: 'e', ts: new Date(0), accountId: 'acct-1', type, amount: '0', symbol: 'SPY', strike: '1' },
  qty: String(qty) as DecimalString,
  meta: leg === undefined ? {} : { leg },
});

const purchaseOn = (day: number, leg: 'put' | 'call'): SearchedPurchase => ({
  ...{ symbol: 'SPY', strike: '1', leg },
  boughtAt: `${dayOf(day)}T10:00:00.000Z`,
});

function shortsOf(purchases: SearchedPurchase[], moves: Move[]): OpenShorts {
  const shorts = new OpenShorts(purchases);
  for (const move of moves)
    shorts.add(record(move), dayOf(move.day), move.expires === null ? null : dayOf(move.expires));
  return shorts;
}

/** The expirations of the open positions, counted one entry at a time. */
function counted(moves: Move[], day: number, bought: string): (string | null)[] {
  const sums = new Map<string | null, number>();
  for (const { type, qty, day: moved, expires, leg } of moves) {
    const isOpening = type === 'sell_to_open';
    const isEarlier = isOpening ? moved <= day : moved < day;
    if ((leg ?? bought) !== bought || !isEarlier || (expires !== null && expires < day)) continue;
    const expiration = expires === null ? null : dayOf(expires);
    sums.set(expiration, (sums.get(expiration) ?? 0) + (isOpening ? qty : -qty));
  }
  return [...sums].flatMap(([expiration, sum]) => (sum > 0 ? [expiration] : []));
}

it('open shorts equal those of a count entry by entry, on any days', () => {
  const day = fc.integer({ min: 0, max: 6 });
  const moves = fc.record({
    type: fc.constantFrom('sell_to_open' as const, 'buy_to_close' as const),
    qty: fc.integer({ min: 0, max: 2 }),
    day,
    expires: fc.option(day),
    leg: fc.constantFrom('put' as const, 'call' as const, undefined),
  });
  const purchases = fc.record({ day, leg: fc.constantFrom('put' as const, 'call' as const) });
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 12 }), fc.array(purchases), (moved, bought) => {
      const searched = bought.map((one) => purchaseOn(one.day, one.leg));
      const shorts = shortsOf(searched, moved);
      for (const [index, purchase] of searched.entries()) {
        const found = shorts.closedBy(purchase);
        const open = counted(moved, bought[index]?.day ?? 0, purchase.leg);
        if (found === undefined) expect(open).toEqual([]);
        else expect(open).toContain(found.expiration);
      }
    }),
    { numRuns: 3000 },
  );
});

it('open shorts are found quickly among many entries, for purchases on many days', () => {
  const count = 5_000;
  const days = Array.from({ length: count }, (_, day) => day);
  const purchases = days.map((day) => purchaseOn(day, 'put'));
  const common = { type: 'sell_to_open', qty: 1, leg: undefined } as const;
  const shorts = shortsOf(
    purchases,
    days.map((day) => ({ ...common, day, expires: day - 1 })),
  );
  const begun = performance.now();
  const found = purchases.map((purchase) => shorts.closedBy(purchase));
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(new Set(found)).toEqual(new Set([undefined]));
});
