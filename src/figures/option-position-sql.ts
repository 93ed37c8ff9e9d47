import { localTime } from '../journal/period-sql.js';
import { namedLegsSql, optionLegsSql, position } from './option-legs-sql.js';

/**
 * SQL for the option positions of the entries that meet a condition: one row for each account,
 * symbol, leg, strike and expiration, with what was opened, and what is left, of either side.
 */
export function optionPositionsSql(where: string): string {
  const sum = (what: string, condition: string) =>
    `coalesce(sum(${what}) FILTER (WHERE ${condition}), 0.00000000)`;
  const left = (side: string) =>
    `greatest(coalesce(sum(opened - closed) FILTER (WHERE ${side}), 0.00000000), 0.00000000)`;
  return `
    SELECT ${position}, min(${localTime("'UTC'")}) FILTER (WHERE opened > 0)::date AS opened_on,
      ${sum('opened', 'NOT is_long')} AS short_opened, ${sum('abs(amount)', 'opened > 0 AND NOT is_long')} AS short_premium,
      ${left('NOT is_long')} AS short,
      ${sum('opened', 'is_long')} AS long_opened, ${sum('abs(amount)', 'opened > 0 AND is_long')} AS long_premium,
      ${left('is_long')} AS long
    FROM (${namedLegsSql(optionLegsSql(where))}) legs
    GROUP BY ${position}`;
}
