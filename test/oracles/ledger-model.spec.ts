// @slow: tests the model of the tests
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ledgerEntry, ledgerJournal, ledgerQuestion } from '../support/ledger-journals.js';
import { ledgerOf, plain } from '../support/ledger-notation.js';
import type { LedgerRow } from '../support/ledger-notation.js';
import { rounds } from '../support/rounds.js';
import { part, scaled, spread, text, units } from './ledger-numbers.js';
import {
  closedLots,
  identity,
  openLots,
  positions,
  realisedProfit,
  shareLots,
  unmatched,
} from './ledger.model.js';
import type { LedgerEntry, LotsQuestion, ProfitQuestion } from './ledger.model.js';

const later = { today: '2027-12-31' };
const fifo = { ...later, method: 'fifo' } as const;

const buy = (day: string, qty: number | null, amount: number, more?: Partial<LedgerEntry>): LedgerRow => [
  ...([day, 'assignment_shares', qty, amount, more] as const),
];
const sell = (day: string, qty: number | null, amount: number, more?: Partial<LedgerEntry>): LedgerRow => [
  ...([day, 'share_sale', qty, amount, more] as const),
];
const put = { strike: '50', expiration: '2026-03-20', meta: { leg: 'put' } } as const;
const call = { ...put, meta: { leg: 'call' } };
const silent = { ...put, meta: {} };
const assigned = (meta: object = {}) => ({ ...put, meta: { assigned: true, ...meta } });

const lots = (rows: LedgerRow[], question: LotsQuestion = later) =>
  plain(shareLots(ledgerOf(...rows), question));
const open = (rows: LedgerRow[], question: LotsQuestion = fifo) =>
  openLots(ledgerOf(...rows), question).map(({ entryId, shares, amount, symbol }) => {
    const [row = {}] = plain([{ shares, amount }]);
    return [entryId, symbol, row['shares'], row['amount']].join(' ');
  });
const contracts = (rows: LedgerRow[], today = '2026-03-01', status: 'open' | 'expired' | 'all' = 'open') =>
  plain(positions(ledgerOf(...rows), { today, status }));
/** The realised profit by period and symbol: `2026 ZZA options 100, fees -1`. */
const realised = (rows: LedgerRow[], question: Partial<ProfitQuestion> = {}) =>
  plain(realisedProfit(ledgerOf(...rows), { ...later, per: 'year', ...question })).map(
    ({ period, symbol, total: _, ...members }) => {
      const sums = Object.entries(members).filter(([, amount]) => amount !== '0');
      return `${String(period)} ${String(symbol)} ${sums.map((pair) => pair.join(' ')).join(', ')}`;
    },
  );
const left = (rows: LedgerRow[]) =>
  plain(unmatched(ledgerOf(...rows), later)).map(({ id, quantity, cash }) => [id, quantity, cash].join(' '));

interface FigureCase {
  name: string;
  journal: (Omit<LedgerEntry, 'qty' | 'amount' | 'strike'> &
    Record<'qty' | 'strike', number | null> & { account_id: string; amount: number })[];
  expect: ({
    on: string;
    method?: 'average' | 'fifo';
    unmatched?: string[];
    openedOn?: string;
  } & Partial<Record<'realised' | 'byCash' | 'byTax', Record<string, string>>> &
    Partial<Record<'shares' | 'openOptions' | 'shortContracts' | 'openPuts' | 'openCalls', number>> &
    Partial<
      Record<'proceeds' | 'cost' | 'realisedTotal' | 'cash' | 'averagePrice' | 'collateral', string>
    >)[];
}

const fixture = new URL('../fixtures/figures/cases.json', import.meta.url);
const { cases } = JSON.parse(await readFile(fixture, 'utf8')) as { cases: FigureCase[] };

describe('The cases of the fixture', () => {
  it.each(cases)('$name', ({ journal, expect: expectations }) => {
    const text = (value: number | null) => (value === null ? null : (String(value) as `${number}`));
    const entries = journal.map(({ account_id, ts, qty, amount, strike, ...entry }, index) =>
      ledgerEntry({
        ...{ ...entry, accountId: account_id, ts: new Date(ts), recorded: String(index) },
        ...{ qty: text(qty), amount: String(amount) as `${number}`, strike: text(strike) },
      }),
    );
    let checked = 0;
    for (const expected of expectations) {
      const question = { on: expected.on, ...(expected.method && { method: expected.method }) };
      const held = shareLots(entries, question);
      const options = positions(entries, question);
      const total = (values: (string | null)[]) => values.reduce((sum, value) => sum + Number(value), 0);
      const profit = (basis: 'cash' | 'tax', years: string[]) => {
        const rows = realisedProfit(entries, { ...question, per: 'year', basis });
        const of = (year: string) => rows.filter(({ period }) => period === year).map((row) => row.total);
        return Object.fromEntries(years.map((year) => [year, String(total(of(year)))]));
      };
      const all = realisedProfit(entries, { ...question, per: 'year' });
      const found = {
        shares: total(held.map(({ shares }) => shares)),
        proceeds: String(total(held.map(({ proceeds }) => proceeds))),
        cost: String(total(held.map(({ totalCost }) => totalCost))),
        openOptions: options.length,
        shortContracts: total(options.map(({ short }) => short)),
        openPuts: options.filter(({ leg }) => leg === 'put').length,
        openCalls: options.filter(({ leg }) => leg === 'call').length,
        averagePrice: String(Number(options[0]?.averageShortPremium)),
        collateral: String(Number(options[0]?.collateral)),
        openedOn: options[0]?.openedOn,
        realisedTotal: String(total(all.map((row) => row.total))),
        cash: String(Number(identity(entries, question).cash)),
        unmatched: unmatched(entries, question).map(({ id }) => id),
        realised: profit('cash', Object.keys(expected.realised ?? {})),
        byCash: profit('cash', Object.keys(expected.byCash ?? {})),
        byTax: profit('tax', Object.keys(expected.byTax ?? {})),
      };
      const { on: _, method: __, ...figures } = expected;
      expect(found).toMatchObject(figures);
      checked += Object.keys(figures).length;
    }
    expect(checked).toBeGreaterThan(0);
  });
});

describe('Always true', () => {
  const bases = ['cash', 'tax'] as const;

  it('cash is accounted for in any journal, with any method and basis', () => {
    fc.assert(
      fc.property(ledgerJournal, ledgerQuestion, (entries, { accountId: _, symbol: __, ...question }) => {
        for (const basis of bases) {
          const { cash, accountedFor } = identity(entries, { ...question, basis });
          expect(accountedFor).toBe(cash);
        }
      }),
      { numRuns: rounds(300) },
    );
  });

  it('the number of held shares does not depend on the method', () => {
    fc.assert(
      fc.property(ledgerJournal, fc.constantFrom('fifo', 'lifo', 'hifo'), (entries, method) => {
        const shares = (question: LotsQuestion) => shareLots(entries, question).map((row) => row.shares);
        expect(shares({ ...later, method })).toEqual(shares({ ...later, method: 'average' }));
      }),
      { numRuns: rounds(100) },
    );
  });

  it('a wash sale disallows at most the loss of a lot of shares, and nothing without the code', () => {
    fc.assert(
      fc.property(ledgerJournal, ledgerQuestion, (entries, question) => {
        for (const row of closedLots(entries, question)) {
          const [proceeds, basis, adjustment, gain] = [row.proceeds, row.basis, row.adjustment, row.gain].map(
            (amount) => units(amount),
          ) as [bigint, bigint, bigint, bigint];
          expect(gain).toBe(proceeds - basis + adjustment);
          expect(adjustment > 0n).toBe(row.code === 'W');
          if (row.code === 'W') expect([row.kind, gain <= 0n]).toEqual(['shares', true]);
        }
      }),
      { numRuns: rounds(200) },
    );
  });

  it('by the tax rules, the gains of closed lots equal the realised profit of options and shares', () => {
    const ofLots = ({ type, qty, meta }: LedgerEntry) =>
      !['merger', 'return_of_capital', 'option_premium'].includes(type) &&
      (type !== 'expiration' || meta['assigned'] === true) &&
      (qty === null || Number(qty) >= 0.5) &&
      (qty !== null || ['fee', 'symbol_change', 'option_adjustment'].includes(type));
    let gained = 0;
    let washed = 0;
    fc.assert(
      fc.property(ledgerJournal, (journal) => {
        const entries = journal.filter(ofLots);
        const realised = realisedProfit(entries, { ...fifo, per: 'year', basis: 'tax' });
        const lots = closedLots(entries, fifo);
        const gains = lots.map(({ gain }) => units(gain));
        const sums = realised.flatMap(({ options, shares }) => [units(options), units(shares)]);
        const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
        expect(sum(gains)).toBe(sum(sums));
        gained += gains.length;
        washed += lots.filter(({ code }) => code === 'W').length;
      }),
      { numRuns: rounds(200) },
    );
    expect(gained).toBeGreaterThan(100);
    expect(washed).toBeGreaterThan(50);
  });
});

describe('Numbers', () => {
  const all = (decimals: string[]) => decimals.map((decimal) => units(decimal));

  it('a part is rounded once, half away from zero', () => {
    expect(text(part(units('100'), 3n, 1n))).toBe('33.33333333');
    expect(text(part(units('0.00000001'), 2n, 1n))).toBe('0.00000001');
    expect(text(part(units('-0.00000001'), 2n, 1n))).toBe('-0.00000001');
    expect(text(part(units('-100'), 3n, 2n))).toBe('-66.66666667');
  });

  it('a part is zero without pieces, and the whole amount for all pieces or more', () => {
    expect(part(7n, 3n, 0n)).toBe(0n);
    expect(part(7n, 3n, -1n)).toBe(0n);
    expect(part(7n, 3n, 3n)).toBe(7n);
    expect(part(7n, 3n, 4n)).toBe(7n);
  });

  it('scaled lots add up to the scaled sum', () => {
    // 100/3 = 33.333…, 200/3 = 66.666…, 300/3 = 100
    expect(scaled(all(['100', '100', '100']), 1n, 3n).map(text)).toEqual([
      ...['33.33333333', '33.33333334', '33.33333333'],
    ]);
    expect(scaled(all(['100', '1']), 7n, 3n).map(text)).toEqual(['233.33333333', '2.33333334']);
  });

  it('spread amounts add up to the amount', () => {
    expect(spread(units('100'), all(['1', '1', '1'])).map(text)).toEqual([
      ...['33.33333333', '33.33333334', '33.33333333'],
    ]);
    expect(spread(units('-10'), all(['1', '3'])).map(text)).toEqual(['-2.50000000', '-7.50000000']);
  });
});

describe('Entries and their order', () => {
  const sameDay = (sale: Partial<LedgerEntry>, purchase: Partial<LedgerEntry>) =>
    lots([
      buy('2026-01-05', 100, -5000),
      sell('2026-02-02', 100, 6000, sale),
      buy('2026-02-02', 100, -5800, purchase),
    ]).map(({ totalCost }) => totalCost);

  it('a removed entry counts until its removal', () => {
    const entries = ledgerOf(
      buy('2026-01-05', 100, -5000, { deletedAt: new Date('2026-01-10T00:00:00Z') }),
      buy('2026-01-20', 50, -3000),
    );
    const costs = (asOf?: string) =>
      plain(shareLots(entries, { ...later, ...(asOf !== undefined && { asOf: new Date(asOf) }) })).map(
        ({ totalCost }) => totalCost,
      );
    expect(costs()).toEqual(['3000']);
    expect(costs('2026-01-09T23:59:59.999Z')).toEqual(['5000']);
    expect(costs('2026-01-10T00:00:00Z')).toEqual([]);
    expect(costs('2026-01-20T15:00:00Z')).toEqual(['3000']);
  });

  it('`on` excludes later days of the time zone, and is the current day', () => {
    const entries = ledgerOf(
      ['2026-01-01', 'dividend', null, 5, { ts: new Date('2026-01-01T03:00:00Z') }],
      ['2026-01-01', 'dividend', null, 7, { ts: new Date('2026-01-01T03:00:00Z'), day: '2026-01-01' }],
    );
    const years = (timeZone: string) =>
      realisedProfit(entries, { on: '2025-12-31', per: 'year', timeZone }).map(({ total }) => Number(total));
    expect(years('America/Denver')).toEqual([5]);
    expect(years('UTC')).toEqual([]);
    const expires = ledgerOf(['2026-01-05', 'sell_to_open', 1, 100, put]);
    expect(positions(expires, { on: '2026-03-20' })).toHaveLength(1);
    expect(positions(expires, { on: '2026-03-21' })).toHaveLength(0);
  });

  it('periods are labelled by day, ISO week, month, quarter and year', () => {
    const rows: LedgerRow[] = [['2027-01-01', 'dividend', null, 5]];
    const labels = (['day', 'week', 'month', 'quarter', 'year'] as const).map(
      (per) => realisedProfit(ledgerOf(...rows), { ...later, per })[0]?.period,
    );
    expect(labels).toEqual(['2027-01-01', '2026-W53', '2027-01', '2027-Q1', '2027']);
  });

  it('at one instant the recording order decides, and null comes first', () => {
    // Purchase second: 6000 − 5000 is realised. Purchase first: the sale takes 10800 ÷ 2.
    expect(sameDay({ recorded: '1' }, { recorded: '2' })).toEqual(['5800']);
    expect(sameDay({ recorded: null }, { recorded: '2' })).toEqual(['5800']);
    expect(sameDay({ recorded: '2' }, { recorded: null })).toEqual(['5400']);
  });

  it('with equal recording order, openings come before closings', () => {
    expect(sameDay({ recorded: null }, { recorded: null })).toEqual(['5400']);
    expect(sameDay({ recorded: '7' }, { recorded: '7' })).toEqual(['5400']);
  });

  it('otherwise the bytes of the ids decide', () => {
    const same = { recorded: null };
    const rows = (one: string, other: string) => [
      buy('2026-01-05', 1, -10, { ...same, id: one }),
      buy('2026-01-05', 1, -20, { ...same, id: other }),
      sell('2026-01-06', 1, 30),
    ];
    expect(open(rows('b', 'B'))).toEqual(['b ZZA 1 10']);
    expect(open(rows('z', 'é'))).toEqual(['é ZZA 1 20']);
  });

  it('an entry with the quantity null or zero moves nothing', () => {
    expect(lots([buy('2026-01-05', null, -100), buy('2026-01-05', 0, -100)])).toEqual([]);
    expect(contracts([['2026-01-05', 'sell_to_open', 0, 100, put]])).toEqual([]);
  });
});

describe('Holdings', () => {
  it('each account and symbol has its own lots', () => {
    const other = { accountId: 'acct-2' };
    expect(
      lots([
        buy('2026-01-05', 100, -1000),
        sell('2026-01-06', 100, 1200, other),
        buy('2026-01-06', 5, -50, { symbol: null }),
      ]),
    ).toMatchObject([
      { accountId: 'acct-1', symbol: 'ZZA', shares: '100' },
      { accountId: 'acct-1', symbol: null, shares: '5' },
      { accountId: 'acct-2', symbol: 'ZZA', shares: '-100' },
    ]);
  });

  it('shares received with an acquisition day are sorted in', () => {
    const received = (acquiredOn: string | null): LedgerRow => [
      ...(['2026-01-10', 'shares_received', 10, 0, { cost: '70', acquiredOn }] as const),
    ];
    const rows = [buy('2026-01-05', 10, -100)];
    const sale = sell('2026-02-02', 10, 90);
    expect(open([...rows, received('2020-05-01'), sale])).toEqual(['e1 ZZA 10 100']);
    expect(open([...rows, received('2026-01-06'), sale])).toEqual(['e2 ZZA 10 70']);
    expect(open([...rows, received('2026-01-05'), sale])).toEqual(['e1 ZZA 10 100']);
    expect(open([...rows, received(null), sale])).toEqual(['e2 ZZA 10 70']);
  });

  it('average cost has one long lot, acquired with the first purchase', () => {
    const rows = [buy('2026-01-05', 1, -10), buy('2026-01-06', 2, -50), sell('2026-01-07', 1, 30)];
    expect(open(rows, { ...later, method: 'average' })).toEqual(['e1 ZZA 2 40']);
    expect(realised(rows)).toEqual(['2026 ZZA shares 10']);
    const short = [sell('2026-01-05', 1, 10), sell('2026-01-06', 1, 30)];
    expect(open(short, { ...later, method: 'average' })).toEqual(['e1 ZZA -1 10', 'e2 ZZA -1 30']);
  });

  it('moved lots keep their acquisition', () => {
    const rows = (method: 'fifo' | 'average') =>
      openLots(
        ledgerOf(buy('2026-01-05', 10, -100), buy('2026-01-06', 10, -300, { symbol: 'ZZT' }), [
          '2026-01-07',
          'symbol_change',
          null,
          0,
          { targetSymbol: 'ZZT' },
        ]),
        { ...later, method },
      ).map(({ entryId, acquiredOn, symbol }) => [entryId, acquiredOn, symbol]);
    expect(rows('fifo')).toEqual([
      ['e1', '2026-01-05', 'ZZT'],
      ['e2', '2026-01-06', 'ZZT'],
    ]);
    expect(rows('average')).toEqual([['e1', '2026-01-05', 'ZZT']]);
  });
});

describe('Shares', () => {
  const rows = [
    buy('2026-01-05', 100, -1000),
    buy('2026-01-06', 100, -1400),
    buy('2026-01-07', 100, -1200),
    sell('2026-02-02', 150, 2100),
  ];

  it.each([
    // 3600 × 150 ÷ 300
    ['average', '300', '1800'],
    // 1000 + 1400 ÷ 2
    ['fifo', '400', '1900'],
    // 1200 + 1400 ÷ 2
    ['lifo', '200', '1700'],
    // 1400 + 1200 ÷ 2
    ['hifo', '100', '1600'],
  ] as const)('by %s a sale gains %s, and leaves lots of %s', (method, gain, cost) => {
    expect(realised(rows, { method })).toEqual([`2026 ZZA shares ${gain}`]);
    expect(lots(rows, { ...later, method })).toMatchObject([{ shares: '150', totalCost: cost }]);
  });

  it('with equal amounts per share, hifo takes the oldest lot', () => {
    const equal = [buy('2026-01-05', 10, -100), buy('2026-01-06', 20, -400), buy('2026-01-07', 10, -200)];
    const hifo = { ...later, method: 'hifo' } as const;
    expect(open([...equal, sell('2026-02-02', 10, 300)], hifo)).toEqual([
      ...['e1 ZZA 10 100', 'e2 ZZA 10 200', 'e3 ZZA 10 200'],
    ]);
    expect(open([...equal, sell('2026-02-02', 25, 300)], hifo)).toEqual(['e1 ZZA 10 100', 'e3 ZZA 5 100']);
  });

  it('a sale beyond the holding opens a short lot with the rest of the amount', () => {
    const sale = [buy('2026-01-05', 100, -1000), sell('2026-01-06', 150, 1800)];
    expect(realised(sale)).toEqual(['2026 ZZA shares 200']);
    expect(lots(sale)).toMatchObject([
      { shares: '-50', totalCost: '0', averageCost: null, proceeds: '600', averageProceeds: '12' },
    ]);
  });

  it('a purchase closes the oldest short lots first, by every method', () => {
    for (const method of ['average', 'fifo', 'lifo', 'hifo'] as const) {
      const short = [sell('2026-01-05', 10, 100), sell('2026-01-06', 10, 300), buy('2026-01-07', 15, -75)];
      // 100 + 150 − 75
      expect(realised(short, { method })).toEqual(['2026 ZZA shares 175']);
      expect(open(short, { ...later, method })).toEqual(['e2 ZZA -5 150']);
    }
  });

  it("the amounts of a lot's parts add up to the amount of the lot", () => {
    const thirds = [buy('2026-01-05', 3, -100), sell('2026-02-02', 1, 40), sell('2026-03-02', 1, 40)];
    // 33.33333333, then 66.66666667 ÷ 2 = 33.33333334
    expect(realised(thirds, { per: 'month' })).toEqual([
      ...['2026-02 ZZA shares 6.66666667', '2026-03 ZZA shares 6.66666666'],
    ]);
    expect(lots(thirds)).toMatchObject([{ totalCost: '33.33333333' }]);
  });

  it('amounts with the wrong sign are taken unchanged', () => {
    expect(lots([buy('2026-01-05', 10, 100)])).toMatchObject([{ totalCost: '-100', averageCost: '-10' }]);
    expect(realised([buy('2026-01-05', 10, -100), sell('2026-01-06', 10, -20)])).toEqual([
      '2026 ZZA shares -120',
    ]);
  });
});

describe('Options', () => {
  it('a closing takes the oldest contracts, and realises their premium and its amount', () => {
    const rows: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 3, 780, put],
      ['2026-01-06', 'option_premium', 1, 200, put],
      ['2026-02-03', 'buy_to_close', 2, -150, put],
    ];
    // 780 × 2 ÷ 3 − 150; the rest expires
    expect(realised(rows, { per: 'month' })).toEqual(['2026-02 ZZA options 370', '2026-03 ZZA options 460']);
    expect(contracts(rows)).toMatchObject([
      { short: '2', long: '0', averageShortPremium: '2.3', collateral: '10000', openedOn: '2026-01-05' },
    ]);
  });

  it('a long side is opened, sold and exercised', () => {
    const rows: LedgerRow[] = [
      ['2026-01-05', 'buy_to_open', 3, -900, call],
      ['2026-01-09', 'sell_to_close', 1, 410, call],
      [
        '2026-01-12',
        'expiration',
        1,
        0,
        { ...call, meta: { leg: 'call', assigned: true, closes: 'buy_to_open' } },
      ],
    ];
    expect(realised(rows, { per: 'month', today: '2026-03-01' })).toEqual(['2026-01 ZZA options -190']);
    expect(contracts(rows)).toMatchObject([
      { long: '1', short: '0', averageLongPremium: '3', averageShortPremium: null, collateral: null },
    ]);
  });

  it('an expiration that is not assigned closes nothing; its amount is realised on its day', () => {
    for (const meta of [{ leg: 'put' }, { leg: 'put', assigned: 'true' }, { leg: 'put', assigned: false }]) {
      const rows: LedgerRow[] = [
        ['2026-01-05', 'sell_to_open', 1, 100, put],
        ['2026-02-05', 'expiration', 1, -3, { ...put, meta }],
      ];
      expect(contracts(rows)).toMatchObject([{ short: '1' }]);
      expect(realised(rows, { per: 'month' })).toEqual(['2026-02 ZZA options -3', '2026-03 ZZA options 100']);
    }
  });

  it("the stated leg of an assignment's shares is also the leg of the expiration", () => {
    const rows = (shares: Partial<LedgerEntry>[]): LedgerRow[] => [
      ['2026-01-05', 'sell_to_open', 1, 100, put],
      ['2026-01-05', 'sell_to_open', 1, 90, call],
      ['2026-02-05', 'expiration', 1, 0, assigned()],
      ...shares.map((more): LedgerRow => buy('2026-02-05', 100, -5000, { ...silent, ...more })),
    ];
    const openLegs = (shares: Partial<LedgerEntry>[]) => contracts(rows(shares)).map(({ leg }) => leg);
    expect(openLegs([{ meta: { from: 'put' } }, {}])).toEqual(['call']);
    expect(openLegs([{ meta: { from: 'call' } }])).toEqual(['put']);
    expect(openLegs([{ meta: { from: 'call' } }, { meta: { from: 'put' } }])).toEqual(['call', 'put']);
    expect(openLegs([{ meta: { from: 'put' }, strike: '51' }])).toEqual(['call', 'put']);
    expect(openLegs([{ meta: { from: 'put' }, ts: new Date('2026-02-05T15:00:00.001Z') }])).toHaveLength(2);
  });

  it("otherwise the leg is the leg of the contract's other entries, or null", () => {
    const rows = (opening: Partial<LedgerEntry>): LedgerRow[] => [
      ['2026-01-05', 'sell_to_open', 1, 100, opening],
      ['2026-02-05', 'buy_to_close', 1, -40, silent],
    ];
    expect(left(rows(put))).toEqual([]);
    expect(left(rows({ ...put, meta: { leg: 'Put' } }))).toEqual([]);
    expect(contracts([['2026-01-05', 'sell_to_open', 1, 100, silent]])).toMatchObject([
      { leg: null, collateral: null },
    ]);
    expect(left([...rows(put), ['2026-02-06', 'sell_to_open', 1, 90, call]])).toEqual([]);
    expect(left(rows({ ...put, strike: '50.00' }))).toEqual([]);
  });

  it('a closing without a leg closes the only leg that is open, on its side', () => {
    const both: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 2, 100, put],
      ['2026-01-05', 'sell_to_open', 1, 90, call],
      ['2026-01-05', 'buy_to_open', 1, -80, call],
    ];
    expect(left([...both, ['2026-02-05', 'buy_to_close', 1, -40, silent]])).toEqual(['e4 1 -40']);
    const calls: LedgerRow[] = [...both, ['2026-02-05', 'buy_to_close', 2, -40, put]];
    expect(left([...calls, ['2026-02-06', 'buy_to_close', 1, -40, silent]])).toEqual([]);
    expect(left([...both, ['2026-02-05', 'sell_to_close', 1, 40, silent]])).toEqual([]);
  });

  it('an assignment that states no side closes the long side only where no other is open', () => {
    const bought: LedgerRow = ['2026-01-05', 'buy_to_open', 1, -80, call];
    const sold: LedgerRow = ['2026-01-05', 'sell_to_open', 1, 90, call];
    const sides = (rows: LedgerRow[], different: Partial<LedgerEntry>) =>
      contracts([...rows, ['2026-02-05', 'expiration', 1, 0, different]]).map(({ long, short }) => [
        ...[long, short].map(Number),
      ]);
    expect(sides([bought], assigned())).toEqual([]);
    expect(sides([bought, sold], assigned())).toEqual([[1, 0]]);
    const meta = { assigned: true, closes: 'sell_to_open' };
    expect(sides([bought], { ...assigned(), meta })).toEqual([[1, 0]]);
  });

  it('the multiplier and the deliverable are those of the opening', () => {
    const rows: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 2, 300, { ...put, multiplier: '10' }],
      buy('2026-01-05', 100, -5000),
      ['2026-01-06', 'sell_to_open', 1, 100, { ...call, multiplier: '100', deliverable: '150' }],
    ];
    expect(contracts(rows)).toMatchObject([
      { leg: 'call', averageShortPremium: '1', multiplier: '100' },
      { leg: 'put', averageShortPremium: '15', collateral: '1000', multiplier: '10' },
    ]);
    // (100 − 150) ÷ 100, down
    expect(lots(rows, { today: '2026-03-01' })).toMatchObject([{ coveredCallCapacity: '-1' }]);
    expect(
      contracts([...rows, ['2026-01-07', 'sell_to_open', 1, 100, put]]).map(({ multiplier }) => multiplier),
    ).toEqual(['100', null]);
  });

  it('premium of contracts that are closed late is realised on the expiration day', () => {
    const rows: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 1, 100, put],
      ['2026-04-01', 'buy_to_close', 1, -5, put],
    ];
    expect(realised(rows, { per: 'month' })).toEqual(['2026-03 ZZA options 100', '2026-04 ZZA options -5']);
    expect(left(rows)).toEqual([]);
    // Until the expiration day is over, only the closing is realised.
    expect(realised(rows, { per: 'month', today: '2026-03-20' })).toEqual(['2026-04 ZZA options 95']);
  });

  it('contracts are open through the expiration day', () => {
    const rows: LedgerRow[] = [['2026-01-05', 'buy_to_open', 1, -100, put]];
    expect(contracts(rows, '2026-03-20')).toMatchObject([{ daysToExpiration: 0, isExpired: false }]);
    expect(contracts(rows, '2026-03-21')).toEqual([]);
    expect(contracts(rows, '2026-03-21', 'expired')).toMatchObject([
      { daysToExpiration: -1, isExpired: true },
    ]);
    expect(contracts(rows, '2026-03-21', 'all')).toHaveLength(1);
    expect(realised(rows, { today: '2026-03-20' })).toEqual([]);
    expect(realised(rows, { today: '2026-03-21', per: 'day' })).toEqual(['2026-03-20 ZZA options -100']);
  });
});

describe('Entries without quantity, and unmatched entries', () => {
  it('openings of options without contracts realise their amount, closings are unmatched', () => {
    const assigned = { ...put, meta: { ...put.meta, assigned: true } };
    const rows: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', null, 100, put],
      ['2026-01-06', 'sell_to_open', 1, 70, put],
      ['2026-02-05', 'buy_to_close', 0, -30, put],
      ['2026-02-06', 'expiration', null, 0, assigned],
      ['2026-02-07', 'expiration', null, 5, put],
    ];
    const today = '2026-02-10';
    expect(realised(rows, { today, per: 'month' })).toEqual([
      ...['2026-01 ZZA options 100', '2026-02 ZZA options 5'],
    ]);
    expect(left(rows)).toEqual(['e3 0 -30', 'e4 0 0']);
  });

  it('share trades without shares are unmatched', () => {
    expect(left([buy('2026-01-05', null, -100), sell('2026-01-06', 0, 0)])).toEqual(['e1 0 -100', 'e2 0 0']);
    expect(realised([buy('2026-01-05', null, -100)])).toEqual([]);
  });

  it('a closing of too many contracts is unmatched with the rest of its amount', () => {
    const rows: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 1, 100, put],
      ['2026-02-05', 'buy_to_close', 3, -100, put],
    ];
    expect(left(rows)).toEqual(['e2 2 -66.66666667']);
    expect(realised(rows)).toEqual(['2026 ZZA options 66.66666667']);
  });

  it('a closing takes nothing from later openings or the other side', () => {
    const closing: LedgerRow = ['2026-02-05', 'sell_to_close', 1, 30, put];
    expect(left([['2026-02-06', 'buy_to_open', 1, -20, put], closing])).toEqual(['e2 1 30']);
    expect(left([['2026-01-05', 'sell_to_open', 1, 100, put], closing])).toEqual(['e2 1 30']);
  });

  it('account and symbol select rows, and options and shares can be requested separately', () => {
    const entries = ledgerOf(buy('2026-01-05', null, -1), ['2026-01-05', 'buy_to_close', 1, -2, put]);
    const ids = (question: object) => unmatched(entries, { ...later, ...question }).map(({ id }) => id);
    expect(ids({})).toEqual(['e1', 'e2']);
    expect(ids({ of: 'options' })).toEqual(['e2']);
    expect(ids({ of: 'shares' })).toEqual(['e1']);
    expect(ids({ symbol: 'ZZB' })).toEqual([]);
    expect(ids({ accountId: 'acct-1' })).toEqual(['e1', 'e2']);
  });
});

describe('Corporate actions', () => {
  const split = (to: number, from: number, amount = 0, qty: number | null = null): LedgerRow => [
    ...(['2026-02-02', 'split', qty, amount, { ratioTo: to, ratioFrom: from }] as const),
  ];
  const action = (type: LedgerEntry['type'], amount: number, more: Partial<LedgerEntry> = {}): LedgerRow => [
    ...(['2026-02-02', type, null, amount, { targetSymbol: 'ZZT', ...more }] as const),
  ];

  it('a split scales long and short lots, and keeps their amounts', () => {
    expect(open([buy('2026-01-05', 100, -900), buy('2026-01-06', 50, -500), split(3, 1)])).toEqual([
      ...['e1 ZZA 300 900', 'e2 ZZA 150 500'],
    ]);
    expect(open([sell('2026-01-05', 100, 900), split(1, 10)])).toEqual(['e1 ZZA -10 900']);
    // 100 ÷ 3, 200 ÷ 3 − 100 ÷ 3
    expect(open([buy('2026-01-05', 100, -900), buy('2026-01-06', 100, -500), split(1, 3)])).toEqual([
      ...['e1 ZZA 33.33333333 900', 'e2 ZZA 33.33333334 500'],
    ]);
  });

  it('cash in lieu of a split sells the fraction, or the given shares', () => {
    const held = buy('2026-01-05', 101, -1010);
    // 10.1 shares; 0.1 of them costs 10
    expect(realised([held, split(1, 10, 12)])).toEqual(['2026 ZZA shares 2']);
    expect(lots([held, split(1, 10, 12)])).toMatchObject([{ shares: '10', totalCost: '1000' }]);
    expect(lots([held, split(1, 10, 12, 1.1)])).toMatchObject([{ shares: '9', totalCost: '900' }]);
    expect(lots([held, split(1, 10)])).toMatchObject([{ shares: '10.1' }]);
  });

  it('cash in lieu of a short position is paid for its fraction', () => {
    const rows = [sell('2026-01-05', 25, 500), split(1, 10, -11)];
    // 2.5 shares; 0.5 of them brought 100
    expect(realised(rows)).toEqual(['2026 ZZA shares 89']);
    expect(open(rows)).toEqual(['e1 ZZA -2 400']);
  });

  it('the sign of cash in lieu shows whether the shares were held or sold short', () => {
    const [held, short] = [buy('2026-01-05', 105, -1050), sell('2026-01-05', 105, 1050)];
    expect(left([held, split(1, 10, -11)])).toEqual(['e2 0 -11']);
    expect(left([short, split(1, 10, 11)])).toEqual(['e2 0 11']);
    expect(left([short, split(1, 10, 11, 0.5)])).toEqual(['e2 0.5 11']);
    // Without cash in lieu, the fraction given up brings nothing.
    expect(realised([held, split(1, 10, 0, 0.5)])).toEqual(['2026 ZZA shares -50']);
    expect(realised([short, split(1, 10, 0, 0.5)])).toEqual(['2026 ZZA shares 50']);
  });

  it('cash in lieu without shares is unmatched', () => {
    expect(left([split(1, 10, 12)])).toEqual(['e1 0 12']);
    expect(left([split(1, 10)])).toEqual([]);
    expect(left([buy('2026-01-05', 10, -100), split(1, 10, 12, 3)])).toEqual(['e2 2 8']);
  });

  it('a symbol change moves lots and net premium', () => {
    const rows = [
      buy('2026-01-05', 100, -900),
      ['2026-01-06', 'sell_to_open', 1, 50, call] as LedgerRow,
      action('symbol_change', 0),
      ['2026-02-03', 'sell_to_open', 1, 30, { ...call, symbol: 'ZZT' }] as LedgerRow,
    ];
    expect(lots(rows)).toMatchObject([
      { symbol: 'ZZT', totalCost: '900', netPremium: '80', minimumStrike: '8.2' },
    ]);
    expect(open([sell('2026-01-05', 100, 900), action('symbol_change', 0)])).toEqual(['e1 ZZT -100 900']);
  });

  it('a merger pays cash back, scales and moves', () => {
    const ratio = { ratioTo: 1, ratioFrom: 2 };
    const held = [buy('2026-01-05', 100, -900), buy('2026-01-06', 100, -500)];
    expect(open([...held, action('merger', 400, ratio)])).toEqual(['e1 ZZT 50 700', 'e2 ZZT 50 300']);
    // 600 each; the second lot has 500.
    expect(realised([...held, action('merger', 1200, ratio)], fifo)).toEqual(['2026 ZZA shares 100']);
    expect(open([sell('2026-01-05', 100, 900), action('merger', 0, ratio)])).toEqual(['e1 ZZT -50 900']);
    const short = [sell('2026-01-05', 100, 900)];
    expect(open([...short, action('merger', -1200, ratio)])).toEqual(['e1 ZZT -50 -300']);
    expect(realised([...short, action('merger', -1200, ratio)], fifo)).toEqual([]);
    expect(left([...short, action('merger', 5, ratio)])).toEqual(['e2 0 5']);
    expect(left([...held, action('merger', -5, ratio)])).toHaveLength(1);
  });

  it('a spin-off adds lots with a share of the cost', () => {
    const spun = { ratioTo: 1, ratioFrom: 4, costShare: '0.2' } as const;
    const rows = [buy('2026-01-05', 100, -900), buy('2026-01-06', 10, -100), action('spin_off', 0, spun)];
    expect(open(rows)).toEqual(['e1 ZZA 100 720', 'e2 ZZA 10 80', 'e1 ZZT 25 180', 'e2 ZZT 2.5 20']);
    expect(open([sell('2026-01-05', 100, 900), action('spin_off', 0, spun)])).toEqual([
      ...['e1 ZZA -100 720', 'e1 ZZT -25 180'],
    ]);
  });

  it('cash in lieu of a spin-off sells the fraction of the new shares', () => {
    const spun = { ratioTo: 1, ratioFrom: 4, costShare: '0.2' } as const;
    const rows = [buy('2026-01-05', 110, -1100), action('spin_off', 7, spun)];
    // 27.5 shares for 220; 0.5 of them cost 4
    expect(realised(rows)).toEqual(['2026 ZZT shares 3']);
    expect(open(rows)).toEqual(['e1 ZZA 110 880', 'e1 ZZT 27 216']);
    expect(left([action('spin_off', 7, spun)])).toEqual(['e1 0 7']);
  });

  it('a return of capital reduces the cost, and the excess is realised', () => {
    const held = [buy('2026-01-05', 100, -100), buy('2026-01-06', 300, -900)];
    expect(open([...held, action('return_of_capital', 200)])).toEqual(['e1 ZZA 100 50', 'e2 ZZA 300 750']);
    expect(realised([...held, action('return_of_capital', 200)])).toEqual([]);
    // 150 of the first lot, which has 100.
    expect(open([...held, action('return_of_capital', 600)])).toEqual(['e1 ZZA 100 0', 'e2 ZZA 300 450']);
    expect(realised([...held, action('return_of_capital', 600)], fifo)).toEqual(['2026 ZZA shares 50']);
    // With average cost, a single lot of 1000 loses 600.
    expect(realised([...held, action('return_of_capital', 600)])).toEqual([]);
    expect(left([action('return_of_capital', 600)])).toEqual(['e1 0 600']);
  });

  it('a lot whose amount is not positive loses nothing', () => {
    const free = [buy('2026-01-05', 100, 0), buy('2026-01-06', 100, 50)];
    expect(realised([...free, action('return_of_capital', 20)])).toEqual(['2026 ZZA shares 20']);
    expect(open([...free, action('return_of_capital', 20)])).toEqual(['e1 ZZA 100 0', 'e2 ZZA 100 -50']);
  });

  it('an adjustment moves contracts of both sides', () => {
    const rows: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 2, 300, put],
      ['2026-01-06', 'buy_to_open', 1, -100, put],
      ['2026-02-02', 'option_adjustment', null, 0, { ...put, targetStrike: '25', ratioTo: 2, ratioFrom: 1 }],
    ];
    expect(contracts(rows)).toMatchObject([
      {
        symbol: 'ZZA',
        strike: '25',
        short: '4',
        long: '2',
        averageShortPremium: '0.75',
        openedOn: '2026-01-05',
      },
    ]);
    expect(left([...rows, ['2026-02-03', 'buy_to_close', 1, -5, put]])).toEqual(['e4 1 -5']);
  });

  it('an adjustment replaces multiplier and deliverable', () => {
    const rows = (more: Partial<LedgerEntry>): LedgerRow[] => [
      buy('2026-01-05', 100, -900, { symbol: 'ZZT' }),
      ['2026-01-05', 'sell_to_open', 1, 300, call],
      ['2026-02-02', 'option_adjustment', null, 0, { ...call, targetSymbol: 'ZZT', ...more }],
    ];
    const today = { today: '2026-03-01' };
    const capacity = (more: Partial<LedgerEntry>) => lots(rows(more), today)[0]?.['coveredCallCapacity'];
    expect(contracts(rows({ multiplier: '150' }))).toMatchObject([
      { symbol: 'ZZT', multiplier: '150', averageShortPremium: '2', strike: '50' },
    ]);
    expect(capacity({ multiplier: '250' })).toBe('-2');
    expect(capacity({ multiplier: '250', deliverable: '100' })).toBe('0');
    expect(capacity({ deliverable: '101' })).toBe('-1');
    expect(contracts(rows({ deliverable: '101' }))).toMatchObject([{ multiplier: '100' }]);
  });

  it('a transfer of shares takes long lots by the method, then short lots', () => {
    const move = (qty: number): LedgerRow => [
      ...(['2026-02-02', 'position_transfer', qty, 0, { targetAccountId: 'acct-2' }] as const),
    ];
    const rows = [buy('2026-01-05', 10, -100), buy('2026-01-06', 10, -300)];
    const held = (method: 'fifo' | 'lifo', qty: number) =>
      openLots(ledgerOf(...rows, move(qty)), { ...later, method }).map(
        ({ accountId, entryId, shares, amount }) =>
          `${accountId} ${entryId} ${Number(shares)} ${Number(amount)}`,
      );
    expect(held('fifo', 15)).toEqual(['acct-1 e2 5 150', 'acct-2 e1 10 100', 'acct-2 e2 5 150']);
    expect(held('lifo', 5)).toEqual(['acct-1 e1 10 100', 'acct-1 e2 5 150', 'acct-2 e2 5 150']);
    expect(left([...rows, move(25)])).toEqual(['e3 5 0']);
    expect(left([sell('2026-01-05', 10, 100), move(10)])).toEqual([]);
    expect(realised([...rows, move(15)])).toEqual([]);
  });

  it('a transfer of contracts keeps side, premium and multiplier', () => {
    const moved = (meta: LedgerEntry['meta']): LedgerRow => [
      ...(['2026-02-02', 'position_transfer', 1, 0, { ...put, meta, targetAccountId: 'acct-2' }] as const),
    ];
    const opening: LedgerRow = ['2026-01-05', 'sell_to_open', 3, 300, { ...put, multiplier: '10' }];
    for (const meta of [{ leg: 'put' }, {}])
      expect(contracts([opening, moved(meta)])).toMatchObject([
        { accountId: 'acct-1', short: '2', averageShortPremium: '10', multiplier: '10' },
        {
          accountId: 'acct-2',
          short: '1',
          averageShortPremium: '10',
          multiplier: '10',
          openedOn: '2026-01-05',
        },
      ]);
    expect(left([opening, moved({ leg: 'call' })])).toEqual(['e2 1 0']);
  });

  it('shares received cover short shares, and their cost is no cash', () => {
    const received: LedgerRow = ['2026-01-06', 'shares_received', 15, 0, { cost: '300' }];
    const rows = [sell('2026-01-05', 10, 500), received];
    // 500 − 300 × 10 ÷ 15
    expect(realised(rows)).toEqual(['2026 ZZA shares 300']);
    expect(open(rows)).toEqual(['e2 ZZA 5 100']);
    expect(identity(ledgerOf(...rows), later)).toEqual({
      cash: '500.00000000',
      accountedFor: '500.00000000',
    });
    expect(lots([received])).toMatchObject([{ totalCost: '300', averageCost: '20' }]);
  });

  it('a lot that is scaled to zero pieces keeps its amount, and no closing takes it', () => {
    const rows = [buy('2026-01-05', 1, -5, { qty: '0.00000001' }), buy('2026-01-06', 30, -300), split(1, 3)];
    // c: 0.000000003 and 10.000000003
    expect(open(rows)).toEqual(['e2 ZZA 10 300']);
    expect(lots(rows, fifo)).toMatchObject([{ shares: '10', totalCost: '305' }]);
    expect(realised([...rows, sell('2026-02-03', 10, 400)], { method: 'fifo' })).toEqual([
      '2026 ZZA shares 100',
    ]);
    expect(lots([...rows, sell('2026-02-03', 10, 400)], fifo)).toEqual([]);
  });
});

describe('Other entries', () => {
  it('each type of income and cost has its own sum', () => {
    expect(
      realised([
        ['2026-01-05', 'dividend', null, 1],
        ['2026-01-05', 'fee', null, -2],
        ['2026-01-05', 'interest', null, 3],
        ['2026-01-05', 'dividend_in_lieu', null, -4],
        ['2026-01-05', 'securities_lending', null, 5],
        ['2026-01-05', 'withheld_tax', null, -6],
        ['2026-01-05', 'rebate', null, 7, { symbol: null }],
      ]),
    ).toEqual([
      '2026 ZZA dividends 1, fees -2, interest 3, paymentsInLieu -4, securitiesLending 5, withheldTax -6',
      '2026 null rebates 7',
    ]);
  });

  it('transfers and corrections are no profit, and empty rows are omitted', () => {
    expect(
      realised([
        ['2026-01-05', 'transfer', null, 100],
        ['2026-01-05', 'correction', null, -3],
      ]),
    ).toEqual([]);
    expect(
      realised([
        ['2026-01-05', 'dividend', null, 5],
        ['2026-01-06', 'dividend', null, -5],
      ]),
    ).toEqual([]);
    expect(
      realised([
        ['2026-01-05', 'dividend', null, 5],
        ['2026-01-06', 'fee', null, -5],
      ]),
    ).toEqual(['2026 ZZA dividends 5, fees -5']);
  });
});

describe('Figures', () => {
  it('the minimum strike is rounded up, and not below zero', () => {
    const rows = (premium: number): LedgerRow[] => [
      buy('2026-01-05', 3, -100),
      ['2026-01-05', 'sell_to_open', 1, premium, put],
    ];
    expect(lots(rows(0.01))).toMatchObject([{ minimumStrike: '33.33', maximumStrike: null }]);
    expect(lots(rows(0))).toMatchObject([{ minimumStrike: '33.33333334', averageCost: '33.33333333' }]);
    expect(lots(rows(101))).toMatchObject([{ minimumStrike: '0', netPremium: '101' }]);
  });

  it('the maximum strike is rounded down, and not below zero', () => {
    const rows = (premium: number): LedgerRow[] => [
      sell('2026-01-05', 3, 200),
      ['2026-01-05', 'buy_to_open', 1, premium, put],
    ];
    expect(lots(rows(0))).toMatchObject([{ maximumStrike: '66.66666666', averageProceeds: '66.66666667' }]);
    expect(lots(rows(-50))).toMatchObject([{ maximumStrike: '50', minimumStrike: null }]);
    expect(lots(rows(-201))).toMatchObject([{ maximumStrike: '0' }]);
  });

  it('capacity counts open short contracts that are not known to be puts', () => {
    const rows: LedgerRow[] = [
      buy('2026-01-05', 250, -2500),
      ['2026-01-05', 'sell_to_open', 1, 10, call],
      ['2026-01-05', 'sell_to_open', 1, 10, { ...put, strike: '40' }],
      ['2026-01-05', 'sell_to_open', 1, 10, { ...silent, strike: '41' }],
    ];
    expect(lots(rows, { today: '2026-03-20' })).toMatchObject([{ coveredCallCapacity: '0' }]);
    expect(lots(rows, { today: '2026-03-21' })).toMatchObject([{ coveredCallCapacity: '2' }]);
    expect(lots([sell('2026-01-05', 50, 500)])).toMatchObject([{ coveredCallCapacity: '-1' }]);
  });

  it('positions are ordered by account, symbol, expiration, strike and leg, null last', () => {
    const at = (more: Partial<LedgerEntry>): LedgerRow => [
      '2026-01-05',
      'sell_to_open',
      1,
      10,
      { ...call, ...more },
    ];
    const rows = contracts([
      at({ symbol: null }),
      at({ accountId: 'acct-2' }),
      at({ expiration: null }),
      at({ strike: null }),
      at({ strike: '100' }),
      at({ strike: '9' }),
      at({ meta: {}, strike: '9.5' }),
      at({ expiration: '2026-03-19' }),
      at({ symbol: 'ZZa' }),
      at(put),
    ]).map(({ accountId, symbol, expiration, strike, leg }) =>
      [accountId, symbol, expiration, strike, leg].map(String).join(' '),
    );
    expect(rows).toEqual([
      'acct-1 ZZA 2026-03-19 50 call',
      'acct-1 ZZA 2026-03-20 9 call',
      'acct-1 ZZA 2026-03-20 9.5 null',
      'acct-1 ZZA 2026-03-20 50 put',
      'acct-1 ZZA 2026-03-20 100 call',
      'acct-1 ZZA 2026-03-20 null call',
      'acct-1 ZZA null 50 call',
      'acct-1 ZZa 2026-03-20 50 call',
      'acct-1 null 2026-03-20 50 call',
      'acct-2 ZZA 2026-03-20 50 call',
    ]);
  });
});
