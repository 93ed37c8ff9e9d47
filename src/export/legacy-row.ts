import type { Account } from '../database/entities/account.entity.js';
import type { JournalEntry } from '../database/entities/journal-entry.entity.js';

/** An entry under the column names of the browser application's journal, in their order; decimals are exact, as text. */
export function legacyRow(entry: JournalEntry) {
  return {
    id: entry.id,
    ts: entry.ts.toISOString(),
    account_id: entry.accountId,
    symbol: entry.symbol,
    type: entry.type,
    qty: entry.qty,
    amount: entry.amount,
    strike: entry.strike,
    expiration: entry.expiration,
    underlying_price: entry.underlyingPrice,
    notes: entry.notes,
    meta: entry.meta,
    deleted_at: entry.deletedAt?.toISOString() ?? null,
    edited_by: entry.editedBy,
    edit_reason: entry.editReason,
    original_entry_id: entry.originalEntryId,
    created_at: entry.createdAt.toISOString(),
    updated_at: entry.updatedAt.toISOString(),
  };
}

/** An account, with the two columns that the browser application had not. */
export function accountRow({ id, name, createdAt, updatedAt }: Account) {
  return { id, name, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}

/**
 * An entry as it was known at an instant: what was deleted later was live then, and nobody had said why. What had been said of
 * the restoration that made it is overwritten by the deletion, and not known any more.
 */
export function asKnownAt(entry: JournalEntry, instant: Date): JournalEntry {
  if (entry.deletedAt === null || entry.deletedAt <= instant) return entry;
  const { createdAt } = entry;
  return { ...entry, deletedAt: null, editedBy: null, editReason: null, updatedAt: createdAt };
}
