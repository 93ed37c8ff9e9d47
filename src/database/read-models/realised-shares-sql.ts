import { takenSql } from './fifo-sql.js';
import { inOrder, shareQueueSql } from './share-trade-sql.js';
import type { CostMethod } from './share-trade-sql.js';

/**
 * SQL for common table expressions, of which `realised_shares` has what was received for shares, less their cost, by symbol and
 * period.
 *
 * @param trades SQL of `shareTradesSql`
 * @param period of `ts`, in SQL
 */
export function realisedSharesSql(trades: string, method: CostMethod, period: string): string {
  return method === 'average' ? atAverageCost(trades, period) : firstInFirstOut(trades, period);
}

function atAverageCost(trades: string, period: string): string {
  return `
    realised_shares AS (
      SELECT symbol, period, sum(CASE WHEN is_sale THEN amount ELSE 0 END - state[3]) AS profit
      FROM (
        SELECT symbol, ${period} AS period, is_sale, amount,
          average_cost(bought - sold, cost) OVER (PARTITION BY account_id, symbol ORDER BY ${inOrder} ROWS UNBOUNDED PRECEDING) AS state
        FROM (${trades}) trades
      ) sales
      GROUP BY symbol, period
    )`;
}

function firstInFirstOut(trades: string, period: string): string {
  return `
    share_queue AS MATERIALIZED (
      SELECT symbol, ${period} AS period, is_sale, amount, cost, bought, ends, ends - held AS gone,
        first_value(id) OVER earlier AS queue, sum(cost) FILTER (WHERE bought > 0) OVER earlier AS sum
      FROM (${shareQueueSql(trades)}) trades
      WINDOW earlier AS (PARTITION BY account_id, symbol ORDER BY ${inOrder} ROWS UNBOUNDED PRECEDING)
    ), purchases AS (
      SELECT queue, ends - bought AS begins, sum - cost AS before, cost AS amount, bought AS pieces FROM share_queue WHERE bought > 0
    ), sales AS (
      SELECT queue, symbol, period, max(gone) AS gone FROM share_queue GROUP BY queue, symbol, period
    ), realised_shares AS (
      SELECT symbol, period, -taken AS profit FROM (${takenSql('purchases', 'sales')}) cost
      UNION ALL
      SELECT symbol, period, sum(amount) FROM share_queue WHERE is_sale GROUP BY symbol, period
    )`;
}
