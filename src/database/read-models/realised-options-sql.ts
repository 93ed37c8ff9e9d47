import { closesLong, closesShort, isOptionLeg, opensLong, opensShort, statedLeg } from './entry-kinds.js';
import { takenSql } from './fifo-sql.js';

/** One side of one option of an account. */
const key = 'expiration, symbol, strike, account_id, leg, is_long';
/** More contracts than there are. */
const allOfThem = '10000000000000';

/**
 * SQL for common table expressions, of which `realised_options` has the profit of options by symbol and period: what closing took
 * or gave, and the premium of the contracts that it closed, first in, first out. What is left is closed by the end of its
 * expiration day. Nulls are told by values that no column takes, as a join needs; a symbol is null again in the end.
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
      SELECT account_id, coalesce(symbol, '') AS symbol, coalesce(strike, -1) AS strike,
        coalesce(expiration, 'infinity') AS expiration, ts, id, ${period} AS period, amount, coalesce(qty, 0) AS qty,
        ${statedLeg} AS leg, ${opensLong} OR ${closesLong} AS is_long,
        qty > 0 AND (${opensShort} OR ${opensLong}) AS opens, qty > 0 AND (${closesShort} OR ${closesLong}) AS closes
      FROM journal WHERE ${where} AND ${isOptionLeg}
    ), contracts AS (
      SELECT account_id, symbol, strike, expiration, min(leg) AS known_leg FROM legs WHERE leg IS NOT NULL
      GROUP BY account_id, symbol, strike, expiration HAVING min(leg) = max(leg)
    ), moves AS (
      SELECT legs.*, coalesce(leg, known_leg, '') AS known FROM legs
        LEFT JOIN contracts USING (account_id, symbol, strike, expiration)
      WHERE opens OR closes
    ), openings AS (
      SELECT *, ends - pieces AS begins FROM (
        SELECT expiration, symbol, strike, account_id, known AS leg, is_long, amount, qty AS pieces,
          sum(qty) OVER (PARTITION BY expiration, symbol, strike, account_id, known, is_long
            ORDER BY ts, id ROWS UNBOUNDED PRECEDING) AS ends
        FROM moves WHERE opens
      ) queue
    ), closings AS (
      SELECT expiration, symbol, strike, account_id, known AS leg, is_long, period, sum(qty) AS closed
        FROM moves WHERE closes GROUP BY expiration, symbol, strike, account_id, known, is_long, period
      UNION ALL
      SELECT DISTINCT ${key}, ${lastPeriod}, ${allOfThem} FROM openings WHERE ${isOver}
    ), departures AS (
      SELECT *, gone_to - closed AS gone_from FROM (
        SELECT *, sum(closed) OVER (PARTITION BY ${key} ORDER BY period ROWS UNBOUNDED PRECEDING) AS gone_to FROM closings
      ) queue
    ), realised_options AS (
      ${takenSql('symbol, period', key, 'openings', 'departures')}
      UNION ALL
      SELECT symbol, period, sum(amount) FROM legs WHERE NOT coalesce(opens, false) GROUP BY symbol, period
    )`;
}
