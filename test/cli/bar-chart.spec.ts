import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { barChart } from '../../src/cli/bar-chart.js';
import { Decimal } from '../../src/model/decimal.js';
import type { DecimalString } from '../../src/model/decimal.js';

const cents = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
const amount = fc.oneof(cents, fc.bigInt({ min: -500n, max: 500n }), fc.constant(0n));
const asDecimal = (value: bigint) => new Decimal(value.toString()).dividedBy(100).toFixed(8) as DecimalString;

/** The cells of each line's bar to the left and right of the axis. */
function bars(chart: string): { below: number; above: number }[] {
  return chart.split('\n').map((line) => {
    const [left = '', right = ''] = line.split('│');
    return { below: left.split('█').length - 1, above: right.length };
  });
}

describe('a bar chart', () => {
  it('has losses on the left of the axis and gains on its right, in one scale', () => {
    const chart = barChart([
      { label: '2026-W01', amount: '3000.00000000' },
      { label: '2026-W02', amount: '-1000.00000000' },
      { label: '2026-W03', amount: '0.00000000' },
      { label: '2026-W04', amount: '0.01000000' },
    ]);
    expect(chart).toBe(
      [
        `2026-W01   3,000.00  ${' '.repeat(15)}│${'█'.repeat(43)}`,
        `2026-W02  -1,000.00  ${' '.repeat(1)}${'█'.repeat(14)}│`,
        `2026-W03       0.00  ${' '.repeat(15)}│`,
        `2026-W04       0.01  ${' '.repeat(15)}│█`,
      ].join('\n'),
    );
  });

  it('has only the axis if all amounts are zero', () => {
    expect(barChart([{ label: '2026-01', amount: '0.00000000' }])).toBe('2026-01  0.00  │');
    expect(barChart([])).toBe('');
  });

  it('fits 80 columns, has its axis in one column, and shows each nonzero amount on its side', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 20 }), (values) => {
        const chart = barChart(values.map((value) => ({ label: '2026-W01', amount: asDecimal(value) })));
        const lines = chart.split('\n');
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
        expect(new Set(lines.map((line) => line.indexOf('│'))).size).toBe(1);
        expect(bars(chart).map(({ below, above }) => [below > 0, above > 0])).toEqual(
          values.map((value) => [value < 0n, value > 0n]),
        );
      }),
    );
  });

  it('has no longer bar for a smaller amount', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 2, maxLength: 20 }), (values) => {
        const sorted = values.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
        const chart = barChart(sorted.map((value) => ({ label: '', amount: asDecimal(value) })));
        const signed = bars(chart).map(({ below, above }) => above - below);
        expect(signed).toEqual(signed.toSorted((one, other) => one - other));
      }),
    );
  });
});
