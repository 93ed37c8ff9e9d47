import type { FigurePeriod } from '../../journal/period-sql.js';

/**
 * A day as the number of days since 1 January 1970. `dayNumber` in `period-sql.ts` is its SQL.
 *
 * The journal stores instants of the years 1 to 9999. In a local time zone the first of them can
 * fall into the year before, and the last into year 10000.
 */
export type Day = number;

/** A day, a week, a month, a quarter or a year. */
export interface Period {
  /** `2026-01-05`, `2026-W01`, `2026-01`, `2026-Q1` or `2026`. */
  readonly label: string;
  /** Sorts periods of one kind: later periods have greater numbers. */
  readonly order: number;
}

const millisecondsPerDay = 86_400_000;

/** @param text `YYYY-MM-DD` */
export function dayOf(text: string): Day {
  return Date.parse(text) / millisecondsPerDay;
}

/** The instant at which a day begins in UTC, in milliseconds since 1970. */
export function beginOf(day: Day): number {
  return day * millisecondsPerDay;
}

/** `YYYY-MM-DD`; with the suffix ` BC` before year 1, as PostgreSQL prints it. */
export function dayText(day: Day): string {
  const label = dayLabel(...partsOf(day));
  return day < firstDay ? `${label} BC` : label;
}

const firstDay = dayOf('0001-01-01');

/** The day with the same date in the next year; 1 March for 29 February. */
export function yearAfter(day: Day): Day {
  const date = new Date(beginOf(day));
  return date.setUTCFullYear(date.getUTCFullYear() + 1) / millisecondsPerDay;
}

/** True for an option whose expiration day is before a day. */
export function isExpired(expiration: Day | null, day: Day): expiration is Day {
  return expiration !== null && expiration < day;
}

/** Maps days to periods. Returns one object per period, so that periods can be keys of a Map. */
export class Calendar {
  readonly #byDay = new Map<Day, Period>();
  readonly #byOrder = new Map<number, Period>();

  constructor(private readonly per: FigurePeriod) {}

  periodOf(day: Day): Period {
    const known = this.#byDay.get(day);
    if (known !== undefined) return known;
    const made = periodOf[this.per](day);
    const period = this.#byOrder.get(made.order) ?? made;
    this.#byOrder.set(period.order, period);
    this.#byDay.set(day, period);
    return period;
  }
}

/** Labels of `to_char`: `YYYY-MM-DD`, `IYYY-"W"IW`, `YYYY-MM`, `YYYY-"Q"Q`, `YYYY`. */
const periodOf: Readonly<Record<FigurePeriod, (day: Day) => Period>> = {
  day: (day) => ({ label: dayLabel(...partsOf(day)), order: day }),
  week: (day) => {
    // 1 January 1970 was a Thursday. The Thursday of a week is in the year of the week.
    const thursday = Math.floor((day + 3) / 7) * 7;
    const [year] = partsOf(thursday);
    const week = Math.floor((thursday - firstOf(year)) / 7) + 1;
    return { label: `${yearLabel(year)}-W${pair(week)}`, order: thursday };
  },
  month: (day) => {
    const [year, month] = partsOf(day);
    return { label: `${yearLabel(year)}-${pair(month)}`, order: year * 12 + month };
  },
  quarter: (day) => {
    const [year, month] = partsOf(day);
    const quarter = Math.ceil(month / 3);
    return { label: `${yearLabel(year)}-Q${quarter}`, order: year * 4 + quarter };
  },
  year: (day) => {
    const [year] = partsOf(day);
    return { label: yearLabel(year), order: year };
  },
};

/** Year 0 is the year before year 1. */
function partsOf(day: Day): [year: number, month: number, date: number] {
  const date = new Date(beginOf(day));
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

/** 1 January of a year. */
function firstOf(year: number): Day {
  return new Date(0).setUTCFullYear(year, 0, 1) / millisecondsPerDay;
}

const yearLabel = (year: number) => String(year > 0 ? year : 1 - year).padStart(4, '0');
const pair = (number: number) => String(number).padStart(2, '0');
const dayLabel = (year: number, month: number, date: number) =>
  `${yearLabel(year)}-${pair(month)}-${pair(date)}`;
