import { recorded } from './entry-order.js';
import { isShareTrade } from '../journal/entry-kinds.js';
import { ratio } from './lots.js';

/** Cost-basis methods: average cost, or first in, first out. */
export const costMethods = ['average', 'fifo'] as const;
export type CostMethod = (typeof costMethods)[number];

/**
 * Order of trades. At one instant purchases precede sales: the browser application stored days
 * only, and shares bought and sold on one day must not be sold before they are bought.
 */
const tradeOrder = 'ts, is_sale, recorded, id';

/**
 * SQL for the share trades among the entries that meet a condition: shares `bought` and `sold`, and
 * the `cost` of a purchase. None of them is negative.
 */
export function shareTradesSql(where: string): string {
  return `
    SELECT account_id, symbol, ts, day, ${recorded}, id, amount, type = 'share_sale' AS is_sale,
      CASE type WHEN 'assignment_shares' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS bought,
      CASE type WHEN 'share_sale' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS sold,
      CASE type WHEN 'assignment_shares' THEN abs(amount) ELSE 0.00000000 END AS cost
    FROM journal WHERE ${where} AND ${isShareTrade}`;
}

/** SQL for shares and total cost of each account and symbol, at average cost. */
export function averageLotsSql(trades: string, order = tradeOrder): string {
  return `
    SELECT account_id, symbol, state[1] AS shares, state[2] AS cost
    FROM (
      SELECT account_id, symbol, average_cost(bought - sold, cost ORDER BY ${order}) AS state
      FROM (${trades}) trades GROUP BY account_id, symbol
    ) lots`;
}

/**
 * SQL for shares and total cost of each account and symbol, first in, first out. Each purchase
 * loses the cost of its sold shares, rounded to eight places. `gone` is the number of shares sold
 * from the queue of all purchases, in which a purchase reaches from `begins` to `ends`.
 */
export function fifoLotsSql(trades: string): string {
  const gone = `(cost * least(greatest(gone - begins, 0), bought))`;
  return `
    SELECT account_id, symbol, sum(bought) - max(gone) AS shares,
      sum(cost - ${ratio(gone, 'bought')}) FILTER (WHERE bought > 0) AS cost
    FROM (
      SELECT *, ends - bought AS begins, max(ends - held) OVER (PARTITION BY account_id, symbol) AS gone
      FROM (${shareQueueSql(trades)}) queue
    ) lots
    GROUP BY account_id, symbol`;
}

/**
 * SQL that adds to each trade `ends`, all shares bought so far, and `held`, the shares held after
 * it. A sale of more shares than are held leaves zero: `held` is the running net of all trades
 * minus the lowest negative net so far.
 */
function shareQueueSql(trades: string): string {
  return `
    SELECT *, net - least(min(net) OVER (PARTITION BY account_id, symbol ORDER BY ${tradeOrder} ROWS UNBOUNDED PRECEDING), 0) AS held
    FROM (
      SELECT *, sum(bought) OVER earlier AS ends, sum(bought - sold) OVER earlier AS net
      FROM (${trades}) trades
      WINDOW earlier AS (PARTITION BY account_id, symbol ORDER BY ${tradeOrder} ROWS UNBOUNDED PRECEDING)
    ) changes`;
}
