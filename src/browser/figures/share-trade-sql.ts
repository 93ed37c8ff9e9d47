import { isShareTrade } from '../../journal/entry-kinds.js';

/**
 * SQL for the share trades among the entries that meet a condition: shares `bought` and `sold`, and
 * the `cost` of a purchase. None of them is negative.
 */
export function shareTradesSql(where: string): string {
  return `
    SELECT symbol, ts, coalesce(recorded, 0) AS recorded, id,
      CASE type WHEN 'assignment_shares' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS bought,
      CASE type WHEN 'share_sale' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS sold,
      CASE type WHEN 'assignment_shares' THEN abs(amount) ELSE 0.00000000 END AS cost
    FROM journal WHERE ${where} AND ${isShareTrade}`;
}

/** SQL for shares and total cost of each symbol at average cost, by trades in an order. */
export function averageLotsSql(trades: string, order: string): string {
  return `
    SELECT symbol, state[1] AS shares, state[2] AS cost
    FROM (
      SELECT symbol, average_cost(bought - sold, cost ORDER BY ${order}) AS state
      FROM (${trades}) trades GROUP BY symbol
    ) lots`;
}

/**
 * SQL for the quotient, rounded half away from zero to eight places. The divisor must be positive.
 *
 * `/` of numeric already rounds, to a scale that PostgreSQL chooses. Rounding its result again can
 * be off by one in the last place. `div` truncates exactly.
 */
export function ratio(dividend: string, divisor: string): string {
  return `sign(${dividend}) * div(abs(${dividend}) * 200000000 + ${divisor}, ${divisor} * 2) * 0.00000001`;
}
