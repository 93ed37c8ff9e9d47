import { closesLong, closesShort, isOptionLeg, opensLong, opensShort, statedLeg } from './entry-kinds.js';

/**
 * SQL for the option positions of the entries that meet a condition: one row for each account, symbol, leg, strike and expiration,
 * with what was opened and closed on either side. An entry that does not say whether it is a put or a call is of the leg that
 * the others of its account, symbol, strike and expiration name, if they name one.
 */
export function optionPositionsSql(where: string): string {
  return `
    SELECT account_id, symbol, coalesce(leg, CASE WHEN first_leg = last_leg THEN first_leg END) AS leg, strike, expiration,
      min(opened_at) AS opened_at,
      sum(short_opened) AS short_opened, sum(short_premium) AS short_premium,
      greatest(sum(short_opened) - sum(short_closed), 0.00000000) AS short,
      sum(long_opened) AS long_opened, sum(long_premium) AS long_premium,
      greatest(sum(long_opened) - sum(long_closed), 0.00000000) AS long
    FROM (
      SELECT *, min(leg) OVER contract AS first_leg, max(leg) OVER contract AS last_leg
      FROM (${openedAndClosed(where)}) stated
      WINDOW contract AS (PARTITION BY expiration, symbol, strike, account_id)
    ) known
    GROUP BY 1, 2, 3, 4, 5`;
}

function openedAndClosed(where: string): string {
  const sum = (what: string, condition: string) =>
    `coalesce(sum(${what}) FILTER (WHERE ${condition}), 0.00000000)`;
  return `
    SELECT account_id, symbol, leg, strike, expiration,
      min(ts) FILTER (WHERE opens_short OR opens_long) AS opened_at,
      ${sum('qty', 'opens_short')} AS short_opened, ${sum('abs(amount)', 'opens_short')} AS short_premium,
      ${sum('qty', 'closes_short')} AS short_closed,
      ${sum('qty', 'opens_long')} AS long_opened, ${sum('abs(amount)', 'opens_long')} AS long_premium,
      ${sum('qty', 'closes_long')} AS long_closed
    FROM (
      SELECT account_id, symbol, strike, expiration, ts, qty, amount, ${statedLeg} AS leg,
        qty > 0 AND ${opensShort} AS opens_short, ${closesShort} AS closes_short,
        qty > 0 AND ${opensLong} AS opens_long, ${closesLong} AS closes_long
      FROM journal WHERE ${where} AND ${isOptionLeg}
    ) legs
    GROUP BY account_id, symbol, leg, strike, expiration`;
}
