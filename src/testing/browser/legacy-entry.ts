import { DateTime } from 'luxon';
import type { EntryRecord } from '../../journal/new-entry.js';
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

/**
 * An entry as the application stores it: doubles, days as local midnight, and edits that encode
 * `meta` twice and store no link to the replaced entry.
 */
export function legacyEntryOf(entry: EntryRecord, timeZone: string): LegacyEntry {
  const { id, ts, type, accountId, symbol, notes, expiration, meta, deletedAt, editReason } = entry;
  const encoded = JSON.stringify(meta ?? {});
  return {
    ...{ id, ts: ts.toISOString(), type, account_id: accountId },
    ...{ symbol: symbol ?? null, notes: notes ?? null },
    ...{ qty: double(entry.qty), amount: Number(entry.amount), strike: double(entry.strike) },
    expiration: expiration ? localMidnight(expiration, timeZone) : null,
    underlying_price: double(entry.underlyingPrice),
    meta: entry.originalEntryId ? JSON.stringify(encoded) : encoded,
    ...{ deleted_at: deletedAt?.toISOString() ?? null, edit_reason: editReason ?? null },
    ...{ edited_by: null, original_entry_id: null },
    created_at: sqliteTimestamp(entry.createdAt ?? ts),
    updated_at: sqliteTimestamp(entry.updatedAt ?? ts),
  };
}

function double(decimal: string | null | undefined): number | null {
  return decimal ? Number(decimal) : null;
}

/** The form of SQLite's CURRENT_TIMESTAMP (UTC). */
export function sqliteTimestamp(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}

/** A day as the browser application stores it: the instant of midnight in the user's time zone. */
export function localMidnight(day: string, timeZone: string): string {
  return DateTime.fromISO(day, { zone: timeZone }).startOf('day').toJSDate().toISOString();
}
