// @slow 15 s: journals of 150,000 entries
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OptionPositionsReadModel, ProfitReadModel } from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

/** More than the arguments that a call can have. */
const lots = 150_000;

let under: JournalUnderTest;
let userId: string;

beforeAll(async () => {
  under = await startJournal();
  userId = await under.newUser();
  await under.owner.query(
    `INSERT INTO journal (user_id, id, ts, day, account_id, symbol, type, qty, amount, strike, expiration, meta)
     SELECT $1::uuid, 'open-' || n, '2026-01-05'::timestamptz + n * interval '1 second', '2026-01-05'::date + n / 50000,
       'acct-1', 'SPY', 'sell_to_open', 1, 1, 400, '2026-03-20', '{"leg": "put"}'
     FROM generate_series(1, $2::int) n`,
    [userId, lots],
  );
});
afterAll(() => under.close());

const request = { today: '2026-02-01' };
const positions = () => under.get(OptionPositionsReadModel).list(request);

it('a position can have any number of lots', async () => {
  const [position] = await under.scope.run(userId, positions);
  expect(position).toMatchObject({ short: `${lots}.00000000`, openedOn: '2026-01-05' });
});

it('one purchase can close all of them', async () => {
  await under.scope.run(userId, async () => {
    await under.journal.append({
      id: 'close',
      ts: new Date('2026-01-20'),
      accountId: 'acct-1',
      symbol: 'SPY',
      type: 'buy_to_close',
      qty: `${lots}`,
      amount: '-50000',
      strike: '400',
      expiration: '2026-03-20',
      meta: { leg: 'put' },
    });
    expect(await positions()).toEqual([]);
    const profit = under.get(ProfitReadModel);
    expect((await profit.closedLots(request)).length).toBe(lots);
    for (const basis of ['cash', 'tax'] as const)
      expect(await profit.realised({ ...request, per: 'year', basis })).toMatchObject([
        { symbol: 'SPY', period: '2026', total: '100000.00000000' },
      ]);
  });
});
