import { DateTime } from 'luxon';
import type { DecimalString } from '../model/decimal.js';
import type { Bar } from './bar-chart.js';
import { sum } from './figures.text.js';

/** The last `count` ISO weeks up to the week of a day, such as `2026-W01`, oldest first. */
export function weeksUntil(day: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    DateTime.fromISO(day, { zone: 'utc' })
      .minus({ weeks: count - 1 - index })
      .toFormat("kkkk-'W'WW"),
  );
}

/** The months of a day's year up to the day, such as `2026-01`. */
export function monthsUntil(day: string): string[] {
  const { year, month } = DateTime.fromISO(day, { zone: 'utc' });
  return Array.from({ length: month }, (_, index) => `${year}-${String(index + 1).padStart(2, '0')}`);
}

/** One bar per period, including periods without amounts. */
export function barsOf(
  periods: readonly string[],
  amounts: readonly { period: string; amount: DecimalString }[],
): Bar[] {
  return periods.map((label) => ({
    label,
    amount: sum(amounts.filter(({ period }) => period === label).map(({ amount }) => amount)),
  }));
}
