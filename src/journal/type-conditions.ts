import { literalList } from '../model/sql-text.js';
import { optionPremiumTypes } from '../model/entry-type.js';

// SQL conditions on the type of an entry.

export const isOptionLeg = `type IN (${literalList(optionPremiumTypes)})`;
export const isShareTrade = `type IN ('assignment_shares', 'share_sale')`;

/** Opens a position in the browser application, which knows short positions only. */
export const opensShort = `type IN ('sell_to_open', 'option_premium')`;
