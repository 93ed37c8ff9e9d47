import { optionPremiumTypes } from '../entities/entry-type.js';

/** SQL for the elements of a list of entry types. */
export const typeList = (types: readonly string[]) => types.map((type) => `'${type}'`).join(', ');

// Conditions in SQL on an entry: what it does to a position. The guide to the read models has them in words.

export const isOptionLeg = `type IN (${typeList(optionPremiumTypes)})`;
export const isShareTrade = `type IN ('assignment_shares', 'share_sale')`;

/** An expiration entry as the browser application wrote it beforehand closes nothing: the day itself tells. */
const isAssigned = `type = 'expiration' AND meta->'assigned' = 'true'`;
/** An assignment ends short contracts, unless it says that it is an exercise of long ones. */
const endsLong = `coalesce(meta->>'closes' = 'buy_to_open', false)`;

export const opensShort = `type IN ('sell_to_open', 'option_premium')`;
export const opensLong = `type = 'buy_to_open'`;
export const closesShort = `(type = 'buy_to_close' OR ${isAssigned} AND NOT ${endsLong})`;
export const closesLong = `(type = 'sell_to_close' OR ${isAssigned} AND ${endsLong})`;

/** SQL for what an entry says of put and call; null where it says nothing. */
export const statedLeg = `CASE meta->>'leg' WHEN 'put' THEN 'put' WHEN 'call' THEN 'call' END COLLATE "C"`;
