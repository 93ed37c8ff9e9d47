import { portion, takenSql } from './fifo-sql.js';
import { contract, namedLegsSql, optionLegsSql, position } from './option-legs-sql.js';

/**
 * SQL for common table expressions, of which `realised_options` has the profit of options by symbol and period: what closing took
 * or gave, and the premium of the contracts that it closed, first in, first out. What is left is closed by the end of its
 * expiration day.
 *
 * Most contracts have one opening, and are closed in one period: these are added up, and only the others are put in order.
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
    legs AS MATERIALIZED (
      SELECT *, coalesce(period <= last_period, true) AS is_in_time FROM (
        SELECT *, ${period} AS period, CASE WHEN ${isOver} THEN ${lastPeriod} END AS last_period
        FROM (${optionLegsSql(where)}) legs
      ) dated
    ), contracts AS MATERIALIZED (
      SELECT ${contract}, ${isSimple} AS is_simple, min(last_period) AS last_period, array_agg(id) AS ids,
        sum(opened) AS pieces, sum(amount) FILTER (WHERE opened > 0) AS amount,
        min(period) FILTER (WHERE closed > 0) AS period, coalesce(sum(closed) FILTER (WHERE is_in_time), 0) AS gone
      FROM legs GROUP BY ${contract}
    ), simple AS (
      SELECT symbol, period, last_period, amount, ${portion('amount', 'pieces', 'gone')} AS taken
      FROM contracts WHERE is_simple AND pieces > 0
    ), ${inOrder}, realised_options AS (
      SELECT symbol, period, sum(taken) AS taken FROM simple WHERE taken <> 0 GROUP BY symbol, period
      UNION ALL
      SELECT symbol, last_period, sum(amount - taken) FROM simple WHERE last_period IS NOT NULL GROUP BY symbol, last_period
      UNION ALL
      ${takenSql('begun_openings', 'departures')}
      UNION ALL
      SELECT symbol, last_period, sum(amount - ${portion('amount', 'pieces', 'all_gone - begins')})
        FROM openings WHERE last_period IS NOT NULL AND all_gone < ends GROUP BY symbol, last_period
      UNION ALL
      SELECT symbol, period, sum(amount) FROM legs WHERE opened = 0 GROUP BY symbol, period
    )`;
}

/** One leg, one side, one opening at most, and closings in one period. */
const isSimple = `count(*) FILTER (WHERE opened > 0) <= 1
  AND min(stated) IS NOT DISTINCT FROM max(stated)
  AND NOT (bool_or(is_long) AND bool_or(NOT is_long AND opened + closed > 0))
  AND min(period) FILTER (WHERE closed > 0) IS NOT DISTINCT FROM max(period) FILTER (WHERE closed > 0)`;

/** The entries of all other contracts; null is no key of a join, but their ids are. */
const otherLegs =
  'SELECT legs.* FROM legs JOIN (SELECT unnest(ids) AS id FROM contracts WHERE NOT is_simple) others USING (id)';

/** The queue of each side of each position, what has left it by the end of each period, and by the expiration. */
const inOrder = `
    moves AS MATERIALIZED (
      SELECT symbol, period, last_period, is_in_time, amount, opened, closed, first_value(id) OVER earlier AS queue,
        sum(opened) OVER earlier AS ends, sum(amount) FILTER (WHERE opened > 0) OVER earlier AS sum,
        sum(closed) OVER earlier AS gone, sum(closed) FILTER (WHERE is_in_time) OVER (PARTITION BY ${position}, is_long) AS all_gone
      FROM (${namedLegsSql(otherLegs)}) named
      WINDOW earlier AS (PARTITION BY ${position}, is_long ORDER BY ts, id ROWS UNBOUNDED PRECEDING)
    ), openings AS (
      SELECT queue, symbol, last_period, ends - opened AS begins, sum - amount AS before, amount, opened AS pieces, ends,
        coalesce(all_gone, 0) AS all_gone
      FROM moves WHERE opened > 0
    ), begun_openings AS (
      SELECT * FROM openings WHERE begins < all_gone
    ), departures AS (
      SELECT queue, symbol, period, max(gone) AS gone FROM moves WHERE closed > 0 AND is_in_time GROUP BY queue, symbol, period
    )`;
