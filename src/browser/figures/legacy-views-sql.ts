import { isShareTrade, typeList } from '../../journal/entry-kinds.js';
import { ratio } from '../../figures/exact-ratio.js';

// The rules of the views `v_weekly_premium` and `v_cost_basis` once more, for entries that a view
// cannot be asked for: those of an account, or as known at an instant. A migration has the views,
// and does not change; a test compares both, row by row.

const premiumTypes = ['sell_to_open', 'buy_to_close', 'expiration', 'option_premium'];

/** `%Y-%W` of SQLite: how many Mondays the year has had. */
const sqliteWeek = `to_char(happened, 'YYYY-') || to_char(div(extract(doy FROM happened) + 7 - extract(isodow FROM happened), 7), 'FM00')`;

/** SQL for the rows of `v_weekly_premium` over the entries that meet a condition. */
export function weeklyPremiumSql(where: string): string {
  return `
    SELECT user_id, ${sqliteWeek} AS week, symbol,
      sum(CASE WHEN type IN (${typeList(premiumTypes)}) THEN amount ELSE 0.00000000 END) AS premium
    FROM (SELECT user_id, symbol, type, amount, ts AT TIME ZONE 'UTC' AS happened FROM journal WHERE ${where}) entries
    GROUP BY 1, 2, 3
    ORDER BY week, symbol`;
}

/** SQL for the rows of `v_cost_basis` over the entries that meet a condition. */
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
