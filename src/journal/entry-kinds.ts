import { optionPremiumTypes } from '../model/entry-type.js';

/** SQL for the elements of a list of entry types. */
export const typeList = (types: readonly string[]) => types.map((type) => `'${type}'`).join(', ');

// Conditions in SQL on an entry: what it does to a position. The guide to the read models has them
// in words.

export const isOptionLeg = `type IN (${typeList(optionPremiumTypes)})`;
export const isShareTrade = `type IN ('assignment_shares', 'share_sale')`;

/** What opened a position for the browser application, which knew no other than short ones. */
export const opensShort = `type IN ('sell_to_open', 'option_premium')`;

export const opens = `type IN ('sell_to_open', 'option_premium', 'buy_to_open')`;

/**
 * An expiration entry without an assignment closes nothing, as the browser application wrote it
 * beforehand: the day itself tells.
 */
export const closes = `(type IN ('buy_to_close', 'sell_to_close') OR type = 'expiration' AND meta->'assigned' = 'true')`;

/**
 * Whether it is of the long side. An assignment ends short contracts, unless it says that it is an
 * exercise of long ones.
 */
export const isLong = `(type IN ('buy_to_open', 'sell_to_close')
  OR type = 'expiration' AND coalesce(meta->>'closes' = 'buy_to_open', false))`;

/** SQL for what an entry says of put and call; null where it says nothing. */
export const statedLeg = `CASE meta->>'leg' WHEN 'put' THEN 'put' WHEN 'call' THEN 'call' END COLLATE "C"`;
