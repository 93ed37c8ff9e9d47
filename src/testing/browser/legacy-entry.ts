import type { DateTime } from 'luxon';
import type { EntryType } from '../../model/entry-type.js';

/** A row of the browser application's journal, in the order of its columns. */
export interface LegacyEntry {
  id: string;
  /** ISO instant in UTC. */
  ts: string;
  account_id: string;
  symbol: string | null;
  type: EntryType;
  qty: number | null;
  /** + cash in, − cash out. */
  amount: number;
  strike: number | null;
  /** `YYYY-MM-DD`, or the ISO instant of local midnight. */
  expiration: string | null;
  underlying_price: number | null;
  notes: string | null;
  /** JSON text. */
  meta: string | null;
  deleted_at: string | null;
  edited_by: string | null;
  edit_reason: string | null;
  original_entry_id: string | null;
  /** `YYYY-MM-DD HH:MM:SS` in UTC, or an ISO instant. */
  created_at: string;
  /** `YYYY-MM-DD HH:MM:SS` in UTC, or an ISO instant. */
  updated_at: string;
}

/** ISO 8601. @param milliseconds since 1970 */
export function isoInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The form of SQLite's CURRENT_TIMESTAMP (UTC). @param milliseconds since 1970 */
export function sqliteTimestamp(milliseconds: number): string {
  return isoInstant(milliseconds).slice(0, 19).replace('T', ' ');
}

/** A day as the browser application stores it: the instant of midnight in the user's time zone. */
export function localMidnight(day: DateTime): string {
  return isoInstant(day.startOf('day').toMillis());
}

/** The expiration Friday on or after a day. */
export function followingFriday(day: DateTime): DateTime {
  return day.plus({ days: (5 - day.weekday + 7) % 7 });
}
