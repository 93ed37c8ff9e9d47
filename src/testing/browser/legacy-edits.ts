import type { LegacyEntry } from './legacy-entry.js';
import type { LegacyLedger, RecordedEntry } from './legacy-ledger.js';
import { isoInstant, sqliteTimestamp } from './legacy-time.js';

const day = 86_400_000;
const deleteEvery = 19;
const editEvery = 13;
/** Every n-th edit stores a link to the row that it replaces. The application omits most links. */
const linkEvery = 4;

/** Deletes and edits some entries some days after they were recorded, as the application does. */
export function editSome(ledger: LegacyLedger): void {
  const recorded = [...ledger.entries];
  let edits = 0;
  for (const [index, original] of recorded.entries()) {
    const at = original.recordedAt + ledger.random.integer(1, 5) * day;
    if (index % deleteEvery === deleteEvery - 1) {
      deleteSoftly(original.entry, at, 'duplicate');
    } else if (index % editEvery === editEvery - 1) {
      edits += 1;
      ledger.entries.push(edit(ledger, original.entry, at, edits % linkEvery === 0));
    }
  }
}

function deleteSoftly(entry: LegacyEntry, at: number, reason: string): void {
  entry.deleted_at = isoInstant(at);
  entry.edit_reason = reason;
  entry.updated_at = isoInstant(at);
}

/** Deletes the original, and adds a copy with a new UUID and a `meta` that is encoded once more. */
function edit(ledger: LegacyLedger, original: LegacyEntry, at: number, linked: boolean): RecordedEntry {
  const entry: LegacyEntry = {
    ...original,
    id: ledger.newUuid(),
    // Rounds to cents: one per cent more of an amount with eight decimals has ten decimals.
    amount: Math.round(original.amount * 101) / 100,
    notes: original.notes === null ? 'corrected' : `${original.notes} (corrected)`,
    meta: JSON.stringify(original.meta),
    original_entry_id: linked ? original.id : null,
    created_at: sqliteTimestamp(at),
    updated_at: sqliteTimestamp(at),
  };
  deleteSoftly(original, at, 'wrong amount');
  return { recordedAt: at, entry };
}
