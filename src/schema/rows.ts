// Written by `npm run types:generate`; do not edit it.
import type { EntryType } from '../model/entry-type.js';
import type { DecimalString } from '../model/decimal.js';
import type { SubscriptionTier } from '../model/subscription-tier.js';

/** A brokerage account of a user. */
export interface AccountRow {
  /** Owner of the account. */
  user_id: string;

  /** Unique within the user; chosen by the client, such as acct-1. */
  id: string;

  /** Display name. */
  name: string;

  /** When the account was created. */
  created_at: Date;

  /** When the row was last changed. */
  updated_at: Date;

  /** When the user closed the account; null for an open account. A closed account accepts entries. */
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

/** One row per action of a trader. Its content never changes; positions, lots and totals derive from it. */
export interface JournalRow {
  /** Owner of the entry. */
  user_id: string;

  /** Unique within the user: the idempotency key of the client, or a generated UUIDv7. */
  id: string;

  /** Instant of the action, to the millisecond. */
  ts: Date;

  /** Account of the action; an account of the same user. */
  account_id: string;

  /** Ticker, such as BRK.B; null for an entry without a symbol, such as a deposit. */
  symbol: string | null;

  /** Kind of action, such as sell_to_open or dividend. */
  type: EntryType;

  /** Number of contracts or shares; not negative; null for an entry without a quantity, such as a fee. */
  qty: DecimalString | null;

  /** Cash in the currency of the account: + in, - out. */
  amount: DecimalString;

  /** Strike of an option; price per share of a share trade. */
  strike: DecimalString | null;

  /** Expiration day of an option, without a time zone. */
  expiration: string | null;

  /** Price of the underlying share at the time of the action. */
  underlying_price: DecimalString | null;

  /** Notes of the trader. */
  notes: string | null;

  /** Further data of the client, such as leg, template and roll links; always an object. */
  meta: Record<string, unknown>;

  /** When the entry was removed or replaced; final once set. Null for a live entry. */
  deleted_at: Date | null;

  /** Who removed or replaced the entry; on a restored entry, who restored it. */
  edited_by: string | null;

  /** Why the entry was removed, replaced or restored. */
  edit_reason: string | null;

  /** Entry of the same user that this entry amends or restores. An entry has at most one successor. */
  original_entry_id: string | null;

  /** When the row was written; for an imported entry, the time that the imported journal has. */
  created_at: Date;

  /** When the row was last changed. */
  updated_at: Date;

  /** Calendar day of an entry without a time of day, which figures use; null for other entries. */
  day: string | null;

  /** Recording order of entries with one ts: microseconds since 1970; null for entries older than this column. */
  recorded: string | null;

  /** New shares or contracts for every ratio_from old ones, in a split, merger, spin-off or option adjustment. */
  ratio_to: number | null;

  /** Old shares or contracts that become ratio_to new ones. */
  ratio_from: number | null;

  /** Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off. */
  target_symbol: string | null;

  /** Strike after an option adjustment. */
  target_strike: DecimalString | null;

  /** Account of the same user that receives a transferred position. */
  target_account_id: string | null;

  /** Cash of a contract is its price times the multiplier; null means 100. */
  multiplier: DecimalString | null;

  /** Shares that a contract delivers; null means the multiplier. */
  deliverable: DecimalString | null;

  /** Cost basis of shares received without cash; not negative. */
  cost: DecimalString | null;

  /** Part of the cost that moves to the shares of a spin-off, from 0 to 1. */
  cost_share: DecimalString | null;

  /** Acquisition day of received shares; null means the day of the entry. */
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

/** Owner of accounts and entries. */
export interface UserRow {
  /** Chosen by the database. */
  id: string;

  /** Lower case; unique. */
  email: string;

  /** Hash of the password; null for a user without a password. Readable by journal_auth only. */
  password_hash: string | null;

  /** Subscription tier: free, basic or premium. */
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
