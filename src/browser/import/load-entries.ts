import type { JournalRepository } from '../../database/repositories/journal.repository.js';
import { columnName } from '../../database/entities/entry-column.js';
import type { ControlSum } from '../../database/repositories/journal-sums.js';
import type { EntryRecord } from '../../database/repositories/new-entry.js';
import { chunkSize } from './check-file.js';
import type { CheckedEntry, CheckedFile } from './check-file.js';
import { reported } from './convert/row-reader.js';
import { ControlTotals } from './control-totals.js';
import type { RejectedRow, Verification } from './import-report.js';

/** What came of loading the entries. */
export interface Load {
  inserted: number;
  unchanged: number;
  /** Entries under whose ids something else is stored. */
  conflicts: RejectedRow[];
  verification: Verification;
}

/**
 * Stores the entries of a file chunk by chunk, reads counts and sums of each chunk back from the database, and compares them
 * with those of the file's rows. `JournalRepository.load` refuses the whole of it where one entry conflicts; here each is reported with its row.
 */
export async function loadEntries(
  { entries, totals }: Pick<CheckedFile, 'entries' | 'totals'>,
  journal: JournalRepository,
  onRow: (rows: number) => void,
): Promise<Load> {
  const stored = new ControlTotals();
  const conflicts: RejectedRow[] = [];
  let inserted = 0;
  let unchanged = 0;
  for (const chunk of chunks(entries())) {
    const outcome = await journal.appendMissing(chunk.map(({ record }) => record));
    inserted += outcome.inserted.length;
    unchanged += outcome.unchanged.length;
    const differing = new Map(outcome.conflicts.map(({ id, columns }) => [id, columns]));
    for (const { row, record } of chunk) {
      const columns = differing.get(record.id);
      if (columns === undefined) continue;
      conflicts.push(...conflictsOf(row, record, columns));
      totals.subtract(controlSum(record));
    }
    const ids = chunk.map(({ record }) => record.id).filter((id) => !differing.has(id));
    for (const sum of await journal.controlSums(ids)) stored.add(sum);
    onRow(chunk.length);
  }
  return { inserted, unchanged, conflicts, verification: totals.verify(stored) };
}

function conflictsOf(row: number, record: EntryRecord, columns: readonly string[]): RejectedRow[] {
  const reason = 'differs from the entry that is stored under this id, which was left as it is';
  const values = new Map(Object.entries(record).map(([property, value]) => [columnName(property), value]));
  return columns.map((column) => {
    const value = reported(values.get(column) ?? null);
    return { table: 'journal', row, id: record.id, column, value, reason, isConflict: true };
  });
}

function controlSum({ accountId, type, symbol, amount }: EntryRecord): ControlSum {
  return { accountId, type, symbol: symbol ?? null, count: 1, amount };
}

function* chunks(entries: Iterable<CheckedEntry>): Iterable<CheckedEntry[]> {
  let chunk: CheckedEntry[] = [];
  for (const entry of entries) {
    chunk.push(entry);
    if (chunk.length === chunkSize) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
