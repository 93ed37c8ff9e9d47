import { recorded } from './entry-order.js';
import { isShareTrade } from '../journal/entry-kinds.js';
import { ratio } from './exact-ratio.js';

/** How the cost of the shares that are sold is told from that of those that stay. */
export const costMethods = ['average', 'fifo'] as const;
export type CostMethod = (typeof costMethods)[number];

/**
 * The order in which trades follow each other. Of the same instant, what is bought comes first: the
 * browser application knew days only, and shares that are sold on the day on which they came are
 * not sold before it.
 */
const inOrder = 'ts, is_sale, recorded, id';

/**
 * SQL for the share trades among the entries that meet a condition: shares bought and sold, and the
 * cost of what was bought.
 */
export function shareTradesSql(where: string): string {
  return `
    SELECT account_id, symbol, ts, day, ${recorded}, id, amount, type = 'share_sale' AS is_sale,
      CASE type WHEN 'assignment_shares' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS bought,
      CASE type WHEN 'share_sale' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS sold,
      CASE type WHEN 'assignment_shares' THEN abs(amount) ELSE 0.00000000 END AS cost
    FROM journal WHERE ${where} AND ${isShareTrade}`;
}

/**
 * SQL for shares and total cost of each lot at average cost, of trades in their order unless
 * another one is given.
 */
export function averageLotsSql(trades: string, order = inOrder): string {
  return `
    SELECT account_id, symbol, state[1] AS shares, state[2] AS cost
    FROM (
      SELECT account_id, symbol, average_cost(bought - sold, cost ORDER BY ${order}) AS state
      FROM (${trades}) trades GROUP BY account_id, symbol
    ) lots`;
}

/**
 * SQL for shares and total cost of each lot where those bought first are sold first. What is gone
 * of a purchase takes the rounded part of its cost along.
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
 * SQL for the trades with the place of what they buy in the queue of all that was ever bought, from
 * `ends - bought` to `ends`, and with the shares that are `held` after each. What is sold beyond
 * what is held is nobody's: so the sum of all changes, less the lowest that it ever was below zero.
 */
function shareQueueSql(trades: string): string {
  return `
    SELECT *, net - least(min(net) OVER (PARTITION BY account_id, symbol ORDER BY ${inOrder} ROWS UNBOUNDED PRECEDING), 0) AS held
    FROM (
      SELECT *, sum(bought) OVER earlier AS ends, sum(bought - sold) OVER earlier AS net
      FROM (${trades}) trades
      WINDOW earlier AS (PARTITION BY account_id, symbol ORDER BY ${inOrder} ROWS UNBOUNDED PRECEDING)
    ) changes`;
}
