import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CashReadModel,
  InvalidInputError,
  LegacyReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type { DayRequest, NewEntry } from '../../src/index.js';
import { buyShares, optionExpired, receiveShares, split, transferPosition } from '../../src/trades/index.js';
import { failureOf } from '../support/failure.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const on = (day: string) => new Date(`${day}T15:00:00Z`);
const trade = { accountId: 'acct-1', symbol: 'AAPL' } as const;
const marchPut = { ...trade, strike: '180', expiration: '2026-03-20', meta: { leg: 'put' } } as const;

describe('The read models have the manually calculated result for', () => {
  let under: JournalUnderTest;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => under.scope.run(userId, work);
  const append = (...entries: NewEntry[]) => inScope(() => under.journal.append(entries));
  const positions = (today: string, status: 'open' | 'expired' = 'open') =>
    inScope(() => under.get(OptionPositionsReadModel).list({ today, status }));
  const lots = (method: 'average' | 'fifo') =>
    inScope(() => under.get(ShareLotsReadModel).list({ method, today: '2026-01-10' }));

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  it('a position: four puts opened, one bought back, one assigned', async () => {
    const put = { ...trade, strike: '180', expiration: '2026-01-16' } as const;
    await append(
      { ...put, ts: on('2026-01-05'), type: 'sell_to_open', qty: '3', amount: '780', meta: { leg: 'put' } },
      { ...put, ts: on('2026-01-06'), type: 'sell_to_open', qty: '1', amount: '200', meta: { leg: 'put' } },
      { ...put, ts: on('2026-01-07'), type: 'buy_to_close', qty: '1', amount: '-150' },
      { ...put, ts: on('2026-01-08'), type: 'expiration', qty: '1', amount: '0', meta: { assigned: true } },
      {
        ...put,
        ts: on('2026-01-16'),
        type: 'expiration',
        qty: '4',
        amount: '0',
        meta: { closes: 'sell_to_open' },
      },
    );
    const position = {
      ...{
        accountId: 'acct-1',
        symbol: 'AAPL',
        leg: 'put',
        strike: '180.00000000',
        expiration: '2026-01-16',
      },
      ...{
        short: '2.00000000',
        long: '0.00000000',
        averageShortPremium: '2.30000000',
        averageLongPremium: null,
      },
      ...{
        openedOn: '2026-01-05',
        daysToExpiration: 6,
        collateral: '36000.00000000',
        multiplier: '100.00000000',
        isExpired: false,
      },
    };

    expect(await positions('2026-01-10')).toEqual([position]);
    expect(await positions('2026-01-16')).toEqual([{ ...position, daysToExpiration: 0 }]);
    expect(await positions('2026-01-17')).toEqual([]);
    expect(await positions('2026-01-17', 'expired')).toEqual([
      { ...position, daysToExpiration: -1, isExpired: true },
    ]);
    expect(await inScope(() => under.get(LegacyReadModel).positions())).toMatchObject([
      { qty: '2.00000000', entry: '2.45000000', opened: '2026-01-06' },
    ]);
  });

  it('lots: bought, sold, bought and sold again, at average cost and first in, first out', async () => {
    const shares = (
      day: string,
      type: 'assignment_shares' | 'share_sale',
      qty: '300' | '100' | '150',
      amount: '-51000' | '17500' | '-16000' | '27000',
    ) => ({ ...trade, ts: on(day), type, qty, amount }) as const;
    await append(
      shares('2026-01-05', 'assignment_shares', '300', '-51000'),
      shares('2026-01-07', 'share_sale', '100', '17500'),
      shares('2026-01-08', 'assignment_shares', '100', '-16000'),
      shares('2026-01-09', 'share_sale', '150', '27000'),
      {
        ...{ ...trade, ts: on('2026-01-09'), type: 'sell_to_open', qty: '1', amount: '250' },
        ...{ strike: '200', expiration: '2026-02-20', meta: { leg: 'call' } },
      },
    );
    const held = { accountId: 'acct-1', symbol: 'AAPL', shares: '150.00000000', netPremium: '250.00000000' };
    const capacity = { coveredCallCapacity: '0.00000000' };

    expect(await lots('average')).toMatchObject([
      {
        ...held,
        ...capacity,
        totalCost: '25000.00000000',
        averageCost: '166.66666667',
        minimumStrike: '165.00000000',
      },
    ]);
    expect(await lots('fifo')).toMatchObject([
      {
        ...held,
        ...capacity,
        totalCost: '24500.00000000',
        averageCost: '163.33333333',
        minimumStrike: '161.66666667',
      },
    ]);
  });

  it('the minimum strike, which is rounded up, and the covered-call capacity', async () => {
    await append({ ...trade, ts: on('2026-01-05'), type: 'assignment_shares', qty: '3', amount: '-10' });
    const [bare] = await lots('average');
    expect(bare).toMatchObject({
      averageCost: '3.33333333',
      minimumStrike: '3.33333334',
      coveredCallCapacity: '0.00000000',
    });

    await append({
      ...trade,
      ts: on('2026-01-06'),
      type: 'sell_to_open',
      qty: '2',
      amount: '12',
      meta: { leg: 'call' },
    });
    const [paid] = await lots('average');
    expect(paid).toMatchObject({ minimumStrike: '0.00000000', coveredCallCapacity: '-2.00000000' });
  });

  it('shares that are sold at the instant of their purchase, with any ids', async () => {
    const sold = { ...trade, ts: on('2026-01-05'), qty: '100' } as const;
    await append(
      { ...sold, id: 'a', type: 'share_sale', amount: '18000' },
      { ...sold, id: 'b', type: 'assignment_shares', amount: '-17000' },
    );

    for (const method of ['average', 'fifo'] as const) {
      expect(await lots(method)).toEqual([]);
      expect(await inScope(() => under.get(ProfitReadModel).realised({ per: 'year', method }))).toMatchObject(
        [{ period: '2026', shares: '1000.00000000' }],
      );
    }
  });

  it('covered-call capacity, which a contract with unknown leg reduces', async () => {
    await append(
      { ...trade, ts: on('2026-01-05'), type: 'assignment_shares', qty: '100', amount: '-17000' },
      {
        ...trade,
        ts: on('2026-01-06'),
        type: 'sell_to_open',
        qty: '1',
        amount: '100',
        strike: '180',
        expiration: '2026-01-16',
      },
    );

    expect(await lots('average')).toMatchObject([{ coveredCallCapacity: '0.00000000' }]);
  });

  it.each(['CET', 'EST5EDT', '+01:00'])(
    'a period by %s: refused, because PostgreSQL and Intl read it differently',
    async (timeZone) => {
      await expect(
        inScope(() => under.get(CashReadModel).premium({ per: 'week', timeZone })),
      ).rejects.toThrow('must be a time zone such as America/Denver');
    },
  );

  it('premium by ISO week and month, and by the calendar of a zone', async () => {
    await append(
      { ...trade, ts: on('2026-01-04'), type: 'sell_to_open', qty: '1', amount: '312' },
      { ...trade, ts: new Date('2026-01-05T02:00:00Z'), type: 'buy_to_close', qty: '1', amount: '-50' },
    );
    const premium = (per: 'week' | 'month', timeZone?: string) =>
      inScope(async () => {
        const rows = await under.get(CashReadModel).premium({ per, ...(timeZone && { timeZone }) });
        return rows.map(({ period, amount }) => [period, amount]);
      });

    expect(await premium('week')).toEqual([
      ['2026-W01', '312.00000000'],
      ['2026-W02', '-50.00000000'],
    ]);
    expect(await premium('month')).toEqual([['2026-01', '262.00000000']]);
    expect(await premium('week', 'America/Denver')).toEqual([['2026-W01', '262.00000000']]);
    expect(await inScope(() => under.get(LegacyReadModel).weeklyPremium())).toMatchObject([
      { week: '2026-00', premium: '312.00000000' },
      { week: '2026-01', premium: '-50.00000000' },
    ]);
  });

  it('balances and premium at the end of a day, by the calendar of a zone', async () => {
    const cash = { accountId: 'acct-1', type: 'transfer' } as const;
    await append(
      { ...cash, ts: new Date('2025-12-31T23:00:00Z'), amount: '1000' },
      { ...cash, ts: new Date('2026-01-01T05:00:00Z'), amount: '100' },
      { ...cash, ts: new Date('2026-01-01'), day: '2025-12-31', amount: '10' },
      { ...cash, ts: new Date('2026-01-02T12:00:00Z'), accountId: 'acct-2', amount: '1' },
      { ...trade, ts: new Date('2026-01-01T05:00:00Z'), type: 'sell_to_open', qty: '1', amount: '312' },
    );
    const on = '2025-12-31';
    const figures = async (request: DayRequest) =>
      inScope(async () => ({
        balances: (await under.get(CashReadModel).balances(request)).map(({ balance }) => balance),
        premium: (await under.get(CashReadModel).premium({ ...request, per: 'year' })).map(
          (row) => row.amount,
        ),
      }));

    expect(await figures({ on })).toEqual({ balances: ['1010.00000000'], premium: [] });
    expect(await figures({ on, timeZone: 'America/New_York' })).toEqual({
      ...{ balances: ['1010.00000000'], premium: [] },
    });
    expect(await figures({ on, timeZone: 'America/Denver' })).toEqual({
      ...{ balances: ['1422.00000000'], premium: ['312.00000000'] },
    });
    expect(await figures({ on, timeZone: 'Asia/Kolkata' })).toEqual({
      ...{ balances: ['10.00000000'], premium: [] },
    });
    expect(await figures({})).toEqual({
      ...{ balances: ['1422.00000000', '1.00000000'], premium: ['312.00000000'] },
    });
  });

  it('realised profit: premium is realised by closings, in part, and by the expiration', async () => {
    await append(
      { ...marchPut, ts: on('2026-01-05'), type: 'sell_to_open', qty: '3', amount: '780' },
      { ...marchPut, ts: on('2026-01-06'), type: 'sell_to_open', qty: '1', amount: '200' },
      { ...marchPut, ts: on('2026-02-10'), type: 'buy_to_close', qty: '2', amount: '-150' },
    );
    const realised = async (today: string) => {
      const rows = await inScope(() => under.get(ProfitReadModel).realised({ per: 'month', today }));
      return rows.map(({ period, options, total }) => [period, options, total]);
    };

    expect(await realised('2026-03-20')).toEqual([['2026-02', '370.00000000', '370.00000000']]);
    expect(await realised('2026-03-21')).toEqual([
      ['2026-02', '370.00000000', '370.00000000'],
      ['2026-03', '460.00000000', '460.00000000'],
    ]);
  });

  it('a sale of one of two lots without a method: average cost by cash, first in, first out by tax', async () => {
    const shares = { ...trade, qty: '100' } as const;
    await append(
      { ...shares, ts: on('2026-01-05'), type: 'assignment_shares', amount: '-1000' },
      { ...shares, ts: on('2026-01-06'), type: 'assignment_shares', amount: '-2000' },
      { ...shares, ts: on('2026-01-07'), type: 'share_sale', amount: '3000' },
    );
    const profits = under.get(ProfitReadModel);
    const profit = (basis?: 'cash' | 'tax') => inScope(() => profits.realised({ per: 'year', basis }));

    expect(await profit()).toMatchObject([{ shares: '1500.00000000' }]);
    expect(await profit('cash')).toMatchObject([{ shares: '1500.00000000' }]);
    expect(await profit('tax')).toMatchObject([{ shares: '2000.00000000' }]);
    expect(await inScope(() => profits.closedLots())).toMatchObject([{ gain: '2000.00000000' }]);
    const held = inScope(() => under.get(ShareLotsReadModel).list());
    expect(await held).toMatchObject([{ totalCost: '1500.00000000' }]);
  });

  it('realised profit: a closing in a period after the expiration has no premium', async () => {
    await append(
      { ...marchPut, ts: on('2026-01-05'), type: 'sell_to_open', qty: '3', amount: '780' },
      { ...marchPut, ts: on('2026-03-31'), type: 'buy_to_close', qty: '1', amount: '-10' },
      { ...marchPut, ts: on('2026-04-01'), type: 'buy_to_close', qty: '2', amount: '-20' },
    );
    const realised = async (per: 'month' | 'year', today: string) => {
      const rows = await inScope(() => under.get(ProfitReadModel).realised({ per, today }));
      return rows.map(({ period, options }) => [period, options]);
    };

    expect(await realised('month', '2026-05-01')).toEqual([
      ['2026-03', '770.00000000'],
      ['2026-04', '-20.00000000'],
    ]);
    // As of the last day.
    expect(await realised('month', '2026-03-20')).toEqual([
      ['2026-03', '250.00000000'],
      ['2026-04', '500.00000000'],
    ]);
    expect(await realised('year', '2026-05-01')).toEqual([['2026', '750.00000000']]);
  });

  it.each([
    ['2026-03-21T02:00:00Z', 'UTC', true],
    ['2026-03-21T02:00:00Z', 'America/Denver', false],
    ['2026-03-21T06:00:00Z', 'America/Denver', true],
    ['2026-03-20T18:29:59Z', 'Asia/Kolkata', false],
    ['2026-03-20T18:30:00Z', 'Asia/Kolkata', true],
    ['2026-03-20T18:30:00Z', undefined, false],
    ['0001-01-01T00:00:00Z', 'America/Denver', false],
    ['9999-12-31T23:59:59Z', 'Asia/Kolkata', true],
  ])('realised profit on the current day at %s in the calendar of %s', async (instant, timeZone, isOver) => {
    const put = {
      ...trade,
      type: 'sell_to_open',
      qty: '1',
      amount: '200',
      expiration: '2026-03-20',
    } as const;
    const ts = on('2026-01-05');
    await inScope(() => under.imports.appendMissing([{ ...put, id: 'put', ts, createdAt: ts }]));
    const asOf = new Date(instant);
    const realised = await inScope(() =>
      under.get(ProfitReadModel).realised({ per: 'month', asOf, ...(timeZone && { timeZone }) }),
    );

    expect(realised.map(({ period }) => period)).toEqual(isOver ? ['2026-03'] : []);
  });

  it.each<[string, NewEntry[], [period: string, options: string][]]>([
    [
      'in two periods',
      [
        { ...trade, ts: on('2026-02-10'), type: 'buy_to_close', qty: '1', amount: '-10' },
        { ...trade, ts: on('2026-03-10'), type: 'buy_to_close', qty: '1', amount: '-20' },
      ],
      [
        ['2026-02', '90.00000000'],
        ['2026-03', '80.00000000'],
      ],
    ],
    [
      'only by entries of the other leg',
      [
        {
          ...trade,
          ts: on('2026-02-10'),
          type: 'buy_to_close',
          qty: '1',
          amount: '-10',
          meta: { leg: 'call' },
        },
      ],
      [],
    ],
    [
      'only by entries of the other side',
      [{ ...trade, ts: on('2026-02-10'), type: 'sell_to_close', qty: '1', amount: '10' }],
      [],
    ],
  ])('realised profit of two contracts closed %s', async (_, closings, expected) => {
    const put = { ...trade, ts: on('2026-01-05'), qty: '2', amount: '200', meta: { leg: 'put' } } as const;
    await append({ ...put, type: 'sell_to_open' }, ...closings);
    const rows = await inScope(() => under.get(ProfitReadModel).realised({ per: 'month' }));

    expect(rows.map(({ period, options }) => [period, options])).toEqual(expected);
  });

  it('fees without a trade: of a split, a transfer, received shares and an expiry at the instant of a purchase', async () => {
    const [at, fee] = [{ ts: on('2026-01-05'), accountId: 'acct-1' }, '20'] as const;
    for (const symbol of ['A', 'B', 'C', 'D'])
      await append(...buyShares({ ...at, id: symbol, symbol, shares: '10', price: '5', fee: '1' }));
    const accounts = {
      ...{ ts: at.ts, fromAccountId: 'acct-1', toAccountId: 'acct-2' },
      shares: '5',
    } as const;
    const expiring = { contracts: '1', strike: '5', expiration: '2026-01-05' } as const;
    await append(
      ...split({ ...at, id: 'split', symbol: 'A', ratioTo: 2, ratioFrom: 1, fee }),
      ...transferPosition({ ...accounts, id: 'transfer', symbol: 'B', fee }),
      ...receiveShares({ ...at, id: 'receipt', symbol: 'C', shares: '5', cost: '25', fee }),
      ...optionExpired({ ...at, ...expiring, id: 'expiry', symbol: 'D', leg: 'put', fee }),
    );

    const fees = await inScope(() => under.get(ProfitReadModel).unassignedFees());
    expect(fees.map(({ id }) => id)).toEqual([...['split:fee', 'transfer:fee', 'receipt:fee', 'expiry:fee']]);
  });

  it('fees without a trade: of two trades at one instant, of a symbol without a trade, of an account', async () => {
    const put = { ...marchPut, ts: on('2026-01-05'), qty: '1', amount: '100' } as const;
    const fee = { accountId: 'acct-1', ts: on('2026-01-05'), type: 'fee', amount: '-1' } as const;
    await append(
      { ...put, id: 'a', type: 'sell_to_open' },
      { ...put, id: 'b', type: 'sell_to_open', strike: '170' },
      { ...put, id: 'c', type: 'sell_to_open', symbol: 'F' },
      { ...fee, id: 'a:fee', ts: on('2026-01-06') },
      { ...fee, id: 'of two', symbol: 'AAPL' },
      { ...fee, id: 'of one', symbol: 'F' },
      { ...fee, id: 'of none', symbol: 'F', ts: on('2026-01-06'), amount: '0.25' },
      { ...fee, id: 'of the account', ts: on('2026-01-07') },
      { ...fee, id: 'x:fee', accountId: 'acct-2', symbol: 'AAPL' },
    );
    const fees = (request?: DayRequest) => inScope(() => under.get(ProfitReadModel).unassignedFees(request));

    expect((await fees()).map(({ id }) => id)).toEqual(['of two', 'x:fee', 'of none', 'of the account']);
    expect(await fees({ symbol: 'F' })).toEqual([
      {
        ...{ id: 'of none', accountId: 'acct-1', symbol: 'F' },
        ...{ day: '2026-01-06', amount: '0.25000000' },
      },
    ]);
    expect((await fees({ accountId: 'acct-1', on: '2026-01-05' })).map(({ id }) => id)).toEqual(['of two']);
    const byTax = await inScope(() =>
      under.get(ProfitReadModel).realised({ per: 'year', basis: 'tax', today: '2026-01-10' }),
    );
    expect(byTax.map((row) => [row.symbol, row.fees])).toEqual([
      ['AAPL', '-2.00000000'],
      ['F', '0.25000000'],
      [null, '-1.00000000'],
    ]);
  });

  it('the cost basis of the browser application', async () => {
    await append(
      { ...trade, ts: on('2026-01-05'), type: 'assignment_shares', qty: '300', amount: '-51000' },
      {
        ...trade,
        ts: on('2026-01-06'),
        accountId: 'acct-2',
        type: 'share_sale',
        qty: '100',
        amount: '17500',
      },
    );
    expect(await inScope(() => under.get(LegacyReadModel).costBasis())).toEqual([
      {
        userId,
        symbol: 'AAPL',
        shares: '200.00000000',
        netCash: '-33500.00000000',
        averageCost: '167.50000000',
      },
    ]);
    expect(await inScope(() => under.get(LegacyReadModel).costBasis({ accountId: 'acct-2' }))).toMatchObject([
      { shares: '-100.00000000', netCash: '17500.00000000', averageCost: '175.00000000' },
    ]);
  });

  it('a quotient, which is rounded once, although PostgreSQL would round twice', async () => {
    await append(
      {
        ...trade,
        id: 'a',
        ts: on('2026-01-05'),
        type: 'assignment_shares',
        qty: '999999999.99999999',
        amount: '-5499999999.99999994',
      },
      { ...trade, id: 'b', ts: on('2026-01-05'), type: 'share_sale', qty: '0.00000001', amount: '0' },
    );
    // 0.000000054999…; its part is 0.00000005.
    const [twice]: { rounded: string }[] = await under.owner.query(
      'SELECT round(5499999999.99999994 * 0.00000001 / 999999999.99999999, 8) AS rounded',
    );

    expect(twice?.rounded).toBe('0.00000006');
    for (const method of ['average', 'fifo'] as const)
      expect(await lots(method)).toMatchObject([{ totalCost: '5499999999.99999989' }]);
  });

  it.each<[string, (under: JournalUnderTest) => Promise<unknown>, string, string]>([
    [
      'no day',
      (one) => one.get(OptionPositionsReadModel).list({ today: '2026-02-30' }),
      'today',
      'must be a day as YYYY-MM-DD',
    ],
    [
      'no instant',
      (one) => one.get(CashReadModel).balances({ asOf: new Date(NaN) }),
      'as_of',
      'must be a valid Date',
    ],
    [
      'no day of balances',
      (one) => one.get(CashReadModel).balances({ on: '2026-13-01' }),
      'on',
      'must be a day as YYYY-MM-DD',
    ],
    [
      'no period',
      (one) => one.get(CashReadModel).fees({ per: 'decade' as 'week' }),
      'per',
      'must be one of day, week, month, quarter, year',
    ],
    [
      'no zone',
      (one) => one.get(ProfitReadModel).realised({ per: 'week', timeZone: 'Mars/Base' }),
      'time_zone',
      'must be a time zone such as America/Denver',
    ],
    [
      'an offset',
      (one) => one.get(CashReadModel).premium({ per: 'week', timeZone: '+02:00' }),
      'time_zone',
      'must be a time zone such as America/Denver',
    ],
    [
      'no method',
      (one) => one.get(ShareLotsReadModel).list({ method: 'best' as 'fifo' }),
      'method',
      'must be one of average, fifo, lifo, hifo',
    ],
    [
      'a misspelt wish',
      (one) => one.get(LegacyReadModel).lots({ account: 'acct-1' } as object),
      'account',
      'is not an allowed property',
    ],
  ])('a request with %s: a refusal', async (_, ask, column, reason) => {
    const failure = await failureOf(inScope(() => ask(under)));

    expect(failure).toBeInstanceOf(InvalidInputError);
    expect((failure as InvalidInputError).problems).toMatchObject([{ column, reason }]);
  });
});
