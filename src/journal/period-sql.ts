/** Periods by which results are grouped. Weeks are ISO 8601 weeks, which begin on Monday. */
export const figurePeriods = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type FigurePeriod = (typeof figurePeriods)[number];

const labels: Readonly<Record<FigurePeriod, string>> = {
  day: 'YYYY-MM-DD',
  week: 'IYYY-"W"IW',
  month: 'YYYY-MM',
  quarter: 'YYYY-"Q"Q',
  year: 'YYYY',
};

/**
 * SQL: the local time by which figures count an entry; `day` if it has one, else `ts` in `zone`.
 */
export function localTime(zone: string): string {
  return `coalesce(day::timestamp, ts AT TIME ZONE ${zone})`;
}

/** SQL: a date as the number of days since 1 January 1970. */
export function dayNumber(date: string): string {
  return `${date} - '1970-01-01'::date`;
}

/** SQL: the start of an entry's period. Group by it: computing labels per row is much slower. */
export function periodOf(per: FigurePeriod, zone: string): string {
  return `date_trunc('${per}', ${localTime(zone)})`;
}

/** SQL: the label of a period: `2026-01-05`, `2026-W01`, `2026-01`, `2026-Q1`, `2026`. */
export function periodLabel(per: FigurePeriod, period: string): string {
  return `to_char(${period}, '${labels[per]}')`;
}
