import { expect, it } from '@jest/globals';
import { ProfitBook } from '../../src/figures/profit-book.js';

const [january, february] = [
  { label: '2026-01', order: 1 },
  { label: '2026-02', order: 2 },
];
const unit = 100_000_000n;

it('a profit book adds up each kind by period and symbol, in order, with entries of no symbol last', () => {
  const book = new ProfitBook();
  book.add(february, 'F', 'shares', 7n * unit);
  book.add(february, null, 'fees', -unit);
  book.add(january, null, 'fees', -2n * unit);
  book.add(january, 'F', 'options', 5n * unit);
  book.add(january, 'F', 'options', -1n * unit);
  book.add(january, 'F', 'shares', -10n * unit);
  book.add(january, 'F', 'dividends', 3n * unit);
  book.add(january, 'F', 'fees', -1n);
  book.add(january, 'AAPL', 'dividends', unit);

  const none = { options: '0.00000000', shares: '0.00000000', dividends: '0.00000000', fees: '0.00000000' };
  expect(book.rows()).toEqual([
    { ...none, period: '2026-01', symbol: 'AAPL', dividends: '1.00000000', total: '1.00000000' },
    {
      period: '2026-01',
      symbol: 'F',
      options: '4.00000000',
      shares: '-10.00000000',
      dividends: '3.00000000',
      fees: '-0.00000001',
      total: '-3.00000001',
    },
    { ...none, period: '2026-01', symbol: null, fees: '-2.00000000', total: '-2.00000000' },
    { ...none, period: '2026-02', symbol: 'F', shares: '7.00000000', total: '7.00000000' },
    { ...none, period: '2026-02', symbol: null, fees: '-1.00000000', total: '-1.00000000' },
  ]);
});

it('a profit book leaves out rows without any profit, and keeps those whose kinds cancel out', () => {
  const book = new ProfitBook();
  book.add(january, 'NONE', 'options', 0n);
  book.add(january, 'BACK', 'options', unit);
  book.add(january, 'BACK', 'options', -unit);
  book.add(january, 'EVEN', 'options', unit);
  book.add(january, 'EVEN', 'fees', -unit);

  expect(book.rows()).toMatchObject([{ symbol: 'EVEN', options: '1.00000000', total: '0.00000000' }]);
});
