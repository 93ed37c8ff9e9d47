import { DateTime } from 'luxon';
import type { EntryRecord } from '../journal/new-entry.js';
import { legacySchema } from '../browser/format/legacy-schema.js';
import { legacyDatabase } from '../testing/browser/legacy-database-builder.js';
import { localMidnight, sqliteTimestamp } from '../testing/browser/legacy-entry.js';
import type { LegacyEntry } from '../testing/browser/legacy-entry.js';
import { generateJournal } from '../testing/samples/sample-journal.js';
import type { SampleJournalOptions } from '../testing/samples/sample-journal.js';
import { sampleAccounts } from '../testing/samples/sample-accounts.js';

/**
 * A sample journal as a database of the browser application, for a user in a time zone.
 * Deterministic: the same options make the same bytes.
 */
export async function sampleDatabase(options: SampleJournalOptions, timeZone: string): Promise<Uint8Array> {
  return legacyDatabase((database) => {
    for (const statement of legacySchema({ audit: true, tickerMinStrikes: true })) database.run(statement);
    database.run('BEGIN');
    for (const account of sampleAccounts) database.insert('accounts', { ...account });
    for (const entry of generateJournal(options))
      database.insert('journal', { ...legacyEntryOf(entry, timeZone) });
    database.run('COMMIT');
  });
}

/**
 * Imitates the application: doubles, days as local midnight, and edits that encode `meta` twice and
 * store no link to the replaced entry.
 */
function legacyEntryOf(entry: EntryRecord, timeZone: string): LegacyEntry {
  const { id, ts, type, accountId, symbol, notes, expiration, meta, deletedAt, editReason } = entry;
  const encoded = JSON.stringify(meta ?? {});
  return {
    ...{
      id,
      ts: ts.toISOString(),
      type,
      account_id: accountId,
      symbol: symbol ?? null,
      notes: notes ?? null,
    },
    ...{ qty: double(entry.qty), amount: Number(entry.amount), strike: double(entry.strike) },
    expiration: expiration ? localMidnight(DateTime.fromISO(expiration, { zone: timeZone })) : null,
    underlying_price: double(entry.underlyingPrice),
    meta: entry.originalEntryId ? JSON.stringify(encoded) : encoded,
    ...{ deleted_at: deletedAt?.toISOString() ?? null, edit_reason: editReason ?? null },
    ...{ edited_by: null, original_entry_id: null },
    created_at: sqliteTimestamp((entry.createdAt ?? ts).getTime()),
    updated_at: sqliteTimestamp((entry.updatedAt ?? ts).getTime()),
  };
}

function double(decimal: string | null | undefined): number | null {
  return decimal ? Number(decimal) : null;
}
