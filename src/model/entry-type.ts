/**
 * The types of the browser application, and `buy_to_open` and `sell_to_close`, which open and close
 * long positions.
 */
export const browserEntryTypes = [
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

/** The types that a journal of the browser application cannot express. */
export const serverEntryTypes = [
  'split',
  'symbol_change',
  'merger',
  'spin_off',
  'return_of_capital',
  'option_adjustment',
  'position_transfer',
  'shares_received',
  'interest',
  'dividend_in_lieu',
  'securities_lending',
  'withheld_tax',
  'rebate',
] as const;

/** The types of journal entries. */
export const entryTypes = [...browserEntryTypes, ...serverEntryTypes] as const;
export type EntryType = (typeof entryTypes)[number];
export type ServerEntryType = (typeof serverEntryTypes)[number];

/**
 * The types whose amounts are premium: those of `v_weekly_premium` of the browser application, and
 * `buy_to_open` and `sell_to_close`.
 */
export const optionPremiumTypes: readonly EntryType[] = [
  'sell_to_open',
  'buy_to_close',
  'buy_to_open',
  'sell_to_close',
  'expiration',
  'option_premium',
];

/** The types that are `closed` in the browser application whatever their expiration. */
export const sharesOrExpirationTypes: readonly EntryType[] = [
  'expiration',
  'assignment_shares',
  'share_sale',
];
