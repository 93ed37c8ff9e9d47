import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { ProfitReadModel } from '../../src/index.js';
import type { ClosedLot, ClosedLotsRequest, EntryRecord } from '../../src/index.js';
import { closedLots } from '../oracles/ledger.model.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { ledgerOf } from '../support/ledger-notation.js';
import type { LedgerRow } from '../support/ledger-notation.js';

// Situations that a rule of US tax law or of the OCC decides. "Pub. 550" is IRS Publication 550.
// Examples of Pub. 550 have its days, amounts and results where it states them. All other amounts
// are invented, and all other figures were worked out by hand.

type Different = Partial<LedgerEntry>;
type Option = Pick<LedgerEntry, 'strike' | 'expiration' | 'meta'> & Different;

interface Situation {
  rule: string;
  rows: LedgerRow[];
  ask?: Pick<ClosedLotsRequest, 'method' | 'timeZone'>;
  /** As `lineOf` writes them. */
  closed: string[];
}

const second = { accountId: 'acct-2' } as const;
const toSecond = { targetAccountId: 'acct-2' } as const;
const put = (strike: `${number}`, expiration: string): Option => optionOf('put', strike, expiration);
const call = (strike: `${number}`, expiration: string): Option => optionOf('call', strike, expiration);

function optionOf(leg: string, strike: `${number}`, expiration: string): Option {
  return { strike, expiration, meta: { leg } };
}

const buy = (day: string, qty: number, cost: number, more?: Different): LedgerRow => [
  ...([day, 'assignment_shares', qty, -cost, more] as const),
];
const sell = (day: string, qty: number, proceeds: number, more?: Different): LedgerRow => [
  ...([day, 'share_sale', qty, proceeds, more] as const),
];
const write = (day: string, qty: number, premium: number, option: Option): LedgerRow => [
  ...([day, 'sell_to_open', qty, premium, option] as const),
];
const buyOption = (day: string, qty: number, premium: number, option: Option): LedgerRow => [
  ...([day, 'buy_to_open', qty, -premium, option] as const),
];
const sellOption = (day: string, qty: number, premium: number, option: Option): LedgerRow => [
  ...([day, 'sell_to_close', qty, premium, option] as const),
];
const buyBack = (day: string, qty: number, premium: number, option: Option): LedgerRow => [
  ...([day, 'buy_to_close', qty, -premium, option] as const),
];
const fee = (day: string, amount: number, of: string): LedgerRow => [
  ...([day, 'fee', null, -amount, { id: `${of}:fee` }] as const),
];
const action = (day: string, type: LedgerRow[1], amount: number, terms: Different): LedgerRow => [
  ...([day, type, null, amount, terms] as const),
];

/** A 2-for-1 split on 1 July 2025 of ZZA and of an option. */
const splitOf = (option: Option, targetStrike: `${number}`): LedgerRow[] => [
  action('2025-07-01', 'split', 0, { ratioTo: 2, ratioFrom: 1 }),
  action('2025-07-01', 'option_adjustment', 0, { ...option, targetStrike, ratioTo: 2, ratioFrom: 1 }),
];

/** The end of written options and their shares, at the strike unless `cash` is given. */
const assigned = (day: string, qty: number, option: Option, cash?: number): LedgerRow[] =>
  delivered(day, qty, option, 'sell_to_open', cash);
const exercised = (day: string, qty: number, option: Option, cash?: number): LedgerRow[] =>
  delivered(day, qty, option, 'buy_to_open', cash);

/** Options that are settled in cash: long ones for cash that is received, short ones otherwise. */
const settled = (day: string, qty: number, cash: number, option: Option): LedgerRow => {
  const closes = cash > 0 ? 'buy_to_open' : 'sell_to_open';
  return [day, 'expiration', qty, cash, { ...option, meta: { ...option.meta, assigned: true, closes } }];
};

function delivered(day: string, qty: number, option: Option, closes: string, cash?: number): LedgerRow[] {
  const { strike, expiration, meta } = option;
  const shares = qty * Number(option.deliverable ?? option.multiplier ?? 100);
  const amount = cash ?? qty * Number(option.multiplier ?? 100) * Number(strike);
  const isPurchase = (meta['leg'] === 'put') === (closes === 'sell_to_open');
  const trade = { strike, expiration, meta: { from: meta['leg'] } };
  return [
    [day, 'expiration', qty, 0, { ...option, meta: { ...meta, assigned: true, closes } }],
    isPurchase ? buy(day, shares, amount, trade) : sell(day, shares, amount, trade),
  ];
}

/** Gives the end of the options the symbol ZZA1. The shares keep theirs. */
function underZZA1(rows: LedgerRow[]): LedgerRow[] {
  return rows.map(([day, type, qty, amount, different]) => {
    const symbol = type === 'expiration' ? 'ZZA1' : 'ZZA';
    return [day, type, qty, amount, { ...different, symbol }];
  });
}

const plain = (decimal: string) => new Decimal(decimal).toFixed();

/** `100 sh. ZZA 2025-01-06 → 2025-06-02: 4000 − 5000 + 1000 = 0, short` */
function lineOf(lot: Omit<ClosedLot, 'description'>): string {
  const { kind, quantity, symbol, acquired, sold, adjustment, term } = lot;
  const what = [plain(quantity), kind === 'shares' ? 'sh.' : 'opt.', symbol].join(' ');
  const washed = Number(adjustment) === 0 ? '' : ` + ${plain(adjustment)}`;
  const worth = `${plain(lot.proceeds)} − ${plain(lot.basis)}${washed} = ${plain(lot.gain)}`;
  return `${what} ${acquired} → ${sold}: ${worth}, ${term}`;
}

/** 100 shares of ZZA bought for 50 and sold for 40 each on 2 June 2025. */
const bought = buy('2025-01-06', 100, 5000);
const loss = sell('2025-06-02', 100, 4000);
const replacedLoss = '100 sh. ZZA 2025-01-06 → 2025-06-02: 4000 − 5000 + 1000 = 0, short';
const fullLoss = '100 sh. ZZA 2025-01-06 → 2025-06-02: 4000 − 5000 = -1000, short';

const june = '2025-06-20';
const december = '2025-12-19';

const situations: Record<string, Situation> = {
  // Holding periods
  'bought on the last day of February, before a leap year': {
    rule: 'Pub. 550, Holding Period; Rev. Rul. 66-7: the first day that counts is 1 March',
    rows: [
      buy('2023-02-28', 150, 1500),
      sell('2024-02-28', 50, 600),
      sell('2024-02-29', 50, 620),
      sell('2024-03-01', 50, 640),
    ],
    closed: [
      '50 sh. ZZA 2023-02-28 → 2024-02-28: 600 − 500 = 100, short',
      '50 sh. ZZA 2023-02-28 → 2024-02-29: 620 − 500 = 120, short',
      '50 sh. ZZA 2023-02-28 → 2024-03-01: 640 − 500 = 140, long',
    ],
  },
  'bought on 28 February of a leap year': {
    rule: 'Pub. 550, Holding Period: the first day that counts is 29 February',
    rows: [buy('2024-02-28', 100, 1000), sell('2025-02-28', 50, 600), sell('2025-03-01', 50, 610)],
    closed: [
      '50 sh. ZZA 2024-02-28 → 2025-02-28: 600 − 500 = 100, short',
      '50 sh. ZZA 2024-02-28 → 2025-03-01: 610 − 500 = 110, long',
    ],
  },
  'received shares, whose day of acquisition is the same in every time zone': {
    rule: 'Pub. 550, Holding Period: gifts and shares from another broker keep their day',
    rows: [
      [...(['2025-01-06', 'shares_received', 10, 0] as const), { cost: '900', acquiredOn: '2024-02-03' }],
      sell('2025-02-03', 5, 500),
      sell('2025-02-04', 5, 510),
    ],
    ask: { timeZone: 'America/New_York' },
    closed: [
      '5 sh. ZZA 2024-02-03 → 2025-02-03: 500 − 450 = 50, short',
      '5 sh. ZZA 2024-02-03 → 2025-02-04: 510 − 450 = 60, long',
    ],
  },
  'a sale in the evening of 31 December, in UTC on 1 January': {
    rule: 'Pub. 550, Holding Period: the trade date counts; one year after the purchase is no more than one',
    rows: [
      buy('2024-12-31', 100, 1000),
      sell('2026-01-01', 100, 1200, { ts: new Date('2026-01-01T00:40:00Z') }),
    ],
    ask: { timeZone: 'America/New_York' },
    closed: ['100 sh. ZZA 2024-12-31 → 2025-12-31: 1200 − 1000 = 200, short'],
  },
  'a put written for more than a year, which expires': {
    rule: 'Pub. 550, Puts and Calls: the gain of the writer is short-term',
    rows: [write('2024-01-08', 1, 900, put('50', june))],
    closed: ['1 opt. ZZA 2025-06-20 → 2024-01-08: 900 − 0 = 900, short'],
  },
  'shares that became worthless': {
    rule: 'Pub. 550, Worthless Securities: sold for nothing',
    rows: [buy('2023-01-09', 100, 5000), sell('2025-06-02', 100, 0)],
    closed: ['100 sh. ZZA 2023-01-09 → 2025-06-02: 0 − 5000 = -5000, long'],
  },

  // Options
  'a put spread whose long leg is sold before the short leg is assigned': {
    rule: 'Pub. 550, Puts and Calls; Wash Sales: shares do not replace a put',
    rows: [
      write('2025-05-01', 1, 200, put('50', june)),
      buyOption('2025-05-01', 1, 90, put('45', june)),
      sellOption('2025-06-19', 1, 60, put('45', june)),
      ...assigned('2025-06-20', 1, put('50', june)),
      sell('2025-08-01', 100, 5000),
    ],
    closed: [
      '1 opt. ZZA 2025-05-01 → 2025-06-19: 60 − 90 = -30, short',
      // 5000 − 200
      '100 sh. ZZA 2025-06-20 → 2025-08-01: 5000 − 4800 = 200, short',
    ],
  },
  'two openings of a put, of which the older is assigned and the other bought back': {
    rule: 'Pub. 550, Puts and Calls; options are first in, first out',
    rows: [
      write('2025-05-01', 1, 200, put('50', june)),
      write('2025-05-05', 1, 120, put('50', june)),
      ...assigned('2025-06-10', 1, put('50', june)),
      buyBack('2025-06-12', 1, 50, put('50', june)),
      sell('2025-08-01', 100, 5000),
    ],
    closed: [
      '1 opt. ZZA 2025-06-12 → 2025-05-05: 120 − 50 = 70, short',
      '100 sh. ZZA 2025-06-10 → 2025-08-01: 5000 − 4800 = 200, short',
    ],
  },
  'a put that is both written and bought: the written one is assigned': {
    rule: 'Pub. 550, Puts and Calls: each side has its own premium',
    rows: [
      write('2025-05-01', 1, 200, put('50', june)),
      buyOption('2025-05-05', 1, 150, put('50', june)),
      ...assigned('2025-06-13', 1, put('50', june)),
      sellOption('2025-06-16', 1, 250, put('50', june)),
      sell('2025-08-01', 100, 5000),
    ],
    closed: [
      '1 opt. ZZA 2025-05-05 → 2025-06-16: 250 − 150 = 100, short',
      '100 sh. ZZA 2025-06-13 → 2025-08-01: 5000 − 4800 = 200, short',
    ],
  },
  'a written put and a bought call of one strike, whose shares are posted in another order': {
    rule: 'Pub. 550, Puts and Calls: the premium of each option belongs to its own shares',
    rows: [
      write('2025-05-01', 1, 200, put('50', june)),
      buyOption('2025-05-01', 1, 300, call('50', june)),
      ...assigned('2025-06-20', 1, put('50', june)).slice(0, 1),
      ...exercised('2025-06-20', 1, call('50', june)),
      ...assigned('2025-06-23', 1, put('50', june)).slice(1),
      sell('2025-07-01', 100, 6000),
      sell('2025-07-02', 100, 6000),
    ],
    closed: [
      // 5000 + 300, 5000 − 200
      '100 sh. ZZA 2025-06-20 → 2025-07-01: 6000 − 5300 = 700, short',
      '100 sh. ZZA 2025-06-23 → 2025-07-02: 6000 − 4800 = 1200, short',
    ],
  },
  'two assigned puts, of which the shares of the first are posted after those of the second': {
    rule: 'Pub. 550, Puts and Calls: the premium of each option belongs to its own shares',
    rows: [
      write('2025-05-01', 1, 200, put('50', june)),
      write('2025-05-05', 1, 120, put('50', june)),
      ...assigned('2025-06-10', 1, put('50', june)).slice(0, 1),
      ...assigned('2025-06-11', 1, put('50', june)),
      ...assigned('2025-06-12', 1, put('50', june)).slice(1),
      sell('2025-07-01', 100, 5000),
      sell('2025-07-02', 100, 5000),
    ],
    closed: [
      // 5000 − 120, 5000 − 200
      '100 sh. ZZA 2025-06-11 → 2025-07-01: 5000 − 4880 = 120, short',
      '100 sh. ZZA 2025-06-12 → 2025-07-02: 5000 − 4800 = 200, short',
    ],
  },
  'an adjusted put, and a put of the same strike that was written after the adjustment': {
    rule: 'Pub. 550, Puts and Calls: the premium of each option belongs to its own shares',
    rows: [
      write('2025-03-03', 1, 200, put('50', june)),
      action('2025-04-01', 'option_adjustment', 0, { ...put('50', june), targetSymbol: 'ZZA1' }),
      write('2025-05-01', 1, 700, put('50', june)),
      ...underZZA1(assigned('2025-06-20', 1, put('50', june))),
      ...assigned('2025-06-20', 1, put('50', june)),
      sell('2025-07-01', 100, 5000),
      sell('2025-07-02', 100, 5000),
    ],
    closed: [
      // 5000 − 200, 5000 − 700
      '100 sh. ZZA 2025-06-20 → 2025-07-01: 5000 − 4800 = 200, short',
      '100 sh. ZZA 2025-06-20 → 2025-07-02: 5000 − 4300 = 700, short',
    ],
  },
  'two bought puts, of which one is settled in cash before the other is exercised': {
    rule: 'Pub. 550, Puts and Calls: cash for a put is a gain when it ends; the other put has the shares',
    rows: [
      bought,
      buyOption('2025-05-01', 2, 300, put('48', '2026-01-16')),
      settled('2025-12-30', 1, 700, put('48', '2026-01-16')),
      ...exercised('2026-01-16', 1, put('48', '2026-01-16')),
    ],
    closed: [
      '1 opt. ZZA 2025-05-01 → 2025-12-30: 700 − 150 = 550, short',
      // 4800 − 150
      '100 sh. ZZA 2025-01-06 → 2026-01-16: 4650 − 5000 = -350, long',
    ],
  },
  'two written puts under another symbol, of which one is settled in cash before the other is assigned': {
    rule: 'Pub. 550, Puts and Calls: cash for a put is a loss when it ends; the other put has the shares',
    rows: [
      write('2025-02-03', 2, 200, put('50', june)),
      action('2025-03-03', 'option_adjustment', 0, { ...put('50', june), targetSymbol: 'ZZA1' }),
      settled('2025-06-02', 1, -400, { ...put('50', june), symbol: 'ZZA1' }),
      ...underZZA1(assigned('2025-06-20', 1, put('50', june))),
      sell('2025-08-01', 100, 4900),
    ],
    closed: [
      '1 opt. ZZA1 2025-06-02 → 2025-02-03: 100 − 400 = -300, short',
      // 5000 − 100
      '100 sh. ZZA 2025-06-20 → 2025-08-01: 4900 − 4900 = 0, short',
    ],
  },
  'an assigned put whose shares are posted in three rounded parts': {
    rule: 'Pub. 550, Puts and Calls: the whole premium reduces the cost, and no contract is left',
    rows: [
      write('2025-02-03', 1, 50.01, put('50', june)),
      ...assigned('2025-06-20', 1, put('50', june)).slice(0, 1),
      buy('2025-06-20', 33.33333333, 1666.67, put('50', june)),
      buy('2025-06-21', 33.33333333, 1666.67, put('50', june)),
      buy('2025-06-22', 33.33333333, 1666.66, put('50', june)),
      sell('2025-08-01', 99.99999999, 5200),
    ],
    closed: [
      // 1666.67 − 50.01 ÷ 3
      '33.33333333 sh. ZZA 2025-06-20 → 2025-08-01: 1733.33333333 − 1650 = 83.33333333, short',
      '33.33333333 sh. ZZA 2025-06-21 → 2025-08-01: 1733.33333334 − 1650 = 83.33333334, short',
      '33.33333333 sh. ZZA 2025-06-22 → 2025-08-01: 1733.33333333 − 1649.99 = 83.34333333, short',
    ],
  },
  'an exercised call that covers 50 shares: the other 50 are a lot': {
    rule: 'Pub. 550, Puts and Calls; Short Sales: the cost of the call is spread over 100 shares',
    rows: [
      sell('2025-05-01', 50, 3100),
      buyOption('2025-05-01', 1, 100, call('60', december)),
      ...exercised('2025-08-01', 1, call('60', december)),
      sell('2025-10-01', 50, 3500),
    ],
    closed: [
      // Basis of each: (6000 + 100) × 50 ÷ 100
      '50 sh. ZZA 2025-08-01 → 2025-08-01: 3100 − 3050 = 50, short',
      '50 sh. ZZA 2025-08-01 → 2025-10-01: 3500 − 3050 = 450, short',
    ],
  },
  'an assigned call with 50 shares: the other 50 are sold short': {
    rule: 'Pub. 550, Puts and Calls; Short Sales: the premium is spread over 100 shares',
    rows: [
      buy('2025-01-06', 50, 2000),
      write('2025-05-01', 1, 200, call('50', june)),
      ...assigned('2025-06-20', 1, call('50', june)),
      buy('2025-08-01', 50, 2800),
    ],
    closed: [
      '50 sh. ZZA 2025-01-06 → 2025-06-20: 2600 − 2000 = 600, short',
      '50 sh. ZZA 2025-08-01 → 2025-08-01: 2600 − 2800 = -200, short',
    ],
  },
  'a covered call through a 3-for-2 split': {
    rule: 'OCC: strike 110 becomes 73.33, and a contract has 150 shares and the multiplier 150',
    rows: [
      buy('2025-02-03', 100, 10_000),
      write('2025-03-03', 1, 300, call('110', december)),
      action('2025-06-02', 'split', 0, { ratioTo: 3, ratioFrom: 2 }),
      action('2025-06-02', 'option_adjustment', 0, {
        ...{ ...call('110', december), targetStrike: '73.33', multiplier: '150' },
      }),
      ...assigned('2025-12-19', 1, { ...call('73.33', december), multiplier: '150' }, 10_999.5),
    ],
    closed: ['150 sh. ZZA 2025-02-03 → 2025-12-19: 11299.5 − 10000 = 1299.5, short'],
  },
  'a put sold without a leg, whose adjustment and transfer state it': {
    rule: 'docs/guides/figures/positions.md: the other entries of the option state its leg',
    rows: [
      write('2025-03-03', 1, 100, { ...put('50', june), meta: {} }),
      action('2025-04-01', 'option_adjustment', 0, { ...put('50', june), targetStrike: '45' }),
      write('2025-04-02', 1, 90, { ...put('40', june), meta: {} }),
      [...(['2025-04-03', 'position_transfer', 1, 0] as const), { ...put('40', june), ...toSecond }],
      buyBack('2025-05-01', 1, 30, put('45', june)),
      buyBack('2025-05-02', 1, 20, { ...put('40', june), ...second }),
    ],
    closed: [
      '1 opt. ZZA 2025-05-01 → 2025-03-03: 100 − 30 = 70, short',
      '1 opt. ZZA 2025-05-02 → 2025-04-02: 90 − 20 = 70, short',
    ],
  },
  'a put sold and assigned without a leg, whose shares state it': {
    rule: 'docs/guides/figures/positions.md: the shares of the option state its leg',
    rows: [
      write('2025-03-03', 2, 100, { ...put('50', june), meta: {} }),
      ['2025-06-20', 'expiration', 1, 0, { ...put('50', june), meta: { assigned: true } }],
      buy('2025-06-20', 100, 5000, { ...put('50', june), meta: { from: 'put' } }),
      sell('2025-08-01', 100, 5000),
    ],
    closed: [
      '1 opt. ZZA 2025-06-20 → 2025-03-03: 50 − 0 = 50, short',
      '100 sh. ZZA 2025-06-20 → 2025-08-01: 5000 − 4950 = 50, short',
    ],
  },
  'an adjusted put through a merger that only the account with shares records': {
    rule: 'Pub. 550, Puts and Calls: the premium reduces the cost of the shares that the put delivers',
    rows: [
      buy('2025-01-06', 100, 5000, second),
      write('2025-03-03', 1, 200, put('40', december)),
      action('2025-07-01', 'merger', 2000, { ...second, targetSymbol: 'BIG', ratioTo: 1, ratioFrom: 2 }),
      action('2025-07-01', 'option_adjustment', 0, {
        ...{ ...put('40', december), targetSymbol: 'BIG1', deliverable: '50' },
      }),
      // 50 shares and 2000 in cash are delivered for 4000.
      [
        '2025-12-19',
        'expiration',
        1,
        0,
        { ...put('40', december), symbol: 'BIG1', meta: { leg: 'put', assigned: true } },
      ],
      buy('2025-12-19', 50, 2000, { ...put('40', december), symbol: 'BIG', meta: { from: 'put' } }),
      sell('2026-02-02', 50, 2500, { symbol: 'BIG' }),
    ],
    closed: ['50 sh. BIG 2025-12-19 → 2026-02-02: 2500 − 1800 = 700, short'],
  },
  'a put whose strike a special dividend reduces': {
    rule: 'OCC: the strike is reduced by the dividend',
    rows: [
      write('2025-03-03', 1, 100, put('50', june)),
      action('2025-04-01', 'option_adjustment', 0, { ...put('50', june), targetStrike: '45' }),
      ...assigned('2025-06-20', 1, put('45', june)),
      sell('2025-08-01', 100, 4600),
    ],
    closed: ['100 sh. ZZA 2025-06-20 → 2025-08-01: 4600 − 4400 = 200, short'],
  },
  'two puts whose strikes a special dividend reduces: one gets the strike of the other': {
    rule: 'OCC: 55 becomes 50, and 50 becomes 45; docs/guides/templates.md: the lowest is adjusted first',
    rows: [
      write('2025-03-03', 1, 600, put('55', june)),
      write('2025-03-03', 1, 300, put('50', june)),
      action('2025-04-01', 'option_adjustment', 0, { ...put('50', june), targetStrike: '45' }),
      action('2025-04-01', 'option_adjustment', 0, { ...put('55', june), targetStrike: '50' }),
      ...assigned('2025-06-20', 1, put('50', june)),
      sell('2025-08-01', 100, 5000),
    ],
    closed: [
      '1 opt. ZZA 2025-06-20 → 2025-03-03: 300 − 0 = 300, short',
      '100 sh. ZZA 2025-06-20 → 2025-08-01: 5000 − 4400 = 600, short',
    ],
  },
  'an adjusted put, of which a symbol change without shares names the shares': {
    rule: 'docs/guides/figures/tax.md, Not covered: record the `symbol_change` too',
    rows: [
      write('2025-03-03', 1, 200, put('10', december)),
      action('2025-04-01', 'option_adjustment', 0, {
        ...{ ...put('10', december), targetSymbol: 'ZZA1', deliverable: '10' },
      }),
      action('2025-05-01', 'symbol_change', 0, { targetSymbol: 'NEW' }),
      action('2025-05-01', 'option_adjustment', 0, {
        ...{ ...put('10', december), symbol: 'ZZA1', targetSymbol: 'NEW1' },
      }),
      [
        ...(['2025-12-19', 'expiration', 1, 0] as const),
        { ...put('10', december), symbol: 'NEW1', meta: { leg: 'put', assigned: true } },
      ],
      buy('2025-12-19', 10, 1000, { ...put('10', december), symbol: 'NEW', meta: { from: 'put' } }),
      sell('2025-12-22', 10, 900, { symbol: 'NEW' }),
    ],
    closed: ['10 sh. NEW 2025-12-19 → 2025-12-22: 900 − 800 = 100, short'],
  },

  // Corporate actions
  'a spin-off of a company whose shares were held before, with cash for the fraction': {
    rule: 'Pub. 550, Stocks: the fraction that is sold is a part of the distributed shares',
    rows: [
      buy('2020-01-06', 10.5, 1050, { symbol: 'NEW' }),
      buy('2025-01-06', 101, 10_100),
      action('2025-05-25', 'spin_off', 20, {
        ...{ targetSymbol: 'NEW', ratioTo: 1, ratioFrom: 4, costShare: '0.2' },
      }),
      sell('2025-06-02', 35.5, 3550, { symbol: 'NEW' }),
    ],
    closed: [
      // 25.25 new shares for 10100 × 0.2 = 2020; 0.25 of them cost 20
      '0.25 sh. NEW 2025-01-06 → 2025-05-25: 20 − 20 = 0, short',
      '10.5 sh. NEW 2020-01-06 → 2025-06-02: 1050 − 1050 = 0, long',
      '25 sh. NEW 2025-01-06 → 2025-06-02: 2500 − 2000 = 500, short',
    ],
  },

  // Events without a template of their own (docs/guides/templates.md)
  'warrants that are exercised': {
    rule: 'Pub. 550, Stock Rights: the basis is the exercise price and the basis of what is exercised',
    rows: [
      buy('2024-01-08', 100, 200, { symbol: 'ZZAW' }),
      sell('2025-06-02', 100, 200, { symbol: 'ZZAW' }),
      // The exercise price of 1150, and 200
      buy('2025-06-02', 100, 1350),
      sell('2026-06-02', 50, 800),
      sell('2026-06-03', 50, 800),
    ],
    closed: [
      '100 sh. ZZAW 2024-01-08 → 2025-06-02: 200 − 200 = 0, long',
      '50 sh. ZZA 2025-06-02 → 2026-06-02: 800 − 675 = 125, short',
      '50 sh. ZZA 2025-06-02 → 2026-06-03: 800 − 675 = 125, long',
    ],
  },
  'rights without a cost that are sold': {
    rule: 'Pub. 550, Stock Rights: of less than 15 % of the value, no basis; the holding period of the shares',
    rows: [
      buy('2024-01-08', 100, 3000),
      action('2025-06-02', 'spin_off', 0, { targetSymbol: 'ZZAR', ratioTo: 1, ratioFrom: 1, costShare: '0' }),
      sell('2025-06-10', 100, 50, { symbol: 'ZZAR' }),
    ],
    closed: ['100 sh. ZZAR 2024-01-08 → 2025-06-10: 50 − 0 = 50, long'],
  },
  'a stock dividend of 5 % that is not taxable': {
    rule: 'Pub. 550, Stocks: the basis is spread over old and new shares, the holding period is one',
    rows: [
      buy('2024-06-03', 100, 2100),
      action('2025-05-01', 'split', 0, { ratioTo: 105, ratioFrom: 100 }),
      sell('2025-06-04', 105, 2310),
    ],
    closed: ['105 sh. ZZA 2024-06-03 → 2025-06-04: 2310 − 2100 = 210, long'],
  },
  'a cash merger that ends a call in the money and a put out of the money': {
    rule: 'OCC: the call is settled in cash, the put is worth nothing; neither waits for its expiration',
    rows: [
      buy('2024-01-08', 100, 3000),
      buyOption('2025-03-03', 1, 500, call('40', '2027-01-15')),
      buyOption('2025-03-03', 1, 100, put('30', '2027-01-15')),
      sell('2025-06-02', 100, 5000),
      settled('2025-06-02', 1, 1000, call('40', '2027-01-15')),
      [
        ...(['2025-06-02', 'expiration', 1, 0] as const),
        { ...put('30', '2027-01-15'), meta: { leg: 'put', assigned: true, closes: 'buy_to_open' } },
      ],
    ],
    closed: [
      '100 sh. ZZA 2024-01-08 → 2025-06-02: 5000 − 3000 = 2000, long',
      '1 opt. ZZA 2025-03-03 → 2025-06-02: 1000 − 500 = 500, short',
      '1 opt. ZZA 2025-03-03 → 2025-06-02: 0 − 100 = -100, short',
    ],
  },
  'a put that delivers shares of two companies': {
    rule: 'docs/guides/figures/tax.md, Not covered: the premium goes to the shares that are posted first',
    rows: [
      write('2025-03-03', 1, 200, put('50', june)),
      action('2025-04-01', 'option_adjustment', 0, { ...put('50', june), targetSymbol: 'ZZA1' }),
      ...underZZA1(assigned('2025-06-20', 1, put('50', june), 4000)),
      buy('2025-06-20', 25, 1000, { symbol: 'NEW' }),
      sell('2025-07-01', 100, 4000),
      sell('2025-07-01', 25, 1000, { symbol: 'NEW' }),
    ],
    closed: [
      '100 sh. ZZA 2025-06-20 → 2025-07-01: 4000 − 3800 = 200, short',
      '25 sh. NEW 2025-06-20 → 2025-07-01: 1000 − 1000 = 0, short',
    ],
  },
  'a return of capital that is recorded on the ex-dividend day, before a purchase': {
    rule: 'Pub. 550, Return of Capital: it reduces the basis of the shares on which it is paid',
    rows: [
      buy('2025-01-06', 100, 5000),
      action('2025-06-02', 'return_of_capital', 100, {}),
      buy('2025-06-03', 100, 4800),
      sell('2025-09-02', 200, 10_000),
    ],
    closed: [
      '100 sh. ZZA 2025-01-06 → 2025-09-02: 5000 − 4900 = 100, short',
      '100 sh. ZZA 2025-06-03 → 2025-09-02: 5000 − 4800 = 200, short',
    ],
  },
  'a merger of which 40 of 100 shares get cash only': {
    rule: 'Pub. 550, Stocks: shares for cash are sold, the others keep their basis and holding period',
    rows: [
      buy('2024-01-08', 100, 3000),
      sell('2025-06-02', 40, 2000),
      action('2025-06-02', 'merger', 0, { targetSymbol: 'BIG', ratioTo: 1, ratioFrom: 2 }),
      sell('2025-07-01', 30, 2400, { symbol: 'BIG' }),
    ],
    closed: [
      '40 sh. ZZA 2024-01-08 → 2025-06-02: 2000 − 1200 = 800, long',
      '30 sh. BIG 2024-01-08 → 2025-07-01: 2400 − 1800 = 600, long',
    ],
  },

  // Not covered, and recorded as docs/guides/figures/tax.md says
  'a merger for shares and 1000 in cash, with a gain of 400': {
    rule: 'Pub. 550, Corporate Reorganizations; IRC 356, 358: the gain counts, the basis is 3000 − 1000 + 400',
    rows: [
      buy('2024-01-08', 100, 3000),
      action('2025-06-02', 'spin_off', 0, { targetSymbol: 'GAIN', ratioTo: 1, ratioFrom: 1, costShare: '0' }),
      sell('2025-06-02', 100, 400, { symbol: 'GAIN' }),
      action('2025-06-02', 'merger', 600, { targetSymbol: 'BIG', ratioTo: 1, ratioFrom: 2 }),
      sell('2025-07-01', 50, 2500, { symbol: 'BIG' }),
    ],
    closed: [
      '100 sh. GAIN 2024-01-08 → 2025-06-02: 400 − 0 = 400, long',
      '50 sh. BIG 2024-01-08 → 2025-07-01: 2500 − 2400 = 100, long',
    ],
  },
  'index calls over the end of a year': {
    rule: 'IRC 1256 (a): closed for 1500 on the last day of the year, and opened for 1500',
    rows: [
      buyOption('2025-11-03', 1, 1000, { ...call('6000', '2026-03-20'), section1256: true }),
      sellOption('2025-12-31', 1, 1500, call('6000', '2026-03-20')),
      buyOption('2025-12-31', 1, 1500, { ...call('6000', '2026-03-20'), section1256: true }),
      sellOption('2026-02-02', 1, 1200, call('6000', '2026-03-20')),
    ],
    closed: [
      '1 opt. ZZA 2025-11-03 → 2025-12-31: 1500 − 1000 = 500, short',
      '1 opt. ZZA 2025-12-31 → 2026-02-02: 1200 − 1500 = -300, short',
    ],
  },
  'a short sale that is closed at a loss on 31 December, and settled in January': {
    rule: 'Pub. 550, Short Sales; Rev. Rul. 2002-44: the loss counts when the shares are delivered',
    rows: [sell('2025-11-03', 100, 5000), buy('2025-12-31', 100, 5600, { day: '2026-01-02' })],
    closed: ['100 sh. ZZA 2026-01-02 → 2026-01-02: 5000 − 5600 = -600, short'],
  },
  'a payment in lieu that is part of the basis of a short sale': {
    rule: 'Pub. 550, Short Sales, Payments in lieu: of shares that are borrowed for 45 days or less',
    rows: [
      sell('2025-05-01', 100, 5000),
      action('2025-05-15', 'return_of_capital', -50, {}),
      buy('2025-06-02', 100, 4800),
    ],
    closed: ['100 sh. ZZA 2025-06-02 → 2025-06-02: 4950 − 4800 = 150, short'],
  },
  'a loss in an IRA, and a purchase in another account': {
    rule: 'docs/guides/figures/tax.md, Not covered',
    rows: [
      buy('2025-01-06', 100, 5000, second),
      sell('2025-06-02', 100, 4000, second),
      buy('2025-06-10', 100, 4100),
      sell('2025-09-02', 100, 5200),
    ],
    closed: [replacedLoss, '100 sh. ZZA 2025-06-10 → 2025-09-02: 5200 − 5100 = 100, short'],
  },

  // Wash sales
  'example of Pub. 550: 100 shares are sold, and 75 were bought before': {
    rule: 'Pub. 550, Wash Sales, More or less stock bought than sold, example 1',
    rows: [
      buy('2014-09-26', 100, 5000),
      buy('2014-12-19', 50, 2750),
      buy('2014-12-26', 25, 1125),
      sell('2015-01-09', 100, 4000),
      sell('2015-06-01', 75, 4500),
    ],
    closed: [
      '100 sh. ZZA 2014-09-26 → 2015-01-09: 4000 − 5000 + 750 = -250, short',
      '50 sh. ZZA 2014-12-19 → 2015-06-01: 3000 − 3250 = -250, short',
      '25 sh. ZZA 2014-12-26 → 2015-06-01: 1500 − 1375 = 125, short',
    ],
  },
  'example of Pub. 550: 100 shares are sold, and 200 bought on four days': {
    rule: 'Pub. 550, Wash Sales, More or less stock bought than sold, example 2',
    rows: [
      buy('2014-09-26', 100, 5000),
      sell('2015-02-06', 100, 4000),
      buy('2015-02-10', 50, 2000),
      buy('2015-02-11', 50, 2000),
      buy('2015-02-12', 50, 2000),
      buy('2015-02-13', 50, 2000),
      sell('2015-06-01', 200, 12_000),
    ],
    closed: [
      '100 sh. ZZA 2014-09-26 → 2015-02-06: 4000 − 5000 + 1000 = 0, short',
      '50 sh. ZZA 2015-02-10 → 2015-06-01: 3000 − 2500 = 500, short',
      '50 sh. ZZA 2015-02-11 → 2015-06-01: 3000 − 2500 = 500, short',
      '50 sh. ZZA 2015-02-12 → 2015-06-01: 3000 − 2000 = 1000, short',
      '50 sh. ZZA 2015-02-13 → 2015-06-01: 3000 − 2000 = 1000, short',
    ],
  },
  'example of Pub. 550: of three blocks that are sold, one has a loss': {
    rule: 'Pub. 550, Wash Sales: the loss of one block does not reduce the gains of the others',
    rows: [
      buy('2009-03-02', 100, 15_800),
      buy('2009-06-01', 100, 10_000),
      buy('2009-09-01', 100, 9500),
      sell('2014-12-26', 300, 37_500),
      buy('2015-01-09', 250, 30_000),
      sell('2015-06-01', 250, 31_250),
    ],
    closed: [
      '100 sh. ZZA 2009-03-02 → 2014-12-26: 12500 − 15800 + 3300 = 0, long',
      '100 sh. ZZA 2009-06-01 → 2014-12-26: 12500 − 10000 = 2500, long',
      '100 sh. ZZA 2009-09-01 → 2014-12-26: 12500 − 9500 = 3000, long',
      '100 sh. ZZA 2015-01-09 → 2015-06-01: 12500 − 15300 = -2800, long',
      '150 sh. ZZA 2015-01-09 → 2015-06-01: 18750 − 18000 = 750, short',
    ],
  },
  'shares of a spin-off from a recent purchase': {
    rule: 'IRC 1091 (a): only a purchase or a fully taxable exchange replaces',
    rows: [
      buy('2024-01-08', 100, 5000),
      buy('2025-05-20', 100, 4000),
      action('2025-05-25', 'spin_off', 0, {
        ...{ targetSymbol: 'NEW', ratioTo: 1, ratioFrom: 4, costShare: '0.2' },
      }),
      sell('2025-06-02', 25, 800, { symbol: 'NEW' }),
    ],
    closed: ['25 sh. NEW 2024-01-08 → 2025-06-02: 800 − 1000 = -200, long'],
  },
  'shares of a merger from a recent purchase': {
    rule: 'IRC 1091 (a): only a purchase or a fully taxable exchange replaces',
    rows: [
      buy('2024-01-08', 100, 5000),
      buy('2025-05-20', 100, 4000),
      action('2025-05-25', 'merger', 0, { targetSymbol: 'BIG', ratioTo: 1, ratioFrom: 2 }),
      sell('2025-06-02', 50, 4000, { symbol: 'BIG' }),
    ],
    closed: ['50 sh. BIG 2024-01-08 → 2025-06-02: 4000 − 5000 = -1000, long'],
  },
  'a recent purchase under the former symbol': {
    rule: 'Pub. 550, Wash Sales: another name is the same security',
    rows: [
      bought,
      buy('2025-05-20', 100, 4200),
      action('2025-05-25', 'symbol_change', 0, { targetSymbol: 'NEW' }),
      sell('2025-06-02', 100, 4000, { symbol: 'NEW' }),
    ],
    closed: ['100 sh. NEW 2025-01-06 → 2025-06-02: 4000 − 5000 + 1000 = 0, short'],
  },
  'a recent purchase, then a 2-for-1 split': {
    rule: 'Pub. 550, Wash Sales: 50 shares have become 100, which replace 100 of 200',
    rows: [
      bought,
      buy('2025-05-20', 50, 2100),
      action('2025-05-25', 'split', 0, { ratioTo: 2, ratioFrom: 1 }),
      sell('2025-06-02', 200, 4000),
    ],
    closed: ['200 sh. ZZA 2025-01-06 → 2025-06-02: 4000 − 5000 + 500 = -500, short'],
  },
  'a call bought before the shares, both before the loss': {
    rule: 'Treas. Reg. 1.1091-1 (d), (f): the earliest acquisition replaces first, an option too',
    rows: [
      bought,
      buyOption('2025-05-10', 1, 200, call('45', december)),
      buy('2025-05-20', 100, 4200),
      loss,
      sellOption('2025-12-01', 1, 300, call('45', december)),
    ],
    closed: [
      replacedLoss,
      // 200 + 1000
      '1 opt. ZZA 2025-05-10 → 2025-12-01: 300 − 1200 = -900, short',
    ],
  },
  'a call bought before the shares, both after the loss': {
    rule: 'Treas. Reg. 1.1091-1 (d), (f): the earliest acquisition replaces first, an option too',
    rows: [
      bought,
      loss,
      buyOption('2025-06-05', 1, 200, call('45', december)),
      buy('2025-06-10', 100, 4200),
      sellOption('2025-12-01', 1, 300, call('45', december)),
    ],
    closed: [replacedLoss, '1 opt. ZZA 2025-06-05 → 2025-12-01: 300 − 1200 = -900, short'],
  },
  'a call bought after the loss, then a 2-for-1 split': {
    rule: 'Pub. 550, Wash Sales: the call is on 100 shares when it is bought',
    rows: [
      buy('2025-01-06', 200, 10_000),
      sell('2025-06-02', 200, 8000),
      buyOption('2025-06-10', 1, 200, call('45', december)),
      ...splitOf(call('45', december), '22.5'),
      sellOption('2025-12-01', 2, 300, call('22.5', december)),
    ],
    closed: [
      '200 sh. ZZA 2025-01-06 → 2025-06-02: 8000 − 10000 + 1000 = -1000, short',
      // 200 + 1000
      '2 opt. ZZA 2025-06-10 → 2025-12-01: 300 − 1200 = -900, short',
    ],
  },
  'a call bought before the loss, then a 2-for-1 split': {
    rule: 'Pub. 550, Wash Sales: the call is on 100 shares when the shares are sold',
    rows: [
      buy('2025-01-06', 200, 10_000),
      buyOption('2025-05-20', 1, 200, call('45', december)),
      sell('2025-06-02', 200, 8000),
      ...splitOf(call('45', december), '22.5'),
      sellOption('2025-12-01', 2, 300, call('22.5', december)),
    ],
    closed: [
      '200 sh. ZZA 2025-01-06 → 2025-06-02: 8000 − 10000 + 1000 = -1000, short',
      '2 opt. ZZA 2025-05-20 → 2025-12-01: 300 − 1200 = -900, short',
    ],
  },
  'a call bought after the loss, exercised after a 2-for-1 split': {
    rule: 'Pub. 550, Wash Sales: all 200 shares take over the holding period of the 100',
    rows: [
      bought,
      loss,
      buyOption('2025-06-10', 1, 200, call('45', december)),
      ...splitOf(call('45', december), '22.5'),
      ...exercised('2025-08-01', 2, call('22.5', december)),
      sell('2026-03-10', 200, 6000),
    ],
    closed: [
      replacedLoss,
      // 4500 + 200 + 1000; held for 221 days, and for 147 days before.
      '200 sh. ZZA 2025-08-01 → 2026-03-10: 6000 − 5700 = 300, long',
    ],
  },
  'a call bought after the loss, which gets another symbol': {
    rule: 'Pub. 550, Wash Sales: the call is on the shares that were sold when it is bought',
    rows: [
      bought,
      loss,
      buyOption('2025-06-10', 1, 200, call('45', december)),
      action('2025-07-01', 'option_adjustment', 0, {
        ...{ ...call('45', december), targetSymbol: 'ZZA1', deliverable: '10' },
      }),
      sellOption('2025-12-01', 1, 300, { ...call('45', december), symbol: 'ZZA1' }),
    ],
    closed: [replacedLoss, '1 opt. ZZA1 2025-06-10 → 2025-12-01: 300 − 1200 = -900, short'],
  },
  'a call and shares that get another symbol before the loss': {
    rule: 'Pub. 550, Wash Sales: another name is the same security',
    rows: [
      bought,
      buyOption('2025-05-20', 1, 200, call('45', december)),
      action('2025-05-25', 'symbol_change', 0, { targetSymbol: 'NEW' }),
      action('2025-05-25', 'option_adjustment', 0, { ...call('45', december), targetSymbol: 'NEW' }),
      sell('2025-06-02', 100, 4000, { symbol: 'NEW' }),
      sellOption('2025-12-01', 1, 300, { ...call('45', december), symbol: 'NEW' }),
    ],
    closed: [
      '100 sh. NEW 2025-01-06 → 2025-06-02: 4000 − 5000 + 1000 = 0, short',
      '1 opt. NEW 2025-05-20 → 2025-12-01: 300 − 1200 = -900, short',
    ],
  },
  'two losses of one sale, last in first out, of which one is replaced': {
    rule: 'Treas. Reg. 1.1091-1 (b): of one sale, the loss of the older shares is replaced first',
    rows: [buy('2024-06-03', 100, 4500), bought, sell('2025-06-02', 200, 8000), buy('2025-06-10', 100, 4100)],
    ask: { method: 'lifo' },
    closed: [
      '100 sh. ZZA 2024-06-03 → 2025-06-02: 4000 − 4500 + 500 = 0, short',
      '100 sh. ZZA 2025-01-06 → 2025-06-02: 4000 − 5000 = -1000, short',
    ],
  },
  'a transfer to another account within 30 days of a loss': {
    rule: 'Pub. 550, Wash Sales: a transfer is no purchase',
    rows: [
      buy('2025-01-06', 200, 10_000),
      loss,
      [...(['2025-06-10', 'position_transfer', 100, 0] as const), toSecond],
    ],
    closed: [fullLoss],
  },
  'a purchase within 30 days before a loss that is sold before it': {
    rule: 'docs/guides/figures/tax.md, Not covered',
    rows: [bought, buy('2025-05-20', 100, 4100, second), sell('2025-05-28', 100, 4200, second), loss],
    closed: ['100 sh. ZZA 2025-05-20 → 2025-05-28: 4200 − 4100 = 100, short', fullLoss],
  },
  'a purchase after a loss that closes a short sale and opens a lot': {
    rule: 'docs/guides/figures/tax.md, Not covered: only the new lot replaces',
    rows: [
      bought,
      loss,
      sell('2025-06-03', 100, 4100),
      buy('2025-06-10', 130, 5200),
      sell('2025-12-01', 30, 1800),
    ],
    closed: [
      '100 sh. ZZA 2025-01-06 → 2025-06-02: 4000 − 5000 + 300 = -700, short',
      '100 sh. ZZA 2025-06-10 → 2025-06-10: 4100 − 4000 = 100, short',
      // 1200 + 300
      '30 sh. ZZA 2025-06-10 → 2025-12-01: 1800 − 1500 = 300, short',
    ],
  },
  'a short position that is moved into an account with shares': {
    rule: 'docs/guides/figures/tax.md, Not covered',
    rows: [
      sell('2025-01-06', 60, 2400),
      buy('2025-01-06', 100, 3500, second),
      ['2025-02-03', 'position_transfer', 60, 0, toSecond],
      sell('2025-03-03', 100, 3600, second),
      buy('2025-03-04', 60, 2000, second),
    ],
    closed: [
      '100 sh. ZZA 2025-01-06 → 2025-03-03: 3600 − 3500 = 100, short',
      '60 sh. ZZA 2025-03-04 → 2025-03-04: 2400 − 2000 = 400, short',
    ],
  },
  'new shares that are sold from another account': {
    rule: 'Pub. 550, Wash Sales: basis and holding period go with the shares',
    rows: [
      bought,
      loss,
      buy('2025-06-10', 100, 4100),
      [...(['2025-07-01', 'position_transfer', 100, 0] as const), toSecond],
      sell('2026-01-14', 50, 2250, second),
      sell('2026-01-15', 50, 2250, second),
    ],
    closed: [
      replacedLoss,
      // Held for 147 days before: 147 + 218 = 365 days are no more than a year.
      '50 sh. ZZA 2025-06-10 → 2026-01-14: 2250 − 2550 = -300, short',
      '50 sh. ZZA 2025-06-10 → 2026-01-15: 2250 − 2550 = -300, long',
    ],
  },
  'a call bought long before the loss and exercised after it': {
    rule: 'Pub. 550, Wash Sales: the exercise buys shares',
    rows: [
      bought,
      buyOption('2025-01-06', 1, 200, call('45', december)),
      loss,
      ...exercised('2025-06-10', 1, call('45', december)),
      sell('2025-09-02', 100, 5000),
    ],
    closed: [
      replacedLoss,
      // 4500 + 200 + 1000
      '100 sh. ZZA 2025-06-10 → 2025-09-02: 5000 − 5700 = -700, short',
    ],
  },
  'an early assignment in December, sold at a loss, and bought again in January': {
    rule: 'Pub. 550, Puts and Calls; Wash Sales: nothing counts in the first year',
    rows: [
      write('2025-11-03', 1, 200, put('50', '2026-01-16')),
      ...assigned('2025-12-15', 1, put('50', '2026-01-16')),
      sell('2025-12-16', 100, 4700),
      buy('2026-01-05', 100, 4600),
      sell('2026-03-02', 100, 5000),
    ],
    closed: [
      '100 sh. ZZA 2025-12-15 → 2025-12-16: 4700 − 4800 + 100 = 0, short',
      '100 sh. ZZA 2026-01-05 → 2026-03-02: 5000 − 4700 = 300, short',
    ],
  },
  'a loss that consists of fees': {
    rule: 'Pub. 550, Wash Sales: fees are part of basis and proceeds, and so of the loss',
    rows: [
      buy('2025-01-06', 100, 5000, { id: 'purchase' }),
      fee('2025-01-06', 1, 'purchase'),
      sell('2025-06-02', 100, 5000, { id: 'sale' }),
      fee('2025-06-02', 2, 'sale'),
      buy('2025-06-10', 50, 2050),
      sell('2025-09-02', 50, 3000),
    ],
    closed: [
      '100 sh. ZZA 2025-01-06 → 2025-06-02: 4998 − 5001 + 1.5 = -1.5, short',
      '50 sh. ZZA 2025-06-10 → 2025-09-02: 3000 − 2051.5 = 948.5, short',
    ],
  },
  'the fee of a dividend at the instant at which the dividend buys shares': {
    rule: 'Pub. 550, Investment Expenses: a fee for the custody of shares is no part of their basis',
    rows: [
      ['2025-03-03', 'dividend', null, 100, { id: 'dividend' }],
      fee('2025-03-03', 2, 'dividend'),
      buy('2025-03-03', 1, 98, { id: 'purchase' }),
      fee('2025-03-03', 1, 'purchase'),
      sell('2025-06-02', 1, 120),
    ],
    closed: ['1 sh. ZZA 2025-03-03 → 2025-06-02: 120 − 99 = 21, short'],
  },
  'a return of capital on new shares': {
    rule: 'Pub. 550, Return of Capital: it reduces the basis, which contains the loss',
    rows: [
      bought,
      loss,
      buy('2025-06-10', 100, 4100),
      action('2025-08-01', 'return_of_capital', 300, {}),
      sell('2025-09-02', 100, 5000),
    ],
    closed: [
      replacedLoss,
      // 4100 + 1000 − 300
      '100 sh. ZZA 2025-06-10 → 2025-09-02: 5000 − 4800 = 200, short',
    ],
  },
};

describe('By US tax law, the closed lots are right:', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  it.each(Object.entries(situations))('%s', async (_, { rule, rows, ask, closed }) => {
    const question = { today: '2026-12-31', ...ask };
    const entries = ledgerOf(...rows);
    await under.scope.run(await under.newUser(), async () => {
      await under.journal.load(entries as EntryRecord[]);
      const lots = await under.get(ProfitReadModel).closedLots(question);
      expect({ rule, closed: lots.map(lineOf) }).toEqual({ rule, closed });
    });
    const modelled = closedLots(entries, question);
    expect({ rule, closed: (modelled as ClosedLot[]).map(lineOf) }).toEqual({ rule, closed });
  });
});
