import { isShareTrade } from '../../journal/type-conditions.js';
import { literalList } from '../../model/sql-text.js';

// The queries of the views `v_weekly_premium` and `v_cost_basis` with a condition: a view cannot
// filter by account or instant. Repeats the SQL of the migration that creates the views, because a
// migration must not change. A test compares the rows of both.

const premiumTypes = ['sell_to_open', 'buy_to_close', 'expiration', 'option_premium'];

/** `%Y-%W` of SQLite: the year, and the number of its Mondays so far. */
const sqliteWeek = `to_char(happened, 'YYYY-') || to_char(div(extract(doy FROM happened) + 7 - extract(isodow FROM happened), 7), 'FM00')`;

/** SQL for the rows of `v_weekly_premium` from the entries that meet a condition. */
export function weeklyPremiumSql(where: string): string {
  return `
    SELECT user_id, ${sqliteWeek} AS week, symbol,
      sum(CASE WHEN type IN (${literalList(premiumTypes)}) THEN amount ELSE 0.00000000 END) AS premium
    FROM (SELECT user_id, symbol, type, amount, ts AT TIME ZONE 'UTC' AS happened FROM journal WHERE ${where}) entries
    GROUP BY 1, 2, 3
    ORDER BY week, symbol`;
}

/** SQL for the rows of `v_cost_basis` from the entries that meet a condition. */
export function costBasisSql(where: string): string {
  const sharesOf = (type: string) => `sum(CASE type WHEN '${type}' THEN qty ELSE 0.00000000 END)`;
  return `
    SELECT user_id, symbol, shares, net_cash,
      CASE WHEN shares <> 0 THEN ${ratio('(-net_cash * sign(shares))', 'abs(shares)')} END AS avg_cost
    FROM (
      SELECT user_id, symbol, ${sharesOf('assignment_shares')} - ${sharesOf('share_sale')} AS shares,
        sum(CASE WHEN ${isShareTrade} THEN amount ELSE 0.00000000 END) AS net_cash
      FROM journal WHERE ${where} GROUP BY user_id, symbol
    ) flows
    ORDER BY symbol`;
}

/**
 * SQL for shares and total cost of each symbol at average cost. Trades apply from the newest to the
 * oldest.
 */
export function lotsSql(where: string): string {
  return `
    SELECT symbol, state[1] AS shares, state[2] AS cost
    FROM (
      SELECT symbol, average_cost(bought - sold, cost ORDER BY ts DESC, recorded, id) AS state
      FROM (
        SELECT symbol, ts, coalesce(recorded, 0) AS recorded, id,
          CASE type WHEN 'assignment_shares' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS bought,
          CASE type WHEN 'share_sale' THEN coalesce(qty, 0.00000000) ELSE 0.00000000 END AS sold,
          CASE type WHEN 'assignment_shares' THEN abs(amount) ELSE 0.00000000 END AS cost
        FROM journal WHERE ${where} AND ${isShareTrade}
      ) trades GROUP BY symbol
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
