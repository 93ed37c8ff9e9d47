import type { FigurePeriod } from './figure-request.js';

const labels: Readonly<Record<FigurePeriod, string>> = {
  week: 'IYYY-"W"IW',
  month: 'YYYY-MM',
  year: 'YYYY',
};

/** SQL for the first instant of the period of `ts`, by which entries are grouped: labels take much longer to make. */
export function periodOf(per: FigurePeriod, zone: string): string {
  return `date_trunc('${per}', ts AT TIME ZONE ${zone})`;
}

/** SQL for how a period is called: `2026-W01`, `2026-01`, `2026`. */
export function periodLabel(per: FigurePeriod, period: string): string {
  return `to_char(${period}, '${labels[per]}')`;
}
