// @slow: tests the model of the tests
import { describe, expect, it } from '@jest/globals';
import { ledgerOf, plain } from '../support/ledger-notation.js';
import type { LedgerRow } from '../support/ledger-notation.js';
import { closedLots, identity, openLots, realisedProfit, shareLots, unmatched } from './ledger.model.js';
import type { LedgerEntry, LotsQuestion } from './ledger.model.js';

// "Profit by the tax rules of the United States", and situations that IRS Publication 550 decides:
// options, short sales, bases and holding periods. All numbers are invented.

const later = { today: '2030-12-31' };

const buy = (day: string, qty: number, amount: number, more?: Partial<LedgerEntry>): LedgerRow => [
  ...([day, 'assignment_shares', qty, amount, more] as const),
];
const sell = (day: string, qty: number, amount: number, more?: Partial<LedgerEntry>): LedgerRow => [
  ...([day, 'share_sale', qty, amount, more] as const),
];
const put = { strike: '50', expiration: '2026-06-19', meta: { leg: 'put' } } as const;
const call = { ...put, meta: { leg: 'call' } };
const fee = (day: string, amount: number, more?: Partial<LedgerEntry>): LedgerRow => [
  ...([day, 'fee', null, amount, more] as const),
];
const assigned = (day: string, qty: number, leg: string, more: Partial<LedgerEntry> = {}): LedgerRow => [
  ...([day, 'expiration', qty, 0, { ...put, ...more, meta: { leg, assigned: true, ...more.meta } }] as const),
];
const exercised = (day: string, qty: number, leg: string): LedgerRow =>
  assigned(day, qty, leg, { meta: { closes: 'buy_to_open' } });
/** Shares of an assignment or exercise. */
const atStrike = { strike: '50', expiration: '2026-06-19' } as const;

/** `2026 options 100, shares 50` */
const taxed = (rows: LedgerRow[], question: Partial<LotsQuestion> = {}) =>
  plain(realisedProfit(ledgerOf(...rows), { ...later, per: 'year', basis: 'tax', ...question })).map(
    ({ period, symbol: _, total: __, ...members }) => {
      const sums = Object.entries(members).filter(([, amount]) => amount !== '0');
      return `${String(period)} ${sums.map((pair) => pair.join(' ')).join(', ')}`;
    },
  );
/** `shares 100: 2026-01-05 → 2026-02-02, 1200 − 1000, short` */
const closed = (rows: LedgerRow[], question: Partial<LotsQuestion> = {}) =>
  plain(closedLots(ledgerOf(...rows), { ...later, ...question })).map((row) => {
    const of = (...names: string[]) => names.map((name) => String(row[name]));
    const [kind, quantity, acquired, sold, proceeds, basis, term] = of(
      ...['kind', 'quantity', 'acquired', 'sold', 'proceeds', 'basis', 'term'],
    );
    return `${kind} ${quantity}: ${acquired} → ${sold}, ${proceeds} − ${basis}, ${term}`;
  });

describe('Fees', () => {
  const sold = ['2026-01-05', 'sell_to_open', 1, 200, put] as LedgerRow;
  const closing = ['2026-02-05', 'buy_to_close', 1, -50, put] as LedgerRow;

  it('a fee belongs to the trade whose id it extends', () => {
    const far = { accountId: 'acct-2', symbol: null };
    const rows = (id: string) => [sold, closing, fee('2026-03-05', -1, { id, ...far })];
    expect(taxed(rows('e1:fee'))).toEqual(['2026 options 149']);
    expect(taxed(rows('e2-fee'))).toEqual(['2026 options 149']);
    for (const id of ['e3:fee', 'e1_fee', 'e1:fee:fee', 'E1:fee'])
      expect([id, taxed(rows(id))]).toEqual([id, ['2026 options 150', '2026 fees -1']]);
  });

  it('otherwise to the only trade of its account, symbol and instant', () => {
    expect(taxed([sold, fee('2026-01-05', -1), closing])).toEqual(['2026 options 149']);
    expect(taxed([sold, fee('2026-01-06', -1), closing])).toEqual(['2026 options 150, fees -1']);
    expect(taxed([sold, fee('2026-01-05', -1), closing, buy('2026-01-05', 1, -1)])).toEqual([
      '2026 options 150, fees -1',
    ]);
  });

  it('a fee of an entry that the ledger does not read belongs to no trade', () => {
    const dividend: LedgerRow = ['2026-01-05', 'dividend', null, 5];
    const extending = [sold, dividend, fee('2026-01-05', -1, { id: 'e2:fee' }), closing];
    expect(taxed(extending)).toEqual(['2026 options 150, dividends 5, fees -1']);
    const removed: LedgerRow = [
      ...(['2026-01-05', 'sell_to_open', 1, 200, { ...put, deletedAt: new Date(0) }] as const),
    ];
    expect(taxed([sold, removed, fee('2026-01-05', -1, { id: 'e2:fee' }), closing])).toEqual([
      '2026 options 150, fees -1',
    ]);
  });

  it('all fees of a trade count, and are split with it', () => {
    const rows = [
      buy('2026-01-05', 2, -100),
      fee('2026-01-05', -3),
      fee('2026-01-05', -1),
      sell('2026-02-02', 1, 60),
    ];
    expect(taxed(rows)).toEqual(['2026 shares 8']);
    expect(closed(rows)).toEqual(['shares 1: 2026-01-05 → 2026-02-02, 60 − 52, short']);
  });

  it('fees belong to an unmatched trade, and to a trade without quantity', () => {
    const none = { ...later, basis: 'tax' } as const;
    const of = (...rows: LedgerRow[]) => plain(unmatched(ledgerOf(...rows), none));
    expect(of(closing, fee('2026-02-05', -1))).toMatchObject([{ id: 'e1', quantity: '1', cash: '-51' }]);
    expect(taxed([['2026-01-05', 'sell_to_open', null, 200, put], fee('2026-01-05', -1)])).toEqual([
      '2026 options 199',
    ]);
  });
});

describe('Assignment and exercise', () => {
  const twoPuts: LedgerRow = ['2026-01-05', 'sell_to_open', 2, 400, put];

  it('premium belongs to the share trade, on its day or another day, in any order', () => {
    for (const [shares, options] of [
      ['2026-02-05', '2026-02-05'],
      ['2026-02-05', '2026-02-09'],
      ['2026-02-09', '2026-02-05'],
    ] as const)
      // prettier-ignore
      expect(
        taxed([
          twoPuts,
          buy(shares, 200, -10_000, atStrike),
          assigned(options, 2, 'put'),
          sell('2027-01-05', 200, 11_000),
        ]),
      ).toEqual(['2027 shares 1400']);
  });

  it('the part without a share trade is settled in cash', () => {
    const rows = [twoPuts, assigned('2026-02-05', 2, 'put'), buy('2026-02-05', 100, -5000, atStrike)];
    expect(taxed(rows)).toEqual(['2026 options 200']);
    expect(closed(rows)).toEqual(['option 1: 2026-02-05 → 2026-01-05, 200 − 0, short']);
    expect(taxed([...rows, sell('2027-01-05', 100, 5000)])).toEqual(['2026 options 200', '2027 shares 200']);
  });

  it('a share trade takes from several lots, and several share trades take from one lot', () => {
    const lots: LedgerRow[] = [
      ['2026-01-05', 'sell_to_open', 1, 100, put],
      ['2026-01-06', 'sell_to_open', 1, 300, put],
      assigned('2026-02-05', 2, 'put'),
    ];
    // 100 and 300 × 50 ÷ 100, then 150 more
    expect(
      closed([
        ...lots,
        buy('2026-02-05', 150, -7500, atStrike),
        buy('2026-02-06', 60, -3000, atStrike),
        sell('2026-03-05', 210, 10_500),
      ]),
    ).toEqual([
      'shares 150: 2026-02-05 → 2026-03-05, 7500 − 7250, short',
      'shares 60: 2026-02-06 → 2026-03-05, 3000 − 2850, short',
    ]);
  });

  it('only the correct direction, strike, expiration and a known leg are linked', () => {
    const shares = (row: LedgerRow) => taxed([twoPuts, assigned('2026-02-05', 2, 'put'), row]);
    expect(shares(buy('2026-02-05', 200, -10_000, atStrike))).toEqual([]);
    expect(shares(sell('2026-02-05', 200, 10_000, atStrike))).toEqual(['2026 options 400']);
    expect(shares(buy('2026-02-05', 200, -10_000, { ...atStrike, strike: '51' }))).toEqual([
      '2026 options 400',
    ]);
    expect(shares(buy('2026-02-05', 200, -10_000))).toEqual(['2026 options 400']);
    const from = (leg: string) => buy('2026-02-05', 200, -10_000, { ...atStrike, meta: { from: leg } });
    expect(shares(from('put'))).toEqual([]);
    expect(shares(from('call'))).toEqual(['2026 options 400']);
    const noLeg = { ...put, meta: {} };
    expect(
      taxed([
        ['2026-01-05', 'sell_to_open', 1, 100, noLeg],
        ['2026-02-05', 'expiration', 1, 0, { ...noLeg, meta: { assigned: true } }],
        buy('2026-02-05', 100, -5000, atStrike),
      ]),
    ).toEqual(['2026 options 100']);
  });

  it('shares are contracts times the deliverable', () => {
    const rows = [
      ['2026-01-05', 'sell_to_open', 1, 150, { ...put, multiplier: '100', deliverable: '150' }] as LedgerRow,
      assigned('2026-02-05', 1, 'put'),
      buy('2026-02-05', 100, -5000, atStrike),
    ];
    expect(taxed(rows)).toEqual(['2026 options 50']);
    expect(closed(rows)).toEqual(['option 0.33333333: 2026-02-05 → 2026-01-05, 50 − 0, short']);
    expect(taxed([...rows, buy('2026-02-06', 50, -2500, atStrike)])).toEqual([]);
  });

  it('the amount and fees of the expiration go with the premium', () => {
    const rows = [
      twoPuts,
      assigned('2026-02-05', 2, 'put'),
      fee('2026-02-05', -10, { id: 'e2:fee' }),
      buy('2026-02-05', 200, -10_000, atStrike),
      sell('2026-03-05', 200, 10_000),
    ];
    expect(taxed(rows)).toEqual(['2026 shares 390']);
  });
});

describe('Publication 550: options that lapse or are closed', () => {
  it('1. a call that was written and lapses: short-term gain on the expiration day', () => {
    expect(closed([['2025-01-06', 'sell_to_open', 1, 120, call]])).toEqual([
      'option 1: 2026-06-19 → 2025-01-06, 120 − 0, short',
    ]);
  });

  it('2. a put that was written and is bought back: gain or loss in the year of the purchase, short-term', () => {
    const rows: LedgerRow[] = [
      ['2025-11-03', 'sell_to_open', 1, 300, put],
      ['2026-02-03', 'buy_to_close', 1, -420, put],
    ];
    expect(closed(rows)).toEqual(['option 1: 2026-02-03 → 2025-11-03, 300 − 420, short']);
    expect(taxed(rows)).toEqual(['2026 options -120']);
  });

  it('3. a call that was bought and lapses: a loss of its cost, long-term after more than a year', () => {
    const expires = (expiration: string) =>
      closed([['2025-06-18', 'buy_to_open', 1, -210, { ...call, expiration }]]);
    expect(expires('2026-06-18')).toEqual(['option 1: 2025-06-18 → 2026-06-18, 0 − 210, short']);
    expect(expires('2026-06-19')).toEqual(['option 1: 2025-06-18 → 2026-06-19, 0 − 210, long']);
  });

  it('4. a put that was bought and is sold: proceeds less cost, both with fees', () => {
    expect(
      closed([
        ['2026-01-05', 'buy_to_open', 2, -500, put],
        fee('2026-01-05', -1.3),
        ['2026-03-05', 'sell_to_close', 2, 640, put],
        fee('2026-03-05', -1.5),
      ]),
    ).toEqual(['option 2: 2026-01-05 → 2026-03-05, 638.5 − 501.3, short']);
  });

  it('5. options that are settled in cash: a gain or loss of the option', () => {
    const index = (deliverable: '0' | null): LedgerRow[] => [
      ['2026-01-05', 'sell_to_open', 1, 900, { ...call, deliverable }],
      ['2026-06-19', 'expiration', 1, -1500, { ...call, meta: { leg: 'call', assigned: true } }],
    ];
    expect(closed(index(null))).toEqual(['option 1: 2026-06-19 → 2026-01-05, 900 − 1500, short']);
    expect(taxed(index('0'))).toEqual(['2026 options -600']);
    expect(closed(index('0'))).toEqual(closed(index(null)));
  });

  it('6. an option of section 1256 is marked', () => {
    const rows = ledgerOf(
      ['2026-01-05', 'buy_to_open', 1, -500, { ...call, section1256: true }],
      ['2026-01-06', 'buy_to_open', 1, -400, { ...call, section1256: false }],
      ['2026-03-05', 'sell_to_close', 2, 640, call],
    );
    expect(closedLots(rows, later).map(({ isSection1256 }) => isSection1256)).toEqual([true, false]);
  });
});

describe('Publication 550: exercise and assignment', () => {
  it('7. a put that was written and is assigned: the premium reduces the basis', () => {
    expect(
      closed([
        ['2025-12-01', 'sell_to_open', 1, 230, put],
        assigned('2026-01-16', 1, 'put'),
        buy('2026-01-16', 100, -5000, atStrike),
        sell('2026-09-01', 100, 5100),
      ]),
    ).toEqual(['shares 100: 2026-01-16 → 2026-09-01, 5100 − 4770, short']);
  });

  it('8. its shares are held from the purchase, not from the day of the option', () => {
    const soldOn = (day: string) =>
      closed([
        ['2025-06-02', 'sell_to_open', 1, 230, put],
        assigned('2026-01-16', 1, 'put'),
        buy('2026-01-16', 100, -5000, atStrike),
        sell(day, 100, 5100),
      ]);
    expect(soldOn('2027-01-16')).toEqual(['shares 100: 2026-01-16 → 2027-01-16, 5100 − 4770, short']);
    expect(soldOn('2027-01-17')).toEqual(['shares 100: 2026-01-16 → 2027-01-17, 5100 − 4770, long']);
  });

  it('9. a covered call that is assigned: the premium is part of the proceeds, long-term with the shares', () => {
    expect(
      closed([
        buy('2024-03-01', 100, -3000),
        ['2026-01-05', 'sell_to_open', 1, 150, call],
        fee('2026-01-05', -0.5),
        assigned('2026-02-20', 1, 'call'),
        sell('2026-02-20', 100, 5000, atStrike),
      ]),
    ).toEqual(['shares 100: 2024-03-01 → 2026-02-20, 5149.5 − 3000, long']);
  });

  it('10. a naked call that is assigned: premium in the proceeds of the short sale', () => {
    expect(
      closed([
        ['2025-12-01', 'sell_to_open', 1, 100, call],
        assigned('2025-12-19', 1, 'call'),
        sell('2025-12-19', 100, 5000, atStrike),
        buy('2026-01-05', 100, -5300),
      ]),
    ).toEqual(['shares 100: 2026-01-05 → 2026-01-05, 5100 − 5300, short']);
  });

  it('11. a call that was bought and is exercised: its cost is part of the basis', () => {
    const soldOn = (day: string) =>
      closed([
        ['2025-01-06', 'buy_to_open', 1, -340, call],
        exercised('2026-03-02', 1, 'call'),
        buy('2026-03-02', 100, -5000, atStrike),
        sell(day, 100, 6000),
      ]);
    expect(soldOn('2026-03-03')).toEqual(['shares 100: 2026-03-02 → 2026-03-03, 6000 − 5340, short']);
    expect(soldOn('2027-03-03')).toEqual(['shares 100: 2026-03-02 → 2027-03-03, 6000 − 5340, long']);
  });

  it('12. a put that was bought and is exercised: its cost reduces the proceeds', () => {
    expect(
      closed([
        buy('2025-01-06', 100, -4000),
        ['2026-01-05', 'buy_to_open', 1, -210, put],
        exercised('2026-06-19', 1, 'put'),
        sell('2026-06-19', 100, 5000, atStrike),
      ]),
    ).toEqual(['shares 100: 2025-01-06 → 2026-06-19, 4790 − 4000, long']);
  });

  it('13. of several contracts, the assigned ones go to the shares, and the others lapse', () => {
    const rows = [
      ['2026-01-05', 'sell_to_open', 3, 600, put] as LedgerRow,
      assigned('2026-02-20', 1, 'put'),
      buy('2026-02-20', 100, -5000, atStrike),
      sell('2026-03-02', 100, 5000),
    ];
    expect(closed(rows)).toEqual([
      'shares 100: 2026-02-20 → 2026-03-02, 5000 − 4800, short',
      'option 2: 2026-06-19 → 2026-01-05, 400 − 0, short',
    ]);
    expect(taxed(rows)).toEqual(['2026 options 400, shares 200']);
  });
});

describe('Publication 550: basis and holding period of shares', () => {
  it('14. commissions add to the basis, and reduce the proceeds', () => {
    expect(
      closed([
        buy('2026-01-05', 100, -2000),
        fee('2026-01-05', -7),
        sell('2026-02-05', 100, 2500),
        fee('2026-02-05', -8),
      ]),
    ).toEqual(['shares 100: 2026-01-05 → 2026-02-05, 2492 − 2007, short']);
  });

  it('15. sold on the anniversary is short-term; a day later is long-term', () => {
    const held = (bought: string, sold: string) =>
      closed([buy(bought, 1, -10), sell(sold, 1, 20)])[0]?.split(', ')[2];
    expect(held('2025-02-05', '2026-02-05')).toBe('short');
    expect(held('2025-02-05', '2026-02-06')).toBe('long');
    expect(held('2024-02-29', '2025-02-28')).toBe('short');
    expect(held('2024-02-29', '2025-03-01')).toBe('long');
    // The first day that counts is 1 March 2023, and the year ends with 29 February 2024.
    expect(held('2023-02-28', '2024-02-29')).toBe('short');
    expect(held('2023-02-28', '2024-03-01')).toBe('long');
    expect(held('2024-02-28', '2025-03-01')).toBe('long');
  });

  it('16. unless lots are identified, the first bought are the first sold', () => {
    const rows = [buy('2024-01-05', 10, -100), buy('2026-01-05', 10, -300), sell('2026-02-05', 15, 600)];
    expect(closed(rows)).toEqual([
      'shares 10: 2024-01-05 → 2026-02-05, 400 − 100, long',
      'shares 5: 2026-01-05 → 2026-02-05, 200 − 150, short',
    ]);
    expect(closed(rows, { method: 'hifo' })).toEqual([
      'shares 5: 2024-01-05 → 2026-02-05, 200 − 50, long',
      'shares 10: 2026-01-05 → 2026-02-05, 400 − 300, short',
    ]);
  });

  it('17. average basis', () => {
    const rows = [buy('2024-01-05', 10, -100), buy('2026-01-05', 10, -300), sell('2026-02-05', 15, 600)];
    expect(closed(rows, { method: 'average' })).toEqual([
      'shares 15: 2024-01-05 → 2026-02-05, 600 − 300, long',
    ]);
  });

  it('18. a split divides the basis, and keeps the holding period', () => {
    expect(
      closed([
        buy('2024-01-05', 100, -1000),
        ['2026-01-05', 'split', null, 0, { ratioTo: 2, ratioFrom: 1 }],
        sell('2026-02-05', 50, 400),
      ]),
    ).toEqual(['shares 50: 2024-01-05 → 2026-02-05, 400 − 250, long']);
  });

  it('19. cash for a fraction of a share is a sale of the fraction', () => {
    expect(
      closed([
        buy('2024-01-05', 25, -1000),
        ['2026-01-05', 'split', null, 60, { ratioTo: 1, ratioFrom: 10 }],
      ]),
    ).toEqual(['shares 0.5: 2024-01-05 → 2026-01-05, 60 − 200, long']);
  });

  it('20. a return of capital reduces the basis; the excess over the basis is a gain', () => {
    const rows = (amount: number): LedgerRow[] => [
      buy('2024-01-05', 100, -1000),
      ['2026-01-05', 'return_of_capital', null, amount],
      sell('2027-01-05', 100, 1500),
    ];
    expect(taxed(rows(400))).toEqual(['2027 shares 900']);
    expect(taxed(rows(1100))).toEqual(['2026 shares 100', '2027 shares 1500']);
  });

  it('21. shares of a spin-off take over basis and holding period', () => {
    const spun = { ratioTo: 1, ratioFrom: 10, targetSymbol: 'ZZT', costShare: '0.25' } as const;
    expect(
      closed([
        buy('2024-01-05', 100, -1000),
        ['2026-01-05', 'spin_off', null, 0, spun],
        sell('2026-01-06', 10, 300, { symbol: 'ZZT' }),
        sell('2026-01-07', 100, 1000),
      ]),
    ).toEqual([
      'shares 10: 2024-01-05 → 2026-01-06, 300 − 250, long',
      'shares 100: 2024-01-05 → 2026-01-07, 1000 − 750, long',
    ]);
  });

  it('22. a gift keeps the basis and the acquisition day of the donor', () => {
    expect(
      closed([
        ['2026-01-05', 'shares_received', 10, 0, { cost: '80', acquiredOn: '2019-07-01' }],
        sell('2026-01-06', 10, 300),
      ]),
    ).toEqual(['shares 10: 2019-07-01 → 2026-01-06, 300 − 80, long']);
  });
});

describe('Publication 550: short sales', () => {
  it('23. nothing is realised before shares are delivered', () => {
    const rows = [sell('2025-12-01', 100, 4000), buy('2026-01-20', 100, -3000)];
    expect(taxed(rows.slice(0, 1))).toEqual([]);
    expect(taxed(rows)).toEqual(['2026 shares 1000']);
  });

  it('24. a short sale that is closed after more than a year is short-term', () => {
    expect(closed([sell('2024-01-05', 100, 4000), buy('2026-01-20', 60, -1800)])).toEqual([
      'shares 60: 2026-01-20 → 2026-01-20, 2400 − 1800, short',
    ]);
  });

  it('25. payments in lieu of dividends are no part of the sale', () => {
    expect(
      taxed([
        sell('2026-01-05', 100, 4000),
        ['2026-02-05', 'dividend_in_lieu', null, -50],
        buy('2026-03-05', 100, -3000),
      ]),
    ).toEqual(['2026 shares 1000, paymentsInLieu -50']);
  });
});

describe('Wash sales', () => {
  /** `100 2026-01-05: W 50, gain -50, short` */
  const washed = (rows: LedgerRow[], question: Partial<LotsQuestion> = {}) =>
    plain(closedLots(ledgerOf(...rows), { ...later, ...question })).map(
      ({ quantity, acquired, code, adjustment, gain, term }) =>
        `${String(quantity)} ${String(acquired)}: ${String(code)} ${String(adjustment)}, ` +
        `gain ${String(gain)}, ${String(term)}`,
    );
  const inSecond = { accountId: 'acct-2' } as const;
  /** A loss of 400 on 100 shares. */
  const loss = [buy('2025-10-01', 100, -1000), sell('2026-03-02', 100, 600)];

  it('a loss without a near purchase is not adjusted, and neither is a profit', () => {
    expect(closedLots(ledgerOf(...loss), later)).toMatchObject([
      { code: null, adjustment: '0.00000000', gain: '-400.00000000' },
    ]);
    expect(
      washed([buy('2026-03-01', 100, -500), sell('2026-03-02', 100, 600), buy('2026-03-03', 100, -1)]),
    ).toEqual(['100 2026-03-01: null 0, gain 100, short']);
    expect(
      washed([buy('2026-03-01', 100, -600), sell('2026-03-02', 100, 600), buy('2026-03-03', 100, -1)]),
    ).toEqual(['100 2026-03-01: null 0, gain 0, short']);
  });

  it('a purchase after the sale replaces the shares, and its lot has the loss', () => {
    const rows = [...loss, buy('2026-03-09', 100, -700)];
    expect(closedLots(ledgerOf(...rows), later)).toMatchObject([
      { code: 'W', adjustment: '400.00000000', gain: '0.00000000', proceeds: '600.00000000' },
    ]);
    expect(taxed(rows)).toEqual([]);
    expect(closed([...rows, sell('2026-08-03', 100, 1500)])).toEqual([
      'shares 100: 2025-10-01 → 2026-03-02, 600 − 1000, short',
      'shares 100: 2026-03-09 → 2026-08-03, 1500 − 1100, short',
    ]);
  });

  it('a purchase before the sale replaces the shares, if it is still open', () => {
    const [bought, sold] = loss as [LedgerRow, LedgerRow];
    const rows = [bought, buy('2026-02-20', 100, -700), sold];
    expect(washed(rows)).toEqual(['100 2025-10-01: W 400, gain 0, short']);
    expect(closed([...rows, sell('2026-08-03', 100, 1500)])[1]).toBe(
      'shares 100: 2026-02-20 → 2026-08-03, 1500 − 1100, short',
    );
    const sale = [bought, buy('2026-02-20', 100, -700), sell('2026-03-02', 200, 1200)];
    expect(washed(sale)).toEqual([
      '100 2025-10-01: null 0, gain -400, short',
      '100 2026-02-20: null 0, gain -100, short',
    ]);
  });

  it('a purchase counts on day 30 before or after the sale, but not on day 31', () => {
    const [bought, sold] = loss as [LedgerRow, LedgerRow];
    const code = (day: string) => closedLots(ledgerOf(bought, sold, buy(day, 100, -700)), later)[0]?.code;
    expect(['2026-01-30', '2026-01-31', '2026-03-02', '2026-04-01', '2026-04-02'].map(code)).toEqual([
      null,
      'W',
      'W',
      'W',
      null,
    ]);
  });

  it("the days of the entries in the request's time zone count", () => {
    const at = (hour: number) => ({ ts: new Date(Date.UTC(2026, 3, 2, hour)) });
    const code = (more: Partial<LedgerEntry>, timeZone?: string) =>
      closedLots(ledgerOf(...loss, buy('2026-04-02', 100, -700, more)), { ...later, timeZone })[0]?.code;
    expect(code(at(3))).toBe(null);
    expect(code(at(3), 'America/Denver')).toBe('W');
    expect(code({ day: '2026-04-01' })).toBe('W');
  });

  it('shares are washed up to the number of bought shares, and the others keep their loss', () => {
    const rows = [...loss, buy('2026-03-09', 25, -200)];
    expect(washed(rows)).toEqual(['100 2025-10-01: W 100, gain -300, short']);
    expect(taxed(rows)).toEqual(['2026 shares -300']);
    // Two more purchases. The last one is larger than the number of shares still to be replaced.
    const more = [...rows, buy('2026-03-10', 25, -200), buy('2026-03-11', 100, -800)];
    expect(washed(more)).toEqual(['100 2025-10-01: W 400, gain 0, short']);
    // The first 50 of the 100: 400 + 200
    expect(closed([...more, sell('2026-08-03', 100, 1000), sell('2026-08-04', 50, 500)])).toEqual([
      'shares 100: 2025-10-01 → 2026-03-02, 600 − 1000, short',
      'shares 25: 2026-03-09 → 2026-08-03, 250 − 300, short',
      'shares 25: 2026-03-10 → 2026-08-03, 250 − 300, short',
      'shares 50: 2026-03-11 → 2026-08-03, 500 − 600, short',
      'shares 50: 2026-03-11 → 2026-08-04, 500 − 400, short',
    ]);
  });

  it('parts of a loss add up to the loss', () => {
    const rows = [
      buy('2025-10-01', 3, -200),
      sell('2026-03-02', 3, 100),
      ...[3, 4, 5].map((day) => buy(`2026-03-0${day}`, 1, -10)),
    ];
    expect(washed(rows)).toEqual(['3 2025-10-01: W 100, gain 0, short']);
    expect(
      closedLots(ledgerOf(...rows, sell('2026-08-03', 3, 300)), later).map(({ basis }) => basis),
    ).toEqual(['200.00000000', '43.33333333', '43.33333334', '43.33333333']);
  });

  it('purchases of the symbol count in all accounts', () => {
    expect(washed([...loss, buy('2026-03-09', 100, -700, { symbol: 'ZZB' })])).toEqual([
      '100 2025-10-01: null 0, gain -400, short',
    ]);
    const rows = [...loss, buy('2026-03-09', 60, -420, inSecond), buy('2026-03-10', 60, -420)];
    expect(washed(rows, { accountId: 'acct-1' })).toEqual(['100 2025-10-01: W 400, gain 0, short']);
    expect(
      closed([...rows, sell('2026-08-03', 60, 1000, inSecond), sell('2026-08-04', 60, 600)]).slice(1),
    ).toEqual([
      'shares 60: 2026-03-09 → 2026-08-03, 1000 − 660, short',
      'shares 40: 2026-03-10 → 2026-08-04, 400 − 440, short',
      'shares 20: 2026-03-10 → 2026-08-04, 200 − 140, short',
    ]);
    const [bought, sold] = loss as [LedgerRow, LedgerRow];
    const before = [bought, buy('2026-02-23', 60, -420), buy('2026-02-20', 60, -420, inSecond), sold];
    // acct-2 sold first: 60 of the 100 shares, then 40.
    expect(
      closed([...before, sell('2026-08-03', 60, 1000, inSecond), sell('2026-08-04', 60, 600)]).slice(1),
    ).toEqual([
      'shares 60: 2026-02-20 → 2026-08-03, 1000 − 660, short',
      'shares 40: 2026-02-23 → 2026-08-04, 400 − 440, short',
      'shares 20: 2026-02-23 → 2026-08-04, 200 − 140, short',
    ]);
  });

  it('the remaining shares of the sold purchase do not replace shares of that purchase', () => {
    const rows = [buy('2026-02-23', 100, -1000), sell('2026-03-02', 50, 100)];
    expect(washed(rows)).toEqual(['50 2026-02-23: null 0, gain -400, short']);
    expect(washed([buy('2026-02-20', 10, -100), ...rows])).toEqual([
      '10 2026-02-20: W 80, gain 0, short',
      '40 2026-02-23: null 0, gain -320, short',
    ]);
  });

  it('a share replaces once', () => {
    const rows = [
      ...loss,
      buy('2026-03-03', 100, -700),
      buy('2025-10-01', 100, -1000, inSecond),
      sell('2026-03-04', 100, 500, inSecond),
    ];
    expect(washed(rows)).toEqual([
      '100 2025-10-01: W 400, gain 0, short',
      '100 2025-10-01: null 0, gain -500, short',
    ]);
    // The replacement is sold at a loss and replaced again. Its loss includes the earlier one.
    expect(washed([...rows.slice(0, 3), sell('2026-03-05', 100, 600), buy('2026-03-06', 100, -650)])).toEqual(
      ['100 2025-10-01: W 400, gain 0, short', '100 2026-03-03: W 500, gain 0, short'],
    );
  });

  it('two closed lots are replaced in the order in which they were closed', () => {
    const rows = [
      buy('2025-10-01', 10, -100),
      buy('2025-10-02', 10, -200),
      sell('2026-03-02', 20, 100),
      buy('2026-03-10', 15, -150),
    ];
    // Losses of 50 and 150: all of the first, 5 of 10 of the second
    expect(washed(rows)).toEqual([
      '10 2025-10-01: W 50, gain 0, short',
      '10 2025-10-02: W 75, gain -75, short',
    ]);
    expect(closed([...rows, sell('2026-08-03', 15, 150)]).slice(2)).toEqual([
      'shares 10: 2026-03-10 → 2026-08-03, 100 − 150, short',
      'shares 5: 2026-03-10 → 2026-08-03, 50 − 125, short',
    ]);
    // The second closed lot is within 30 days, the first is not.
    expect(
      washed([
        ...[buy('2025-10-01', 10, -100), sell('2026-03-02', 10, 50)],
        ...[buy('2025-10-02', 10, -200, inSecond), sell('2026-03-04', 10, 50, inSecond)],
        buy('2026-04-02', 15, -150),
      ]),
    ).toEqual(['10 2025-10-01: null 0, gain -50, short', '10 2025-10-02: W 150, gain 0, short']);
  });

  it('the lot takes over the holding period, but keeps its acquisition', () => {
    // Held for 152 days: 2026-03-09 counts as 2025-10-08.
    const rows = [...loss, buy('2026-03-09', 100, -700)];
    const termOf = (day: string, before: LedgerRow[] = rows) =>
      washed([...before, sell(day, 100, 1500)]).at(-1);
    expect(termOf('2026-10-08')).toBe('100 2026-03-09: null 0, gain 400, short');
    expect(termOf('2026-10-09')).toBe('100 2026-03-09: null 0, gain 400, long');
    // Sold again at a loss after 10 days, held for 162 days: 2026-03-20 counts as 2025-10-09.
    const again = [...rows, sell('2026-03-19', 100, 500), buy('2026-03-20', 100, -500)];
    expect(termOf('2026-10-09', again)).toBe('100 2026-03-20: null 0, gain 400, short');
    expect(termOf('2026-10-10', again)).toBe('100 2026-03-20: null 0, gain 400, long');
  });

  describe('replaced by bought calls', () => {
    const option = { strike: '12', expiration: '2026-06-19' } as const;
    const call = (day: string, qty: number, amount: number, different: object = {}): LedgerRow => [
      ...([day, 'buy_to_open', qty, amount] as const),
      { ...option, meta: { leg: 'call' }, ...different },
    ];
    const sold = (day: string, qty: number, amount: number): LedgerRow => [
      ...([day, 'sell_to_close', qty, amount] as const),
      { ...option, meta: { leg: 'call' } },
    ];
    const exercised = (day: string, qty: number): LedgerRow[] => [
      [
        ...([day, 'expiration', qty, 0] as const),
        { ...option, meta: { leg: 'call', assigned: true, closes: 'buy_to_open' } },
      ],
      buy(day, qty * 100, qty * -1200, { ...option, meta: { from: 'call' } }),
    ];
    const washedAll = ['100 2025-10-01: W 400, gain 0, short'];
    const washedNone = ['100 2025-10-01: null 0, gain -400, short'];

    it('the loss belongs to the cost of a call that is sold', () => {
      const rows = [...loss, call('2026-03-09', 1, -150), sold('2026-05-04', 1, 700)];
      expect(closed(rows)).toEqual([
        'shares 100: 2025-10-01 → 2026-03-02, 600 − 1000, short',
        'option 1: 2026-03-09 → 2026-05-04, 700 − 550, short',
      ]);
      expect(washed(rows.slice(0, 3))).toEqual([...washedAll, '1 2026-03-09: null 0, gain -550, short']);
    });

    it('the loss belongs to the cost of the shares of an exercise, with the holding period', () => {
      // Held for 152 days: 2026-05-04 counts as 2025-12-03.
      const rows = [...loss, call('2026-03-09', 1, -150), ...exercised('2026-05-04', 1)];
      expect(closed([...rows, sell('2026-12-03', 100, 2000)])[1]).toBe(
        'shares 100: 2026-05-04 → 2026-12-03, 2000 − 1750, short',
      );
      expect(closed([...rows, sell('2026-12-04', 100, 2000)])[1]).toBe(
        'shares 100: 2026-05-04 → 2026-12-04, 2000 − 1750, long',
      );
    });

    it('a call counts 30 days before or after the sale, if it is open at the sale', () => {
      const [bought, sale] = loss as [LedgerRow, LedgerRow];
      const days = ['2026-01-30', '2026-01-31', '2026-04-01', '2026-04-02'];
      expect(days.map((day) => washed([bought, sale, call(day, 1, -150)])[0])).toEqual([
        ...[washedNone[0], washedAll[0], washedAll[0], washedNone[0]],
      ]);
      const before = [bought, call('2026-02-20', 1, -150)];
      expect(washed([...before, sold('2026-02-27', 1, 200), sale])[1]).toBe(washedNone[0]);
      const expired = call('2026-02-20', 1, -150, { expiration: '2026-02-27' });
      expect(washed([bought, expired, sale])[1]).toBe(washedNone[0]);
    });

    it('each share of a call replaces once', () => {
      const rows = [...loss, buy('2026-03-03', 40, -280), call('2026-03-04', 2, -300)];
      const [other, later] = [
        buy('2025-10-01', 200, -2000, inSecond),
        sell('2026-03-05', 200, 1000, inSecond),
      ];
      expect(washed([...rows, other, later])).toEqual([
        washedAll[0],
        // 140 of the calls' 200 shares remain.
        '200 2025-10-01: W 700, gain -300, short',
        // The calls expire: 300 paid, plus 60 × 4 and 140 × 5 of the losses.
        '2 2026-03-04: null 0, gain -1240, short',
      ]);
    });

    it('puts, written calls and section 1256 contracts do not replace', () => {
      const others: LedgerRow[] = [
        call('2026-03-09', 1, -150, { meta: { leg: 'put' } }),
        ['2026-03-09', 'sell_to_open', 1, 150, { ...option, meta: { leg: 'call' } }],
        call('2026-03-09', 1, -150, { section1256: true }),
        call('2026-03-09', 1, -150, { symbol: 'ZZB' }),
      ];
      for (const other of others) expect(washed([...loss, other])[0]).toBe(washedNone[0]);
    });

    it('shares of an exercise do not replace a second time', () => {
      const twice = [buy('2025-10-01', 200, -2000), sell('2026-03-02', 200, 1200)];
      const rows = [...twice, call('2026-03-09', 1, -150), ...exercised('2026-03-16', 1)];
      expect(washed(rows)).toEqual(['200 2025-10-01: W 400, gain -400, short']);
    });
  });

  it('only purchases replace, and only for losses on long shares', () => {
    const received: LedgerRow = ['2026-03-09', 'shares_received', 100, 0, { cost: '700' }];
    expect(washed([...loss, received])).toEqual(['100 2025-10-01: null 0, gain -400, short']);
    const short = [sell('2026-03-02', 100, 500), buy('2026-03-03', 150, -900), buy('2026-03-04', 100, -600)];
    expect(washed(short)).toEqual(['100 2026-03-03: null 0, gain -100, short']);
    // A purchase that closes a short sale opens no lot.
    expect(washed([...loss, sell('2026-03-03', 100, 700), buy('2026-03-04', 130, -650)])).toEqual([
      '100 2025-10-01: W 120, gain -280, short',
      '100 2026-03-04: null 0, gain 200, short',
    ]);
  });

  it('moved lots keep the loss of replaced shares', () => {
    const rows: LedgerRow[] = [
      ...loss,
      buy('2026-03-09', 50, -350),
      ['2026-03-10', 'position_transfer', 50, 0, { targetAccountId: 'acct-2' }],
      buy('2025-10-01', 50, -500, { accountId: 'acct-3' }),
      sell('2026-03-11', 50, 100, { accountId: 'acct-3' }),
      sell('2026-10-09', 50, 1000, inSecond),
    ];
    expect(washed(rows)).toEqual([
      '100 2025-10-01: W 200, gain -200, short',
      '50 2025-10-01: null 0, gain -400, short',
      '50 2026-03-09: null 0, gain 450, long',
    ]);
  });

  it('parts of a purchase replace in the order of the accounts', () => {
    const third = { accountId: 'acct-3' } as const;
    const rows: LedgerRow[] = [
      buy('2026-02-20', 60, -420, inSecond),
      ['2026-02-21', 'position_transfer', 30, 0, { ...inSecond, targetAccountId: 'acct-1' }],
      ...[buy('2025-10-01', 40, -400, third), sell('2026-03-02', 40, 200, third)],
      ...[sell('2026-08-03', 30, 300), sell('2026-08-04', 30, 300, inSecond)],
    ];
    expect(closed(rows)).toEqual([
      'shares 40: 2025-10-01 → 2026-03-02, 200 − 400, short',
      'shares 30: 2026-02-20 → 2026-08-03, 300 − 360, short',
      'shares 10: 2026-02-20 → 2026-08-04, 100 − 120, short',
      'shares 20: 2026-02-20 → 2026-08-04, 200 − 140, short',
    ]);
  });

  it('a fraction that is paid in cash is a closed lot, and can be a wash sale', () => {
    const rows: LedgerRow[] = [
      buy('2025-10-01', 25, -1000),
      ['2026-03-02', 'split', null, 60, { ratioTo: 1, ratioFrom: 10 }],
      buy('2026-03-09', 0.25, -100),
    ];
    expect(washed(rows)).toEqual(['0.5 2025-10-01: W 70, gain -70, short']);
  });

  it('lots have the symbol under which they are held, and closed lots the symbol of their sale', () => {
    const change: LedgerRow = ['2026-03-05', 'symbol_change', null, 0, { targetSymbol: 'ZZT' }];
    const loss = sell('2026-03-06', 100, 600, { symbol: 'ZZT' });
    const moved = [buy('2025-10-01', 100, -1000), buy('2026-03-04', 100, -700), change, loss];
    expect(washed(moved)).toEqual(['100 2025-10-01: W 400, gain 0, short']);
    const sold = [buy('2025-10-01', 100, -1000), sell('2026-03-04', 100, 600), change];
    expect(washed([...sold, buy('2026-03-06', 100, -700, { symbol: 'ZZT' })])).toEqual([
      '100 2025-10-01: null 0, gain -400, short',
    ]);
    expect(washed([...sold, buy('2026-03-06', 100, -700)])).toEqual(['100 2025-10-01: W 400, gain 0, short']);
  });

  it('the method average has no wash sales', () => {
    const rows = [...loss, buy('2026-03-09', 100, -700)];
    expect(washed(rows, { method: 'average' })).toEqual(['100 2025-10-01: null 0, gain -400, short']);
    for (const method of ['fifo', 'lifo', 'hifo'] as const)
      expect(washed(rows, { method })).toEqual(['100 2025-10-01: W 400, gain 0, short']);
  });

  it('highest cost first includes a loss that a lot took over', () => {
    const rows = [...loss, buy('2026-03-03', 100, -700), buy('2026-06-01', 100, -800)];
    expect(closed([...rows, sell('2026-08-03', 100, 1500)], { method: 'hifo' })[1]).toBe(
      'shares 100: 2026-03-03 → 2026-08-03, 1500 − 1100, short',
    );
  });

  it('the loss counts when the replacement is sold, and figures by cash have no wash sales', () => {
    const rows = [...loss, buy('2026-03-09', 100, -700)];
    const cash = { ...later, method: 'fifo' } as const;
    expect(taxed([...rows, sell('2027-03-09', 100, 900)])).toEqual(['2027 shares -200']);
    expect(plain(openLots(ledgerOf(...rows), cash))).toMatchObject([{ shares: '100', amount: '700' }]);
    expect(plain(shareLots(ledgerOf(...rows), cash))).toMatchObject([{ totalCost: '700' }]);
    expect(plain(realisedProfit(ledgerOf(...rows), { ...cash, per: 'year' }))).toMatchObject([
      { period: '2026', shares: '-400' },
    ]);
    expect(identity(ledgerOf(...rows), { ...cash, basis: 'tax' })).toEqual({
      cash: '-1100.00000000',
      accountedFor: '-1100.00000000',
    });
  });

  it('the adjustment counts on the day of the sale', () => {
    const rows = [...loss, buy('2026-04-01', 50, -700)];
    expect(plain(realisedProfit(ledgerOf(...rows), { ...later, per: 'month', basis: 'tax' }))).toMatchObject([
      { period: '2026-03', shares: '-200' },
    ]);
  });
});
