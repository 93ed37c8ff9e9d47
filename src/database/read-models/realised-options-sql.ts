import { portion, takenSql } from './fifo-sql.js';
import { optionLegsSql, position } from './option-legs-sql.js';

/**
 * SQL for common table expressions, of which `realised_options` has the profit of options by symbol and period: what closing took
 * or gave, and the premium of the contracts that it closed, first in, first out. What is left is closed by the end of its
 * expiration day.
 *
 * @param period of `ts`, in SQL
 * @param lastPeriod of `expiration`, in SQL
 * @param isOver whether the expiration day is over, in SQL
 */
export function realisedOptionsSql(
  where: string,
  period: string,
  lastPeriod: string,
  isOver: string,
): string {
  return `
    moves AS MATERIALIZED (
      SELECT symbol, period, last_period, is_in_time, amount, opened, closed, first_value(id) OVER earlier AS queue,
        sum(opened) OVER earlier AS ends, sum(amount) FILTER (WHERE opened > 0) OVER earlier AS sum,
        sum(closed) OVER earlier AS gone, sum(closed) FILTER (WHERE is_in_time) OVER (PARTITION BY ${position}, is_long) AS all_gone
      FROM (
        SELECT *, coalesce(period <= last_period, true) AS is_in_time FROM (
          SELECT *, ${period} AS period, CASE WHEN ${isOver} THEN ${lastPeriod} END AS last_period
          FROM (${optionLegsSql(where)}) legs
        ) dated
      ) timed
      WINDOW earlier AS (PARTITION BY ${position}, is_long ORDER BY ts, id ROWS UNBOUNDED PRECEDING)
    ), openings AS (
      SELECT queue, symbol, last_period, ends - opened AS begins, sum - amount AS before, amount, opened AS pieces, ends,
        coalesce(all_gone, 0) AS all_gone
      FROM moves WHERE opened > 0
    ), begun_openings AS (
      SELECT * FROM openings WHERE begins < all_gone
    ), departures AS (
      SELECT queue, symbol, period, max(gone) AS gone FROM moves WHERE closed > 0 AND is_in_time GROUP BY queue, symbol, period
    ), realised_options AS (
      ${takenSql('begun_openings', 'departures')}
      UNION ALL
      SELECT symbol, last_period, sum(amount - ${portion('amount', 'pieces', 'all_gone - begins')})
        FROM openings WHERE last_period IS NOT NULL AND all_gone < ends GROUP BY symbol, last_period
      UNION ALL
      SELECT symbol, period, sum(amount) FROM moves WHERE opened = 0 GROUP BY symbol, period
    )`;
}
