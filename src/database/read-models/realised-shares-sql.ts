import { takenSql } from './fifo-sql.js';
import { shareQueueSql } from './share-trade-sql.js';
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
        SELECT coalesce(symbol, '') AS symbol, ${period} AS period, is_sale, amount,
          average_cost(bought - sold, cost) OVER (PARTITION BY account_id, symbol ORDER BY ts, id ROWS UNBOUNDED PRECEDING) AS state
        FROM (${trades}) trades
      ) sales
      GROUP BY symbol, period
    )`;
}

function firstInFirstOut(trades: string, period: string): string {
  return `
    share_queue AS MATERIALIZED (
      SELECT account_id, coalesce(symbol, '') AS symbol, ${period} AS period, is_sale, amount, cost, bought, ends, ends - held AS gone
      FROM (${shareQueueSql(trades)}) queue
    ), share_lots AS (
      SELECT account_id, symbol, cost AS amount, bought AS pieces, ends - bought AS begins, ends FROM share_queue WHERE bought > 0
    ), share_departures AS (
      SELECT *, lag(gone_to, 1, 0) OVER (PARTITION BY account_id, symbol ORDER BY period) AS gone_from FROM (
        SELECT account_id, symbol, period, max(gone) AS gone_to FROM share_queue GROUP BY account_id, symbol, period
      ) gone
    ), realised_shares AS (
      SELECT symbol, period, -taken AS profit FROM (
        ${takenSql('symbol, period', 'account_id, symbol', 'share_lots', 'share_departures')}
      ) cost
      UNION ALL
      SELECT symbol, period, sum(amount) FROM share_queue WHERE is_sale GROUP BY symbol, period
    )`;
}
