// Written by `npm run types:generate`; do not edit it.
import type { EntryType } from '../model/entry-type.js';
import type { DecimalString } from '../model/decimal.js';
import type { SubscriptionTier } from '../model/subscription-tier.js';

/** A brokerage account of a user. */
export interface AccountRow {
  /** The user to whom the account belongs. */
  user_id: string;

  /** Unique within the user; chosen by the client, such as acct-1. */
  id: string;

  /** As the user calls it. */
  name: string;

  /** When the account was created. */
  created_at: Date;

  /** When the row was last changed. */
  updated_at: Date;

  /** When the user closed it; null while it is open. It takes entries all the same. */
  closed_at: Date | null;
}

/** A row to insert into `accounts`. Columns with a default are optional. */
export interface NewAccountRow {
  user_id: string;
  id: string;
  name: string;
  created_at?: Date;
  updated_at?: Date;
  closed_at?: Date | null;
}

/** Columns to update in rows of `accounts`. */
export interface AccountRowUpdate {
  user_id?: string;
  id?: string;
  name?: string;
  created_at?: Date;
  updated_at?: Date;
  closed_at?: Date | null;
}

/** One action of a trader a row, never rewritten: positions, lots and totals are derived from it. */
export interface JournalRow {
  /** The user to whom the entry belongs. */
  user_id: string;

  /** Unique within the user; chosen by the client, whose idempotency key it is, or else a UUIDv7. */
  id: string;

  /** When it happened, to the millisecond. */
  ts: Date;

  /** The account of the same user in which it happened. */
  account_id: string;

  /** Ticker, such as BRK.B; null for fees and transfers that concern none. */
  symbol: string | null;

  /** What the entry records, such as sell_to_open or dividend. */
  type: EntryType;

  /** Contracts (of 100 shares) for option legs, shares for share trades; never negative; null where it means nothing. */
  qty: DecimalString | null;

  /** Cash in the currency of the account: + in, - out. */
  amount: DecimalString;

  /** Strike of an option leg; for share trades the price per share. */
  strike: DecimalString | null;

  /** Expiration day of an option leg, which belongs to no time zone. */
  expiration: string | null;

  /** Price of the underlying share when the entry was made. */
  underlying_price: DecimalString | null;

  /** What the trader noted. */
  notes: string | null;

  /** Whatever else the client keeps with the entry (leg, template, roll links); always an object. */
  meta: Record<string, unknown>;

  /** When the entry was removed or replaced, which is final; null while it is live. */
  deleted_at: Date | null;

  /** Who removed, replaced or, on the new entry of a restoration, restored it. */
  edited_by: string | null;

  /** Why it was removed, replaced or restored. */
  edit_reason: string | null;

  /** The entry of the same user that this one follows, by amendment or restoration; it has one successor at most. */
  original_entry_id: string | null;

  /** When the row was written; for imported entries as the old journal has it. */
  created_at: Date;

  /** When the row was last changed. */
  updated_at: Date;

  /** The calendar day of an entry without a time of day, by which figures count it; otherwise null. */
  day: string | null;

  /** The recording order of entries of one instant: microseconds since 1970; null for those written before it was kept. */
  recorded: string | null;

  /** New shares or contracts for every ratio_from old ones; of splits, mergers, spin-offs and option adjustments. */
  ratio_to: number | null;

  /** Old shares or contracts that become ratio_to new ones. */
  ratio_from: number | null;

  /** Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off. */
  target_symbol: string | null;

  /** Strike after an option adjustment. */
  target_strike: DecimalString | null;

  /** The account of the same user to which a position is transferred. */
  target_account_id: string | null;

  /** Price units per contract: the cash of a contract is its price times the multiplier; null means 100. */
  multiplier: DecimalString | null;

  /** Shares that a contract delivers; null means the multiplier. */
  deliverable: DecimalString | null;

  /** Cost basis of shares that were received without cash; never negative. */
  cost: DecimalString | null;

  /** Part of the cost that moves to the shares of a spin-off, from 0 to 1. */
  cost_share: DecimalString | null;

  /** Day on which shares that were received had been acquired; null means the day of the entry. */
  acquired_on: string | null;

  /** True for a contract of section 1256 of the US tax code, such as an index option; null means unknown. */
  section1256: boolean | null;
}

/** A row to insert into `journal`. Columns with a default are optional. */
export interface NewJournalRow {
  user_id: string;
  id: string;
  ts: Date;
  account_id: string;
  symbol?: string | null;
  type: EntryType;
  qty?: DecimalString | null;
  amount: DecimalString;
  strike?: DecimalString | null;
  expiration?: string | null;
  underlying_price?: DecimalString | null;
  notes?: string | null;
  meta?: Record<string, unknown>;
  deleted_at?: Date | null;
  edited_by?: string | null;
  edit_reason?: string | null;
  original_entry_id?: string | null;
  created_at?: Date;
  updated_at?: Date;
  day?: string | null;
  recorded?: string | null;
  ratio_to?: number | null;
  ratio_from?: number | null;
  target_symbol?: string | null;
  target_strike?: DecimalString | null;
  target_account_id?: string | null;
  multiplier?: DecimalString | null;
  deliverable?: DecimalString | null;
  cost?: DecimalString | null;
  cost_share?: DecimalString | null;
  acquired_on?: string | null;
  section1256?: boolean | null;
}

/** Columns to update in rows of `journal`. */
export interface JournalRowUpdate {
  user_id?: string;
  id?: string;
  ts?: Date;
  account_id?: string;
  symbol?: string | null;
  type?: EntryType;
  qty?: DecimalString | null;
  amount?: DecimalString;
  strike?: DecimalString | null;
  expiration?: string | null;
  underlying_price?: DecimalString | null;
  notes?: string | null;
  meta?: Record<string, unknown>;
  deleted_at?: Date | null;
  edited_by?: string | null;
  edit_reason?: string | null;
  original_entry_id?: string | null;
  created_at?: Date;
  updated_at?: Date;
  day?: string | null;
  recorded?: string | null;
  ratio_to?: number | null;
  ratio_from?: number | null;
  target_symbol?: string | null;
  target_strike?: DecimalString | null;
  target_account_id?: string | null;
  multiplier?: DecimalString | null;
  deliverable?: DecimalString | null;
  cost?: DecimalString | null;
  cost_share?: DecimalString | null;
  acquired_on?: string | null;
  section1256?: boolean | null;
}

/** A person who keeps a journal; everything else belongs to one. */
export interface UserRow {
  /** Chosen by the database. */
  id: string;

  /** In lower case; one user each. */
  email: string;

  /** Of the sign-in with a password; null for a user who cannot sign in by one yet. Granted to journal_auth only. */
  password_hash: string | null;

  /** What the user pays for: free, basic or premium. */
  subscription_tier: SubscriptionTier;

  /** When the user was created. */
  created_at: Date;

  /** When the row was last changed. */
  updated_at: Date;
}

/** A row to insert into `users`. Columns with a default are optional. */
export interface NewUserRow {
  id?: string;
  email: string;
  password_hash?: string | null;
  subscription_tier?: SubscriptionTier;
  created_at?: Date;
  updated_at?: Date;
}

/** Columns to update in rows of `users`. */
export interface UserRowUpdate {
  id?: string;
  email?: string;
  password_hash?: string | null;
  subscription_tier?: SubscriptionTier;
  created_at?: Date;
  updated_at?: Date;
}

/** Shares and what they cost, netted by symbol, as the browser application had it, without deleted entries. */
export interface LegacyCostBasisRow {
  /** The user to whom the entries belong. */
  user_id: string;

  /** Ticker; null for entries that concern none. */
  symbol: string | null;

  /** Assigned or bought, less sold. */
  shares: DecimalString | null;

  /** Sum of the amounts of these trades; + received, - paid. */
  net_cash: DecimalString;

  /** Minus net cash over shares, rounded to eight places; null for no shares. */
  avg_cost: DecimalString | null;
}

/** Premium by week and symbol as the browser application had it, without deleted entries; the weeks are %Y-%W of SQLite. */
export interface LegacyWeeklyPremiumRow {
  /** The user to whom the entries belong. */
  user_id: string;

  /** Year and week in UTC; weeks begin on Monday, and the days before the first one are week 00. */
  week: string;

  /** Ticker; null for entries that concern none. */
  symbol: string | null;

  /** Sum of sell_to_open, buy_to_close, expiration and option_premium; + received, - paid. */
  premium: DecimalString;
}

/** The types of rows, inserted rows and updates by table. Views are read-only. */
export interface SchemaTables {
  accounts: { row: AccountRow; newRow: NewAccountRow; update: AccountRowUpdate };
  journal: { row: JournalRow; newRow: NewJournalRow; update: JournalRowUpdate };
  users: { row: UserRow; newRow: NewUserRow; update: UserRowUpdate };
  v_cost_basis: { row: LegacyCostBasisRow; newRow: never; update: never };
  v_weekly_premium: { row: LegacyWeeklyPremiumRow; newRow: never; update: never };
}
