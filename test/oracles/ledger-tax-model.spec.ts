import { describe, expect, it } from '@jest/globals';
import { ledgerOf, plain } from '../support/ledger-notation.js';
import type { LedgerRow } from '../support/ledger-notation.js';
import { closedLots, realisedProfit, unmatched } from './ledger.model.js';
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
    const dividend: LedgerRow = ['2026-01-05', 'dividend', null, 5];
    expect(taxed([sold, dividend, fee('2026-01-05', -1, { id: 'e2:fee' }), closing])).toEqual([
      '2026 options 149, dividends 5',
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

  it('fees of a trade that is unmatched or has no quantity', () => {
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

  it('premium belongs to the share trade, on the same day or another, in any order', () => {
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

  it('what no share trade takes is settled in cash', () => {
    const rows = [twoPuts, assigned('2026-02-05', 2, 'put'), buy('2026-02-05', 100, -5000, atStrike)];
    expect(taxed(rows)).toEqual(['2026 options 200']);
    expect(closed(rows)).toEqual(['option 1: 2026-02-05 → 2026-01-05, 200 − 0, short']);
    expect(taxed([...rows, sell('2027-01-05', 100, 5000)])).toEqual(['2026 options 200', '2027 shares 200']);
  });

  it('a share trade takes from several lots, and several share trades from a lot', () => {
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

  it('only the right direction, strike, expiration and a known leg are linked', () => {
    const shares = (row: LedgerRow) => taxed([twoPuts, assigned('2026-02-05', 2, 'put'), row]);
    expect(shares(buy('2026-02-05', 200, -10_000, atStrike))).toEqual([]);
    expect(shares(sell('2026-02-05', 200, 10_000, atStrike))).toEqual(['2026 options 400']);
    expect(shares(buy('2026-02-05', 200, -10_000, { ...atStrike, strike: '51' }))).toEqual([
      '2026 options 400',
    ]);
    expect(shares(buy('2026-02-05', 200, -10_000))).toEqual(['2026 options 400']);
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
    expect(held('2023-02-28', '2024-02-29')).toBe('long');
  });

  it('16. unless lots are identified, the first bought are the first sold', () => {
    const rows = [buy('2024-01-05', 10, -100), buy('2026-01-05', 10, -300), sell('2026-02-05', 15, 600)];
    expect(closed(rows)).toEqual([
      'shares 10: 2024-01-05 → 2026-02-05, 400 − 100, long',
      'shares 5: 2026-01-05 → 2026-02-05, 200 − 150, short',
    ]);
    expect(closed(rows, { method: 'hifo' })).toEqual([
      'shares 10: 2026-01-05 → 2026-02-05, 400 − 300, short',
      'shares 5: 2024-01-05 → 2026-02-05, 200 − 50, long',
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

  it('20. a return of capital reduces the basis; what exceeds the basis is a gain', () => {
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
