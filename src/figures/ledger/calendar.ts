import type { FigurePeriod } from '../../journal/period-sql.js';

/** A day, a week, a month, a quarter or a year. */
export interface Period {
  /** `2026-01-05`, `2026-W01`, `2026-01`, `2026-Q1` or `2026`. */
  readonly label: string;
  /** Sorts periods of one kind: later periods have greater numbers. */
  readonly order: number;
}

const millisecondsPerDay = 86_400_000;
const plainDay = 'YYYY-MM-DD'.length;
const zero = '0'.charCodeAt(0);

/** Maps days to periods. Returns one object per period, so that periods can be keys of a Map. */
export class Calendar {
  readonly #byDay = new Map<string, Period>();
  readonly #byOrder = new Map<number, Period>();

  constructor(private readonly per: FigurePeriod) {}

  /** @param day a date as PostgreSQL prints it, for example `2026-01-04` or `0001-12-31 BC` */
  periodOf(day: string): Period {
    const known = this.#byDay.get(day);
    if (known !== undefined) return known;
    const made = periodOf[this.per](...partsOf(day));
    const period = this.#byOrder.get(made.order) ?? made;
    this.#byOrder.set(period.order, period);
    this.#byDay.set(day, period);
    return period;
  }
}

/** Labels of `to_char`: `YYYY-MM-DD`, `IYYY-"W"IW`, `YYYY-MM`, `YYYY-"Q"Q`, `YYYY`. */
const periodOf: Readonly<Record<FigurePeriod, (year: number, month: number, date: number) => Period>> = {
  day: (year, month, date) => ({
    label: dayLabel(year, month, date),
    order: startOf(year, month, date).getTime(),
  }),
  week: (year, month, date) => {
    const begin = startOf(year, month, date);
    const thursday = new Date(begin.getTime() + (3 - ((begin.getUTCDay() + 6) % 7)) * millisecondsPerDay);
    const yearOfWeek = thursday.getUTCFullYear();
    const week =
      Math.floor((thursday.getTime() - startOf(yearOfWeek, 1, 1).getTime()) / (7 * millisecondsPerDay)) + 1;
    return { label: `${yearLabel(yearOfWeek)}-W${pair(week)}`, order: thursday.getTime() };
  },
  month: (year, month) => ({ label: `${yearLabel(year)}-${pair(month)}`, order: year * 12 + month }),
  quarter: (year, month) => {
    const quarter = Math.ceil(month / 3);
    return { label: `${yearLabel(year)}-Q${quarter}`, order: year * 4 + quarter };
  },
  year: (year) => ({ label: yearLabel(year), order: year }),
};

/** Compares two dates as PostgreSQL prints them. */
export function isDayBefore(day: string, other: string): boolean {
  if (day.length === other.length && day.length === plainDay) return day < other;
  const [one, two] = [startOf(...partsOf(day)), startOf(...partsOf(other))];
  return one < two;
}

/** True for an option whose expiration day is before a day. */
export function isExpired(expiration: string | null, day: string): expiration is string {
  return expiration !== null && isDayBefore(expiration, day);
}

/** Sorts dates as PostgreSQL prints them, null last. */
export function compareDays(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return Number(isDayBefore(other, one)) - Number(isDayBefore(one, other));
}

/** The date so many days before another, as PostgreSQL prints it. */
export function daysBefore(day: string, count: number): string {
  const date = new Date(startOf(...partsOf(day)).getTime() - count * millisecondsPerDay);
  const year = date.getUTCFullYear();
  const text = dayLabel(year, date.getUTCMonth() + 1, date.getUTCDate());
  return year > 0 ? text : `${text} BC`;
}

/** Calendar days from one date to another: negative if the other is earlier. */
export function daysBetween(day: string, other: string): number {
  return dayNumber(other) - dayNumber(day);
}

/** Days since 1 January 1970. */
function dayNumber(day: string): number {
  if (day.length !== plainDay) return startOf(...partsOf(day)).getTime() / millisecondsPerDay;
  const [year, month, date] = [digits(day, 0, 4), digits(day, 5, 7), digits(day, 8, 10)];
  // `Date.UTC` takes years before 100 as those of the 20th century. 400 years have 146,097 days.
  return Date.UTC(year + 400, month - 1, date) / millisecondsPerDay - 146_097;
}

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + text.charCodeAt(at) - zero;
  return number;
}

/**
 * The journal stores instants of the years 1 to 9999. In a local time zone the first of them can
 * fall into year 0, which PostgreSQL prints as 1 BC, and the last into year 10000.
 */
function partsOf(day: string): [year: number, month: number, date: number] {
  const [year = 0, month = 0, date = 0] = day.split(' ', 1)[0]?.split('-').map(Number) ?? [];
  return [day.endsWith('BC') ? 1 - year : year, month, date];
}

function startOf(year: number, month: number, date: number): Date {
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, date);
  return start;
}

const yearLabel = (year: number) => String(year > 0 ? year : 1 - year).padStart(4, '0');
const pair = (number: number) => String(number).padStart(2, '0');
const dayLabel = (year: number, month: number, date: number) =>
  [yearLabel(year), pair(month), pair(date)].join('-');
