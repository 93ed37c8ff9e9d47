import { Decimal, type DecimalString } from '../model/decimal.js';
import { cents } from './table.js';

export interface Bar {
  label: string;
  amount: DecimalString;
}

/** Columns. */
const width = 80;
const gap = 2;

/**
 * Draws a horizontal bar chart: positive amounts to the right of the axis, negative ones to the
 * left, in one scale. An amount other than zero has at least one column.
 */
export function barChart(bars: readonly Bar[]): string {
  const rows = bars.map(({ label, amount }) => ({ label, amount, printed: cents(amount) ?? '' }));
  const labels = longest(rows.map(({ label }) => label));
  const amounts = longest(rows.map(({ printed }) => printed));
  const { left, cells } = scale(bars, width - labels - amounts - 2 * gap - 1);
  return rows
    .map(({ label, amount, printed }) => {
      const bar = '█'.repeat(cells(amount));
      const [below, above] = amount.startsWith('-') ? [bar, ''] : ['', bar];
      const space = ' '.repeat(gap);
      return `${label.padEnd(labels)}${space}${printed.padStart(amounts)}${space}${below.padStart(left)}│${above}`;
    })
    .join('\n');
}

/** Computes the columns left of the axis (`left`) and the columns of an amount (`cells`). */
function scale(
  bars: readonly Bar[],
  room: number,
): { left: number; cells: (amount: DecimalString) => number } {
  const values = bars.map(({ amount }) => new Decimal(amount));
  const highest = Decimal.max(0, ...values);
  const lowest = Decimal.min(0, ...values).negated();
  const whole = highest.plus(lowest);
  if (whole.isZero()) return { left: 0, cells: () => 0 };
  // A side with a bar gets at least one column; a side without one gets none.
  const share = Math.round(lowest.dividedBy(whole).times(room).toNumber());
  const left = Math.min(Math.max(share, lowest.isZero() ? 0 : 1), highest.isZero() ? room : room - 1);
  const perCell = Decimal.max(
    highest.dividedBy(Math.max(1, room - left)),
    lowest.dividedBy(Math.max(1, left)),
  );
  const cells = (amount: DecimalString) => {
    const value = new Decimal(amount).abs();
    return value.isZero() ? 0 : Math.max(1, Math.round(value.dividedBy(perCell).toNumber()));
  };
  return { left, cells };
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}
