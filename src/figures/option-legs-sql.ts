import { recorded } from './entry-order.js';
import { closes, isLong, isOptionLeg, opens, statedLeg } from '../journal/entry-kinds.js';

/** One option of an account, in an order by which it is sorted fast. */
export const contract = 'expiration, symbol, strike, account_id';

/** What a position is of. */
export const position = `${contract}, leg`;

/**
 * SQL for the entries on options among those that meet a condition, each with the contracts that it
 * `opened` and `closed` of the side that `is_long` tells, and the leg that it has `stated`. Those
 * that neither move contracts or cash nor state a leg are left out, as the browser application
 * wrote one for each option.
 */
export function optionLegsSql(where: string): string {
  return `
    SELECT * FROM (
      SELECT ${contract}, ts, day, ${recorded}, id, amount, ${statedLeg} AS stated, ${isLong} AS is_long,
        CASE WHEN qty > 0 AND ${opens} THEN qty ELSE 0.00000000 END AS opened,
        CASE WHEN qty > 0 AND ${closes} THEN qty ELSE 0.00000000 END AS closed
      FROM journal WHERE ${where} AND ${isOptionLeg}
    ) legs
    WHERE opened > 0 OR closed > 0 OR amount <> 0 OR stated IS NOT NULL`;
}

/**
 * SQL for the same with the leg of each: an entry that does not say whether it is a put or a call
 * is of the leg that the others of its contract name, if they name one.
 */
export function namedLegsSql(legs: string): string {
  return `
    SELECT *, coalesce(stated, CASE WHEN min(stated) OVER same = max(stated) OVER same THEN min(stated) OVER same END) AS leg
    FROM (${legs}) legs
    WINDOW same AS (PARTITION BY ${contract})`;
}
