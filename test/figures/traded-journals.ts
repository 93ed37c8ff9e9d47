import fc from 'fast-check';
import { browserEntryTypes } from '../../src/model/entry-type.js';
import type { DecimalString, EntryType, NewEntry } from '../../src/index.js';

// Journals with few accounts, symbols, strikes and days, so that trades close positions of other
// trades, in part and too often.

const scaled = (units: bigint) => {
  const digits = String(units).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}` as DecimalString;
};

const contracts = fc.constantFrom<DecimalString>('1', '1', '2', '3', '5', '7');
const shares = fc.oneof(
  fc.constantFrom<DecimalString>('100', '200', '300', '0.735768', '33.33333333', '0.00000001'),
  fc.bigInt(1n, 50_000_000_000n).map(scaled),
);
const size = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(1n, 99_999_999_999_999n).map(scaled) },
  { weight: 1, arbitrary: fc.constantFrom<DecimalString>('0', '0.00000001', '999999999999.99999999') },
);

const paid: readonly EntryType[] = ['buy_to_close', 'buy_to_open', 'assignment_shares', 'fee'];
const ofShares: readonly EntryType[] = ['assignment_shares', 'share_sale'];

const weightedTypes = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<EntryType>('sell_to_open', 'buy_to_close', 'expiration') },
  { weight: 3, arbitrary: fc.constantFrom<EntryType>('assignment_shares', 'share_sale') },
  { weight: 1, arbitrary: fc.constantFrom<EntryType>('dividend', 'fee') },
  { weight: 2, arbitrary: fc.constantFrom(...browserEntryTypes) },
);

const day = 86_400_000;
const start = Date.UTC(2025, 11, 24, 3);
/** Often the same instant, and on both sides of a new year. */
const ts = fc.integer({ min: 0, max: 60 }).map((hours) => new Date(start + hours * 6 * 3_600_000));

const meta = fc.record(
  {
    leg: fc.constantFrom('put', 'call', 'call', 'Put'),
    assigned: fc.constantFrom(true, true, true, false, 'true'),
    closes: fc.constantFrom('sell_to_open', 'buy_to_open'),
  },
  { requiredKeys: [] },
);

/** One entry of any type. */
const tradedEntry: fc.Arbitrary<NewEntry> = fc
  .record({
    ts,
    day: fc.constantFrom(...Array<null>(4).fill(null), '2025-12-31', '2026-01-01'),
    accountId: fc.constantFrom('acct-1', 'acct-1', 'acct-2'),
    type: weightedTypes,
    symbol: fc.constantFrom('AAPL', 'AAPL', 'AAPL', 'BRK.B', null),
    contracts,
    shares,
    size,
    strike: fc.constantFrom<DecimalString | null>('180.5', '180.5', '180.5', '0.00000003', null),
    expiration: fc.constantFrom('2025-12-31', '2026-01-02', '2026-01-02', '2026-01-16', null),
    meta,
    /** A property that no real trade has. */
    oddity: fc.constantFrom(...Array<null>(12).fill(null), 'no quantity', 'zero quantity', 'other sign'),
  })
  .map(({ contracts: legs, shares: pieces, size: amount, oddity, ...entry }) => {
    const isPaid = paid.includes(entry.type) !== (oddity === 'other sign');
    const quantity = ofShares.includes(entry.type) ? pieces : legs;
    return {
      ...entry,
      qty: oddity === 'no quantity' ? null : oddity === 'zero quantity' ? '0' : quantity,
      amount:
        entry.type === 'expiration' && oddity === null
          ? '0'
          : ((isPaid ? `-${amount}` : amount) as DecimalString),
    };
  });

/**
 * A short option that is opened, rolled to another strike, and assigned in part: as the templates
 * write it.
 */
const wheel: fc.Arbitrary<NewEntry[]> = fc
  .record({
    leg: fc.constantFrom('put', 'call'),
    opened: contracts,
    closed: contracts,
    premium: size,
    cost: size,
    hours: fc.nat(200),
    isStated: fc.boolean(),
  })
  .map(({ leg, opened, closed, premium, cost, hours, isStated }) => {
    const at = (later: number) => new Date(start + hours * 3_600_000 + later * day);
    const put = { accountId: 'acct-1', symbol: 'AAPL', strike: '180.5', expiration: '2026-01-16' } as const;
    const next = { ...put, strike: '170', expiration: '2026-01-02' } as const;
    const said = isStated ? { leg } : {};
    return [
      { ...put, ts: at(0), type: 'sell_to_open', qty: opened, amount: premium, meta: { leg } },
      {
        ...put,
        ts: new Date('2026-01-16T07:00:00Z'),
        type: 'expiration',
        qty: opened,
        amount: '0',
        meta: { closes: 'sell_to_open' },
      },
      {
        ...put,
        ts: at(1),
        type: 'buy_to_close',
        qty: closed,
        amount: `-${cost}` as DecimalString,
        meta: { ...said, rolledTo: 'x' },
      },
      {
        ...next,
        ts: at(1),
        type: 'sell_to_open',
        qty: closed,
        amount: premium,
        meta: { leg, rolledFrom: 'x' },
      },
      { ...next, ts: at(2), type: 'expiration', qty: '1', amount: '0', meta: { assigned: true } },
      leg === 'put'
        ? {
            ...next,
            ts: at(2),
            type: 'assignment_shares',
            qty: '100',
            amount: '-17000',
            meta: { from: 'put' },
          }
        : { ...next, ts: at(2), type: 'share_sale', qty: '100', amount: '17000', meta: { from: 'call' } },
    ];
  });

/** A change of a journal; `target` chooses among the existing entries. */
export type JournalStep =
  | { kind: 'append'; entries: NewEntry[] }
  | { kind: 'amend'; target: number; entry: NewEntry }
  | { kind: 'remove' | 'restore'; target: number };

const append = fc.oneof(
  { weight: 4, arbitrary: fc.array(tradedEntry, { minLength: 1, maxLength: 6 }) },
  { weight: 1, arbitrary: wheel },
);

export const journalStep: fc.Arbitrary<JournalStep> = fc.oneof(
  { weight: 4, arbitrary: append.map((entries) => ({ kind: 'append' as const, entries })) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('amend' as const), target: fc.nat(), entry: tradedEntry }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'restore' as const), target: fc.nat() }),
  },
);
