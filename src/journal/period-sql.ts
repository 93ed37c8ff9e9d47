/** Periods by which results are grouped. Weeks are ISO 8601 weeks, which begin on Monday. */
export const figurePeriods = ['week', 'month', 'year'] as const;
export type FigurePeriod = (typeof figurePeriods)[number];

const labels: Readonly<Record<FigurePeriod, string>> = {
  week: 'IYYY-"W"IW',
  month: 'YYYY-MM',
  year: 'YYYY',
};

/**
 * SQL for the moment by which figures count an entry: the day that a trader typed, or else the
 * local time of `ts`.
 */
export function localTime(zone: string): string {
  return `coalesce(day::timestamp, ts AT TIME ZONE ${zone})`;
}

/**
 * SQL for the beginning of an entry's period, by which entries are grouped: labels take much longer
 * to make.
 */
export function periodOf(per: FigurePeriod, zone: string): string {
  return `date_trunc('${per}', ${localTime(zone)})`;
}

/** SQL for how a period is called: `2026-W01`, `2026-01`, `2026`. */
export function periodLabel(per: FigurePeriod, period: string): string {
  return `to_char(${period}, '${labels[per]}')`;
}
