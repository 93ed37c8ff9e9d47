import { v7 as uuidv7 } from 'uuid';
import type { Entry } from './entry.js';

/** Entries as a trader's client would send them: a put that is sold, its fee, and its expiration. */
export function newTrade(): Entry[] {
  return [newEntry(), newEntry(fee), newEntry(expiration)];
}

const fee = { type: 'fee', amount: '-1.30', qty: null, strike: null, expiration: null, meta: {} } as const;
const expiration = { type: 'expiration', amount: '0', meta: { closes: 'sell_to_open' } } as const;

/** A put that is sold, with whatever is to be different. */
export function newEntry(different: Partial<Entry> = {}): Entry {
  return {
    id: uuidv7(),
    ts: new Date(),
    accountId: 'acct-1',
    symbol: 'SPY',
    type: 'sell_to_open',
    qty: '2',
    amount: '312.00',
    strike: '540',
    expiration: '2026-12-18',
    underlyingPrice: '541.25',
    notes: null,
    meta: { leg: 'put', template: 'tmplSell' },
    ...different,
  };
}

/** A journal to be loaded: `count` entries, oldest first. */
export function newJournal(count: number): Entry[] {
  const start = Date.UTC(2022, 0, 3, 14, 30);
  return Array.from({ length: count }, (_, index) =>
    newEntry({
      ts: new Date(start + index * 60_000),
      symbol: ['SPY', 'AAPL', 'MSFT', null][index % 4] ?? null,
      amount: `${(index % 900) * (index % 2 === 0 ? 1 : -1)}`,
      notes: index % 5 === 0 ? 'rolled\tup\nand "out" \\ again' : null,
    }),
  );
}
