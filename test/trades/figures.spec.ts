import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Decimal } from '../../src/model/decimal.js';
import type { DecimalString } from '../../src/model/decimal.js';
import {
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import {
  adjustOption,
  buyShares,
  buyToClose,
  buyToOpen,
  callAssigned,
  deposit,
  interest,
  merger,
  optionAssigned,
  optionExercised,
  optionExpired,
  optionSettled,
  paymentInLieu,
  putAssigned,
  rebate,
  receiveShares,
  returnOfCapital,
  roll,
  securitiesLending,
  sellPut,
  sellCoveredCall,
  sellShares,
  sellToClose,
  spinOff,
  split,
  symbolChange,
  transferPosition,
  withheldTax,
} from '../../src/trades/index.js';
import type { TradeEntry } from '../../src/trades/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

const at = (day: string) => ({ ts: new Date(`2026-${day}T15:30:00Z`), accountId: 'acct-1' });
const trade = (day: string, symbol = 'AAPL') => ({ ...at(day), symbol });
const option = { contracts: '1', strike: '180', expiration: '2026-02-20' } as const;
const [put, call] = [
  { ...option, leg: 'put' },
  { ...option, leg: 'call' },
] as const;
const shares = (day: string, count: DecimalString, price: DecimalString, symbol = 'AAPL') => ({
  ...trade(day, symbol),
  shares: count,
  price,
});

/** Decimals without trailing zeros. */
const plain = (value: string | null) => (value === null ? null : new Decimal(value).toFixed());

describe("The figures of a template's entries are correct", () => {
  let under: JournalUnderTest;
  let userId: string;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    userId = await under.newUser();
  });

  /** Appends trades, twice, and returns the figures on a day. Nothing may be unmatched. */
  async function figures(trades: TradeEntry[][], on = '2026-03-31') {
    return under.scope.run(userId, async () => {
      for (const entries of [...trades, ...trades]) await under.journal.append(entries);
      const profits = under.get(ProfitReadModel);
      expect(await profits.unmatched({ on })).toEqual([]);
      const lots = await under.get(ShareLotsReadModel).open({ on, method: 'fifo' });
      const positions = await under.get(OptionPositionsReadModel).list({ on });
      const balances = await under.get(CashReadModel).balances();
      const total = async (basis: 'cash' | 'tax') =>
        (await profits.realised({ per: 'year', basis, on, method: 'fifo' }))
          .reduce((sum, row) => sum.plus(row.total), new Decimal(0))
          .toFixed();
      return {
        cash: balances.reduce((sum, { balance }) => sum.plus(balance), new Decimal(0)).toFixed(),
        lots: lots.map(({ accountId, symbol, shares: count, amount, acquiredOn }) =>
          [accountId, symbol, plain(count), plain(amount), acquiredOn].join(' '),
        ),
        positions: positions.map((one) =>
          [
            ...[one.accountId, one.symbol, one.leg, plain(one.strike)],
            ...[plain(new Decimal(one.long).minus(one.short).toFixed()), `x${plain(one.multiplier)}`],
            plain(one.averageShortPremium ?? one.averageLongPremium),
          ].join(' '),
        ),
        byCash: await total('cash'),
        byTax: await total('tax'),
      };
    });
  }

  // 1 contract at 180: 18,000 for 100 shares. Premium 2 × 100 = 200.
  it.each([
    ['a short put', sellPut, optionAssigned, 'put', '-17800', ['acct-1 AAPL 100 17800 2026-02-21']],
    ['a short call', sellCoveredCall, optionAssigned, 'call', '18200', ['acct-1 AAPL -100 18200 2026-02-21']],
    ['a long put', buyToOpen, optionExercised, 'put', '17800', ['acct-1 AAPL -100 17800 2026-02-21']],
    ['a long call', buyToOpen, optionExercised, 'call', '-18200', ['acct-1 AAPL 100 18200 2026-02-21']],
  ] as const)(
    'for %s that ends by shares, posted after the expiration',
    async (_, open, end, leg, cash, basis) => {
      const legged = { ...option, leg };
      const opened = open === buyToOpen ? legged : option;
      const opening = open({ id: 'o', ...trade('01-05'), ...opened, price: '2' } as never);
      const ending = { id: 'e', ...trade('02-21'), ...legged } as const;
      const found = await figures([opening, end(ending)]);
      const premium = open === buyToOpen ? '-200' : '200';

      expect(found).toMatchObject({ cash, byCash: premium, byTax: '0', positions: [] });
      expect(await taxLots()).toEqual(basis);
    },
  );

  /** The cost basis of the lots by the tax rules, which includes the premium of the option. */
  async function taxLots() {
    return under.scope.run(userId, async () => {
      const open = await under.get(ShareLotsReadModel).open({ method: 'fifo', on: '2026-03-31' });
      const count = new Decimal(open[0]?.shares ?? 0);
      const closing = { id: 'c', ...trade('03-30'), shares: '100', price: '0' } as const;
      await under.journal.append(count.isPositive() ? sellShares(closing) : buyShares(closing));
      const closed = await under.get(ProfitReadModel).closedLots({ symbol: 'AAPL', on: '2026-03-31' });
      return closed
        .filter(({ kind }) => kind === 'shares')
        .map(({ accountId, symbol, gain }, place) =>
          [
            ...[accountId, symbol, plain(open[place]?.shares ?? null), new Decimal(gain).abs().toFixed()],
            open[place]?.acquiredOn,
          ].join(' '),
        );
    });
  }

  it.each(['separate ids', 'the same id'])(
    'for an assignment whose parts are posted on different days, with %s',
    async (how) => {
      const both = { ...put, contracts: '2', fee: '1.5' } as const;
      const second = how === 'the same id' ? 'e' : 'f';
      const found = await figures([
        sellPut({ id: 'o', ...trade('01-05'), ...option, contracts: '3', price: '2' }),
        optionAssigned({ id: 'e', ...trade('02-20'), ...both, part: 'option', fee: '0' }),
        optionAssigned({ id: second, ...trade('02-23'), ...both, part: 'shares', total: '35999.5' }),
      ]);
      // Cash: 600 − 35,999.5 − 1.5. By cash: 600 − 1.5. By tax: 200, of the contract that expired.
      expect(found).toMatchObject({ cash: '-35401', byCash: '598.5', byTax: '200', positions: [] });
      expect(found.lots).toEqual(['acct-1 AAPL 200 35999.5 2026-02-23']);
    },
  );

  it('for puts that were moved to another symbol, and deliver shares of the former symbol', async () => {
    const { contracts: _, ...adjusted } = { ...put, targetSymbol: 'AAPL1', deliverable: '10' } as const;
    const end = { ...put, symbol: 'AAPL1', deliverable: '10', sharesSymbol: 'AAPL' } as const;
    const found = await figures([
      sellPut({ id: 'o', ...trade('01-05'), ...option, price: '2' }),
      adjustOption({ id: 'a', ...trade('01-12'), ...adjusted }),
      optionAssigned({ id: 'e', ...trade('02-20'), ...end }),
      sellShares({ id: 's', ...shares('03-02', '10', '1790') }),
    ]);
    // 200 − 18,000 + 17,900. By tax, the premium lowers the basis, and the put has no closed lot.
    expect(found).toMatchObject({ cash: '100', byCash: '100', byTax: '100', lots: [], positions: [] });
    const closed = await under.scope.run(userId, () =>
      under.get(ProfitReadModel).closedLots({ on: '2026-03-31' }),
    );
    expect(closed.map(({ description, basis }) => [description, plain(basis)])).toEqual([
      ['10 sh. AAPL', '17800'],
    ]);
  });

  it('for a partial assignment of a position', async () => {
    const found = await figures(
      [
        sellPut({ id: 'o', ...trade('01-05'), ...option, contracts: '3', price: '2' }),
        putAssigned({ id: 'e', ...trade('02-02'), ...option }),
      ],
      '2026-02-10',
    );
    expect(found.positions).toEqual(['acct-1 AAPL put 180 -2 x100 2']);
    expect(found.lots).toEqual(['acct-1 AAPL 100 18000 2026-02-02']);
  });

  it('for a day trade whose opening is amended: it stays before the closing of its instant', async () => {
    const [opening, closing] = [
      sellPut({ id: 'o', ...trade('01-05'), ...option, price: '2' }),
      buyToClose({ id: 'c', ...trade('01-05'), ...put, price: '1' }),
    ];
    await figures([opening, closing]);
    const correction = { reason: 'wrong price', id: 'o2' };
    await under.scope.run(userId, () => under.journal.amend('o', { amount: '210' }, correction));
    expect(await figures([])).toMatchObject({ cash: '110', byCash: '110', byTax: '110', positions: [] });
  });

  it('for the assignment of a covered call', async () => {
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '100', '170') }),
      sellCoveredCall({ id: 'o', ...trade('01-05'), ...option, price: '2' }),
      callAssigned({ id: 'e', ...trade('02-20'), ...option }),
    ]);
    expect(found).toMatchObject({ cash: '1200', byCash: '1200', byTax: '1200', lots: [], positions: [] });
  });

  it('for an assignment whose opening is missing: bought contracts of the option stay open', async () => {
    await under.scope.run(userId, async () => {
      await under.journal.append(buyToOpen({ id: 'o', ...trade('01-05'), ...put, price: '3' }));
      await under.journal.append(putAssigned({ id: 'e', ...trade('02-20'), ...option }));
      const on = '2026-02-20';
      expect(await under.get(ProfitReadModel).unmatched({ on })).toMatchObject([{ id: 'e' }]);
      expect(await under.get(OptionPositionsReadModel).list({ on })).toMatchObject([{ long: '1.00000000' }]);
    });
  });

  it('for a cash settlement, short and long, with a price, a total and a price of 0', async () => {
    const index = { ...put, multiplier: '100', section1256: true } as const;
    const settled = { ...trade('02-20', 'SPX'), ...index };
    const found = await figures([
      sellPut({ id: 'o', ...trade('01-05', 'SPX'), ...option, price: '3' }),
      optionSettled({ id: 'e', ...settled, price: '1.25', fee: '1' }),
      buyToOpen({ id: 'p', ...trade('01-05', 'SPX'), ...call, contracts: '2', price: '3' }),
      optionSettled({ id: 'f', ...settled, leg: 'call', side: 'long', total: '512.5' }),
      optionSettled({ id: 'g', ...settled, leg: 'call', side: 'long', price: '0' }),
    ]);
    // 300 − 125 − 1 − 600 + 512.5
    expect(found).toMatchObject({ cash: '86.5', byCash: '86.5', byTax: '86.5', positions: [] });
  });

  it('for an expiration, which has its own day', async () => {
    const expired = optionExpired({ id: 'e', accountId: 'acct-1', symbol: 'AAPL', ...put });
    expect(expired).toMatchObject([{ ts: new Date('2026-02-20T00:00:00Z'), day: '2026-02-20' }]);
    const opened = sellPut({ id: 'o', ...trade('01-05'), ...option, price: '2' });
    const found = await figures([opened, expired]);
    expect(found).toMatchObject({ cash: '200', byCash: '200', byTax: '200', positions: [] });
  });

  // Mini options: 10 shares. After a reverse split of 1 for 10: 10 shares for 100 × strike.
  it.each([
    ['mini options', { multiplier: '10' }, '20', '-1800', '10'],
    ['adjusted options', { multiplier: '100', deliverable: '10' }, '200', '-18000', '10'],
    ['options on futures', { multiplier: '5', deliverable: '1' }, '10', '-900', '1'],
  ] as const)('for %s', async (_, terms, premium, delivery, count) => {
    const opened = { ...option, ...terms, price: '2' } as const;
    const ended = { ...option, ...terms } as const;
    const opening = sellPut({ id: 'o', ...trade('01-05'), ...opened });
    const held = await figures([opening], '2026-01-06');
    expect(held.positions).toEqual([`acct-1 AAPL put 180 -1 x${terms.multiplier} 2`]);
    const found = await figures([putAssigned({ id: 'e', ...trade('02-20'), ...ended })]);

    expect(found.cash).toBe(new Decimal(premium).plus(delivery).toFixed());
    expect(found.lots).toEqual([`acct-1 AAPL ${count} ${delivery.slice(1)} 2026-02-20`]);
    expect(found).toMatchObject({ byCash: premium, byTax: '0', positions: [] });
  });

  it('for contracts with a multiplier that are rolled, closed and bought', async () => {
    const mes = { ...put, multiplier: '5' } as const;
    const on = trade('01-05', '/MES');
    const { leg, ...side } = mes;
    const rolled = {
      close: { ...side, price: '10' },
      open: { ...side, strike: '170', price: '12' },
    } as const;
    const found = await figures([
      sellPut({ id: 'a', ...on, ...side, price: '8' }),
      roll({ id: 'b', ...trade('01-06', '/MES'), leg, ...rolled }),
      buyToClose({ id: 'c', ...trade('01-07', '/MES'), ...mes, strike: '170', price: '0' }),
      buyToOpen({ id: 'd', ...on, ...mes, total: '9.99' }),
      sellToClose({ id: 'e', ...trade('01-07', '/MES'), ...mes, price: '3' }),
    ]);
    // 40 − 50 + 60 − 0 − 9.99 + 15
    expect(found).toMatchObject({ cash: '55.01', byCash: '55.01', byTax: '55.01', positions: [] });
  });

  it('for a split with open options, whose new strikes equal old strikes of others', async () => {
    const adjusted = { leg: 'call', expiration: '2026-06-18', ratioTo: 2, ratioFrom: 1 } as const;
    const opened = { ...option, expiration: '2026-06-18', price: '2' } as const;
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '200', '170') }),
      sellCoveredCall({ id: 'o', ...trade('01-05'), ...opened }),
      sellCoveredCall({ id: 'p', ...trade('01-05'), ...opened, strike: '360', price: '1' }),
      split({
        ...{ id: 's', ...trade('02-02'), ratioTo: 2, ratioFrom: 1, fee: '0' },
        options: [
          { ...adjusted, strike: '360', targetStrike: '180' },
          { ...adjusted, strike: '180.0', targetStrike: '90' },
        ],
      }),
    ]);
    expect(found.lots).toEqual(['acct-1 AAPL 400 34000 2026-01-02']);
    expect(found.positions.sort()).toEqual([
      'acct-1 AAPL call 180 -2 x100 0.5',
      'acct-1 AAPL call 90 -2 x100 1',
    ]);
    expect(found).toMatchObject({ byCash: '0', byTax: '0' });
  });

  it('for a reverse split with cash in lieu', async () => {
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '105', '1') }),
      split({ id: 's', ...trade('02-02'), ratioTo: 1, ratioFrom: 10, cashInLieu: '6' }),
    ]);
    // 10.5 shares; half a share cost 5, and is paid with 6.
    expect(found).toMatchObject({ cash: '-99', byCash: '1', lots: ['acct-1 AAPL 10 100 2026-01-02'] });
  });

  it('for a reverse split and a spin-off of shares sold short, with payments in lieu by the seller', async () => {
    const found = await figures([
      sellShares({ id: 'b', ...shares('01-02', '105', '1') }),
      split({ id: 's', ...trade('02-02'), ratioTo: 1, ratioFrom: 10, cashInLieu: '-6' }),
      spinOff({
        ...{ id: 't', ...trade('02-03'), targetSymbol: 'NEW', costShare: '0.3' },
        ...{ ratioTo: 1, ratioFrom: 4, cashInLieu: '-4' },
      }),
    ]);
    // 10.5 shares; half a share brought 5. Of 100, 30 go to 2.5 shares, 6 of them to half a share.
    expect(found).toMatchObject({ cash: '95', byCash: '1', byTax: '1' });
    expect(found.lots).toEqual(['acct-1 AAPL -10 70 2026-01-02', 'acct-1 NEW -2 24 2026-01-02']);
  });

  it('for a symbol change, a merger and a spin-off', async () => {
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '100', '10', 'FB') }),
      symbolChange({ id: 'c', ...trade('01-05', 'FB'), targetSymbol: 'META' }),
      spinOff({
        ...{ id: 's', ...trade('01-06', 'META'), targetSymbol: 'NEW', costShare: '0.2' },
        ...{ ratioTo: 1, ratioFrom: 8, cashInLieu: '9', sharesInLieu: '0.5' },
      }),
      merger({
        ...{ id: 'm', ...trade('01-07', 'META'), targetSymbol: 'BIG', cash: '300', fee: '1' },
        ...{ ratioTo: 1, ratioFrom: 2 },
      }),
    ]);
    // Cost 1,000: 200 to NEW (12.5 shares, of which 0.5 cost 8), 800 − 300 to BIG.
    expect(found.lots).toEqual(['acct-1 BIG 50 500 2026-01-02', 'acct-1 NEW 12 192 2026-01-02']);
    expect(found).toMatchObject({ cash: '-692', byCash: '0', byTax: '0' });
  });

  it('for a merger into a company with the same symbol', async () => {
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '100', '10') }),
      sellCoveredCall({ id: 'o', ...trade('01-05'), ...option, price: '2' }),
      merger({ id: 'm', ...trade('01-07'), targetSymbol: 'AAPL', ratioTo: 1, ratioFrom: 2, cash: '100' }),
    ]);
    expect(found).toMatchObject({ cash: '-700', lots: ['acct-1 AAPL 50 900 2026-01-02'] });
    const [row] = await under.scope.run(userId, () => under.get(ShareLotsReadModel).list());
    // (900 − 200) ÷ 50
    expect([plain(row?.netPremium ?? null), plain(row?.minimumStrike ?? null)]).toEqual(['200', '14']);
  });

  it('for a return of capital', async () => {
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '100', '1') }),
      returnOfCapital({ id: 'r', ...trade('01-05'), amount: '130' }),
    ]);
    expect(found).toMatchObject({ byCash: '30', lots: ['acct-1 AAPL 100 0 2026-01-02'] });
  });

  it('for an adjusted option', async () => {
    const far = { ...put, expiration: '2026-06-18' } as const;
    const { contracts: _, ...adjusted } = far;
    const found = await figures([
      buyToOpen({ id: 'o', ...trade('01-05'), ...far, price: '2' }),
      adjustOption({ id: 'a', ...trade('01-06'), ...adjusted, targetSymbol: 'AAPL1', deliverable: '10' }),
      optionExercised({ id: 'e', ...trade('01-07', 'AAPL1'), ...far, deliverable: '10' }),
    ]);
    expect(found).toMatchObject({ positions: [], lots: ['acct-1 AAPL1 -10 18000 2026-01-07'] });
  });

  it('for each kind of income and cost', async () => {
    const trades = [
      interest({ id: 'i', ...at('01-05'), amount: '-2' }),
      paymentInLieu({ id: 'p', ...trade('01-05'), amount: '-30' }),
      securitiesLending({ id: 's', ...trade('01-05'), amount: '4' }),
      withheldTax({ id: 'w', ...trade('01-05'), amount: '7' }),
      withheldTax({ id: 'v', ...trade('01-05'), amount: '2', isRefund: true }),
      rebate({ id: 'r', ...at('01-05'), amount: '0.5' }),
      deposit({ id: 'd', ...at('01-05'), amount: '100' }),
    ];
    expect(await figures(trades)).toMatchObject({ cash: '67.5', byCash: '-32.5', byTax: '-32.5' });
    const rows = await under.scope.run(userId, () => under.get(ProfitReadModel).realised({ per: 'year' }));
    expect(rows).toMatchObject([
      {
        symbol: 'AAPL',
        paymentsInLieu: '-30.00000000',
        securitiesLending: '4.00000000',
        withheldTax: '-5.00000000',
      },
      { symbol: null, interest: '-2.00000000', rebates: '0.50000000' },
    ]);
  });

  it('for positions that move between accounts, with cost and dates', async () => {
    const accounts = { fromAccountId: 'acct-1', toAccountId: 'acct-2' };
    const moved = { ts: new Date('2026-02-02T15:30:00Z'), symbol: 'AAPL', ...accounts };
    const far = { ...call, expiration: '2026-06-18', multiplier: '10' } as const;
    const found = await figures([
      buyShares({ id: 'b', ...shares('01-02', '100', '10') }),
      buyToOpen({ id: 'o', ...trade('01-05'), ...far, contracts: '3', price: '2' }),
      transferPosition({ id: 's', ...moved, shares: '40' }),
      transferPosition({ id: 't', ...moved, option: far, fee: '25' }),
    ]);
    expect(found.lots).toEqual(['acct-1 AAPL 60 600 2026-01-02', 'acct-2 AAPL 40 400 2026-01-02']);
    expect(found.positions).toEqual(['acct-1 AAPL call 180 2 x10 2', 'acct-2 AAPL call 180 1 x10 2']);
    expect(found.byCash).toBe('-25');
  });

  it('for received shares', async () => {
    const gift = { shares: '10', cost: '90', acquiredOn: '2020-05-04' } as const;
    const found = await figures([receiveShares({ id: 'r', ...trade('01-05'), ...gift })]);
    expect(found).toMatchObject({ cash: '0', byCash: '0', lots: ['acct-1 AAPL 10 90 2020-05-04'] });
  });

  it('for shares that are traded for a total, or for nothing', async () => {
    const found = await figures([
      buyShares({ id: 'b', ...trade('01-02'), shares: '3', total: '10' }),
      sellShares({ id: 's', ...shares('01-05', '3', '0') }),
    ]);
    expect(found).toMatchObject({ cash: '-10', byCash: '-10', byTax: '-10', lots: [] });
  });
});
