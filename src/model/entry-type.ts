/**
 * What a journal entry records. Ten of these are written by the browser application; `buy_to_open`
 * and `sell_to_close` are the long side of its documentation.
 */
export const entryTypes = [
  'sell_to_open',
  'buy_to_close',
  'buy_to_open',
  'sell_to_close',
  'expiration',
  'assignment_shares',
  'share_sale',
  'dividend',
  'fee',
  'transfer',
  'correction',
  'option_premium',
] as const;
export type EntryType = (typeof entryTypes)[number];

/**
 * The types whose amounts are premium: those of the browser application's `v_weekly_premium`, and
 * the long side.
 */
export const optionPremiumTypes: readonly EntryType[] = [
  'sell_to_open',
  'buy_to_close',
  'buy_to_open',
  'sell_to_close',
  'expiration',
  'option_premium',
];

/** The types that the browser application takes for closed whatever their expiration. */
export const sharesOrExpirationTypes: readonly EntryType[] = [
  'expiration',
  'assignment_shares',
  'share_sale',
];
