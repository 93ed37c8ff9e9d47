import { closesLong, closesShort, isOptionLeg, opensLong, opensShort, statedLeg } from './entry-kinds.js';

/** One option of an account, in an order by which it is sorted fast. */
const contract = 'expiration, symbol, strike, account_id';

/**
 * SQL for the entries on options among those that meet a condition, each with the contracts that it `opened` and `closed` of the
 * side that `is_long` tells, and with its leg. An entry that does not say whether it is a put or a call is of the leg that the
 * others of its contract name, if they name one. Those that neither move contracts or cash nor name a leg are left out, as the
 * browser application wrote one for each option.
 */
export function optionLegsSql(where: string): string {
  return `
    SELECT *, coalesce(stated, CASE WHEN min(stated) OVER same = max(stated) OVER same THEN min(stated) OVER same END) AS leg
    FROM (
      SELECT ${contract}, ts, id, amount, ${statedLeg} AS stated, ${opensLong} OR ${closesLong} AS is_long,
        CASE WHEN qty > 0 AND (${opensShort} OR ${opensLong}) THEN qty ELSE 0.00000000 END AS opened,
        CASE WHEN qty > 0 AND (${closesShort} OR ${closesLong}) THEN qty ELSE 0.00000000 END AS closed
      FROM journal WHERE ${where} AND ${isOptionLeg}
    ) legs
    WHERE opened > 0 OR closed > 0 OR amount <> 0 OR stated IS NOT NULL
    WINDOW same AS (PARTITION BY ${contract})`;
}

/** What a position is of: the same, and a leg. */
export const position = `${contract}, leg`;
