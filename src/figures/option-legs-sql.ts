import { recorded } from './entry-order.js';
import { closes, isLong, isOptionLeg, opens, statedLeg } from '../journal/entry-kinds.js';

/** Columns that identify an option in an account, in the order that sorts fastest. */
export const contractKey = 'expiration, symbol, strike, account_id';

/** Columns that identify a position. */
export const positionKey = `${contractKey}, leg`;

/**
 * SQL for the option entries that meet a condition. Each has the contracts that it `opened` and
 * `closed`, the side (`is_long`), and the leg that its `meta` states (`stated`, may be null).
 *
 * Leaves out entries that move neither contracts nor cash and state no leg: the browser application
 * wrote one such entry per option.
 */
export function optionLegsSql(where: string): string {
  return `
    SELECT * FROM (
      SELECT ${contractKey}, ts, day, ${recorded}, id, amount, ${statedLeg} AS stated, ${isLong} AS is_long,
        CASE WHEN qty > 0 AND ${opens} THEN qty ELSE 0.00000000 END AS opened,
        CASE WHEN qty > 0 AND ${closes} THEN qty ELSE 0.00000000 END AS closed
      FROM journal WHERE ${where} AND ${isOptionLeg}
    ) legs
    WHERE opened > 0 OR closed > 0 OR amount <> 0 OR stated IS NOT NULL`;
}

/**
 * SQL that adds the column `leg` to `optionLegsSql`. An entry that states no leg gets the leg that
 * the other entries of its contract state, if all of them state the same; otherwise null.
 */
export function resolvedLegsSql(legs: string): string {
  return `
    SELECT *, coalesce(stated, CASE WHEN min(stated) OVER same = max(stated) OVER same THEN min(stated) OVER same END) AS leg
    FROM (${legs}) legs
    WINDOW same AS (PARTITION BY ${contractKey})`;
}
