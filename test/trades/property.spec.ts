// @slow: stores random trades
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UnknownAccountError } from '../../src/index.js';
import { roll, sellPut } from '../../src/trades/index.js';
import type { TradeEntry } from '../../src/trades/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { knownTrades } from './trade-arbitraries.js';

describe('Trades by the templates', () => {
  let under: JournalUnderTest;
  let userId: string;
  const append = (entries: TradeEntry[]) => under.scope.run(userId, () => under.journal.append(entries));
  const stored = () =>
    under.owner.query<{ id: string; meta: Record<string, unknown> }[]>(
      'SELECT id, meta FROM journal WHERE user_id = $1',
      [userId],
    );

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('are accepted, have the expected cash sum, and are stored once when appended twice', async () => {
    await fc.assert(
      fc.asyncProperty(knownTrades, async (trades) => {
        userId = await under.newUser();
        for (const { entries } of trades) await append(entries);
        for (const { entries } of trades) await append(entries);
        const count = trades.reduce((sum, { entries }) => sum + entries.length, 0);
        const cash = trades.reduce((sum, trade) => sum + trade.cash, 0n);
        const totals = await under.scope.run(userId, () => under.journal.totals());

        expect(totals.count).toBe(count);
        expect(units(totals.net) * 10n ** 8n).toBe(cash);
      }),
      { numRuns: 60 },
    );
  });

  const put = {
    id: 'put-1',
    ts: new Date('2026-01-05'),
    accountId: 'acct-1',
    symbol: 'AAPL',
    contracts: '2',
    strike: '180',
    expiration: '2026-02-20',
    price: '1',
    fee: '1.30',
  } as const;
  const { contracts, strike, expiration, price, fee, ...trade } = put;
  const rolled = {
    ...trade,
    leg: 'put',
    close: { contracts, strike, expiration, price, fee },
    open: { contracts, strike, expiration: '2026-03-20', price, fee },
  } as const;

  it.each([
    ['a put', () => sellPut({ ...put, accountId: 'nowhere' })],
    ['a roll', () => roll({ ...rolled, accountId: 'nowhere' })],
  ])('are appended completely or not at all: %s', async (_, make) => {
    await expect(append(make())).rejects.toThrow(UnknownAccountError);
    expect(await stored()).toEqual([]);
  });

  it('store no part of a roll if one of its ids is used by another entry', async () => {
    const [, fees] = roll(rolled);
    await append([{ ...(fees as TradeEntry), amount: '-99' }]);
    await expect(append(roll(rolled))).rejects.toMatchObject({ code: 'ENTRY_CONFLICT' });
    expect(await stored()).toHaveLength(1);
  });

  it('link the two sides of a roll to stored entries', async () => {
    const { id: _, ...nameless } = rolled;
    await append(roll(nameless));
    const rows = await stored();
    const linked = rows.flatMap(({ meta }) => [meta['rolledTo'], meta['rolledFrom']]).filter(Boolean);
    expect(linked).toHaveLength(2);
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(linked));
  });
});

/** A decimal in units of 10⁻⁸. */
function units(decimal: string): bigint {
  const [whole = '', rest = ''] = decimal.replace('-', '').split('.');
  const size = BigInt(whole) * 10n ** 8n + BigInt(rest.padEnd(8, '0'));
  return decimal.startsWith('-') ? -size : size;
}
