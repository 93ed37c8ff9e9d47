import { localTime } from '../journal/period-sql.js';
import { optionLegsSql, positionKey, resolvedLegsSql } from './option-legs-sql.js';

/**
 * SQL for the option positions in the entries that meet a condition: one row per account, symbol,
 * leg, strike and expiration. Columns of each side: contracts opened, premium of the openings, and
 * contracts left (`short`, `long`, never negative).
 */
export function optionPositionsSql(where: string): string {
  const sum = (what: string, condition: string) =>
    `coalesce(sum(${what}) FILTER (WHERE ${condition}), 0.00000000)`;
  const left = (side: string) =>
    `greatest(coalesce(sum(opened - closed) FILTER (WHERE ${side}), 0.00000000), 0.00000000)`;
  return `
    SELECT ${positionKey}, min(${localTime("'UTC'")}) FILTER (WHERE opened > 0)::date AS opened_on,
      ${sum('opened', 'NOT is_long')} AS short_opened, ${sum('abs(amount)', 'opened > 0 AND NOT is_long')} AS short_premium,
      ${left('NOT is_long')} AS short,
      ${sum('opened', 'is_long')} AS long_opened, ${sum('abs(amount)', 'opened > 0 AND is_long')} AS long_premium,
      ${left('is_long')} AS long
    FROM (${resolvedLegsSql(optionLegsSql(where))}) legs
    GROUP BY ${positionKey}`;
}
