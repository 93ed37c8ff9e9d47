import { describe, expect, it } from '@jest/globals';
import {
  accountsTable,
  barsOf,
  costBasisTable,
  expiredTable,
  lotsTable,
  monthsUntil,
  positionsTable,
  profitTable,
  sum,
  weeksUntil,
} from '../../src/cli/demo-figures.js';
import { cents, centsUp } from '../../src/cli/table.js';
import type { OptionPosition } from '../../src/figures/option-positions.read-model.js';
import type { RealisedProfit } from '../../src/figures/profit.read-model.js';

const put: OptionPosition = {
  accountId: 'acct-1',
  symbol: 'BRK.B',
  leg: 'put',
  strike: '461.00000000',
  expiration: '2026-01-16',
  short: '2.00000000',
  long: '0.00000000',
  averageShortPremium: '2.45500000',
  averageLongPremium: null,
  openedOn: '2026-01-05',
  daysToExpiration: 6,
  collateral: '92200.00000000',
  multiplier: '100.00000000',
  isExpired: false,
};

/** The cells of a table's rows, without borders and headings. */
function cells(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .slice(1)
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('money', () => {
  it.each([
    ['0.00500000', '0.01'],
    ['-0.00500000', '-0.01'],
    ['-0.00499999', '0.00'],
    ['999.99500000', '1,000.00'],
    ['-123456.78000000', '-123,456.78'],
    ['-123.00000000', '-123.00'],
    ['123456789012.12345678', '123,456,789,012.12'],
    ['90071992547409931234.00500000', '90,071,992,547,409,931,234.01'],
  ])('of %s is printed as %s, to the cent', (exact, printed) => {
    expect(cents(exact)).toBe(printed);
  });

  it('is printed as nothing if it is null', () => {
    expect(cents(null)).toBeNull();
  });

  it('is rounded up for lower bounds', () => {
    expect(['161.66000001', '161.66000000', '0.00000000'].map(centsUp)).toEqual(['161.67', '161.66', '0.00']);
  });

  it('is added up exactly', () => {
    expect(sum(['0.10000000', '0.20000000', '-0.30000000'])).toBe('0');
    expect(sum(['900719925474099.00000001', '0.00000001'])).toBe('900719925474099.00000002');
    expect(sum([])).toBe('0');
  });
});

describe('option positions', () => {
  it('have short contracts as negative numbers, with their collateral', () => {
    const row = ['acct-1', 'BRK.B', 'put 461.00', '2026-01-16', '6', '-2', '2.46', '92,200.00'];
    expect(cells(positionsTable([put]))).toEqual([row]);
  });

  it('have a row for each side, and right-aligned amounts', () => {
    const both = { ...put, long: '1.00000000', averageLongPremium: '12.00000000' } as const;
    const table = positionsTable([both]);
    expect(cells(table).map((row) => row.slice(5))).toEqual([
      ['-2', '2.46', '92,200.00'],
      ['+1', '12.00', ''],
    ]);
    expect(table).toContain('│  2.46 │');
  });

  it('mark unknown values', () => {
    const vague = { ...put, leg: null, strike: null, expiration: null, daysToExpiration: null } as const;
    expect(cells(positionsTable([vague]))[0]?.slice(2, 5)).toEqual(['option', '', '']);
  });

  it('have no collateral after their expiration', () => {
    const expired = { ...put, isExpired: true, daysToExpiration: -1 };
    const table = expiredTable([expired]);
    expect(table).not.toContain('collateral');
    expect(cells(table)).toEqual([['acct-1', 'BRK.B', 'put 461.00', '2026-01-16', '-1', '-2', '2.46']]);
  });
});

describe('figures of other kinds', () => {
  it('include accounts without entries', () => {
    const accounts = ['acct-1', 'acct-2'].map((id) => ({ id, name: `name of ${id}` }));
    const balances = [{ accountId: 'acct-2', count: 3, balance: '-1234.50000000' }] as const;
    expect(cells(accountsTable(accounts, balances))).toEqual([
      ['acct-1', '0', '0.00', 'name of acct-1'],
      ['acct-2', '3', '-1,234.50', 'name of acct-2'],
    ]);
  });

  it('have the proceeds of shares sold short, and a cost only for long shares', () => {
    const none = {
      netPremium: '0',
      minimumStrike: null,
      maximumStrike: null,
      coveredCallCapacity: '0',
    } as const;
    const sold = { proceeds: '11200', averageProceeds: '280', totalCost: '0', averageCost: null } as const;
    const lot = { accountId: 'acct-1', symbol: 'AAPL', shares: '-40', ...sold, ...none } as const;
    expect(cells(lotsTable([lot]))).toEqual([['acct-1', 'AAPL', '-40', '', '11,200.00', '280.00']]);
  });

  it('round minimum strikes up, so that a sale makes no loss', () => {
    const lot = {
      accountId: 'acct-1',
      symbol: 'F',
      shares: '150.00000000',
      totalCost: '24500.00000000',
      averageCost: '163.33333333',
      proceeds: '0.00000000',
      averageProceeds: null,
      netPremium: '250.00000000',
      minimumStrike: '161.66333334',
      maximumStrike: null,
      coveredCallCapacity: '-1.00000000',
    } as const;
    expect(cells(costBasisTable([lot]))).toEqual([['acct-1', 'F', '24,500.00', '250.00', '161.67', '-1']]);
  });

  it('have sums of exact profits instead of rounded ones', () => {
    const profit: RealisedProfit = {
      period: '2026',
      symbol: null,
      options: '0.00400000',
      shares: '-1000.00000000',
      dividends: '0.00000000',
      fees: '0.00000000',
      ...{ interest: '0.00000000', paymentsInLieu: '0.00000000', securitiesLending: '0.00000000' },
      ...{ withheldTax: '0.00000000', rebates: '0.00000000' },
      total: '-999.99600000',
    };
    const zero = '0.00';
    expect(cells(profitTable([profit, { ...profit, symbol: 'F' }]))).toEqual([
      ['(none)', zero, '-1,000.00', zero, zero, zero, '-1,000.00'],
      ['F', zero, '-1,000.00', zero, zero, zero, '-1,000.00'],
      ['all', '0.01', '-2,000.00', zero, zero, zero, '-1,999.99'],
    ]);
  });
});

describe('periods', () => {
  it('are ISO weeks, also at the turn of a year', () => {
    expect(weeksUntil('2026-01-04', 2)).toEqual(['2025-W52', '2026-W01']);
    expect(weeksUntil('2021-01-03', 2)).toEqual(['2020-W52', '2020-W53']);
  });

  it('are the months of a year up to a day', () => {
    expect(monthsUntil('2026-03-31')).toEqual(['2026-01', '2026-02', '2026-03']);
  });

  it('include periods without amounts, and exclude amounts of other periods', () => {
    const amounts = [
      { period: '2026-01', amount: '1.10000000' },
      { period: '2025-12', amount: '7.00000000' },
      { period: '2026-03', amount: '9.00000000' },
      { period: '2026-01', amount: '2.20000000' },
    ] as const;
    expect(barsOf(['2026-01', '2026-02'], amounts)).toEqual([
      { label: '2026-01', amount: '3.3' },
      { label: '2026-02', amount: '0' },
    ]);
  });
});
