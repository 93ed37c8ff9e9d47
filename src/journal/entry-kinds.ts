import { literalList } from '../model/sql-text.js';
import { optionPremiumTypes } from '../model/entry-type.js';

// SQL conditions: the effect of an entry on a position. docs/guides/read-models.md defines them.

export const isOptionLeg = `type IN (${literalList(optionPremiumTypes)})`;
export const isShareTrade = `type IN ('assignment_shares', 'share_sale')`;

/** Opens a position in the browser application, which knows short positions only. */
export const opensShort = `type IN ('sell_to_open', 'option_premium')`;

export const opens = `type IN ('sell_to_open', 'option_premium', 'buy_to_open')`;

/**
 * An expiration entry closes a position only if assigned. The browser application writes the others
 * in advance, so the expiration day itself closes the position.
 */
export const closes = `(type IN ('buy_to_close', 'sell_to_close') OR type = 'expiration' AND meta->'assigned' = 'true')`;

/**
 * The entry concerns a long position. An assignment closes a short position, unless
 * `meta.closes` is `buy_to_open`: the exercise of a long position.
 */
export const isLong = `(type IN ('buy_to_open', 'sell_to_close')
  OR type = 'expiration' AND coalesce(meta->>'closes' = 'buy_to_open', false))`;

/** `put` or `call` from `meta.leg`; null if the entry has neither. */
export const statedLeg = `CASE meta->>'leg' WHEN 'put' THEN 'put' WHEN 'call' THEN 'call' END COLLATE "C"`;
