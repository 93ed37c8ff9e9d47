import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Entry } from './entry.js';

/** The entries of a trade as a client sends them: a sold put, its fee, and its expiration. */
export function newTrade(): Entry[] {
  return [newEntry(), newEntry(fee), newEntry(expiration)];
}

const fee = { type: 'fee', amount: '-1.30', qty: null, strike: null, expiration: null, meta: {} } as const;
const expiration = { type: 'expiration', amount: '0', meta: { closes: 'sell_to_open' } } as const;

/** A sold put; `different` overrides columns. */
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

/** A journal for a bulk load: `count` entries, oldest first. */
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

/** The time zone of `typedJournal`. It has no summer time. */
export const timeZone = 'America/Phoenix';

/** Midnight of a day (`YYYY-MM-DD`) in {@link timeZone}. */
export function midnightOf(day: string): Date {
  return new Date(`${day}T07:00:00.000Z`);
}

/** A deterministic journal of typed days: `count` entries, oldest first, 20 a day. */
export function typedJournal(count: number): Entry[] {
  const dayOf = (index: number) => new Date(Date.UTC(2016, 0, 4 + index)).toISOString().slice(0, 10);
  return newJournal(count).map((entry, index) => {
    const day = Math.floor(index / 20);
    const ts = midnightOf(dayOf(day));
    // An id in the form of the browser application.
    const random = createHash('md5').update(String(index)).digest('hex').slice(0, 11);
    return { ...entry, id: `jrnl_${random}${ts.getTime().toString(36)}`, ts, expiration: dayOf(day + 30) };
  });
}
