import type { JournalRepository } from '../database/repositories/journal.repository.js';
import { columnName, shown } from '../database/repositories/input-check.js';
import type { ControlSum } from '../database/repositories/journal-sums.js';
import type { EntryRecord } from '../database/repositories/new-entry.js';
import { chunkSize } from './check-file.js';
import type { CheckedEntry } from './check-file.js';
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

/** Stores the entries chunk by chunk, and reads counts and sums of each chunk back from the database. */
export async function loadEntries(
  entries: Iterable<CheckedEntry>,
  journal: JournalRepository,
  onRow: (rows: number) => void,
): Promise<Load> {
  const [file, database] = [new ControlTotals(), new ControlTotals()];
  const conflicts: RejectedRow[] = [];
  let inserted = 0;
  let unchanged = 0;
  for (const chunk of chunks(entries)) {
    const outcome = await journal.appendMissing(chunk.map(({ record }) => record));
    inserted += outcome.inserted.length;
    unchanged += outcome.unchanged.length;
    const differing = new Map(outcome.conflicts.map(({ id, columns }) => [id, columns]));
    const stored = chunk.filter(({ record }) => !differing.has(record.id));
    for (const { row, record } of chunk) {
      const columns = differing.get(record.id);
      if (columns !== undefined) conflicts.push(...conflictsOf(row, record, columns));
    }
    for (const { record } of stored) file.add(controlSum(record));
    for (const sum of await journal.controlSums(stored.map(({ record }) => record.id))) database.add(sum);
    onRow(chunk.length);
  }
  return { inserted, unchanged, conflicts, verification: file.verify(database) };
}

function conflictsOf(row: number, record: EntryRecord, columns: readonly string[]): RejectedRow[] {
  const reason = 'differs from the entry that is stored under this id, which was left as it is';
  const values = new Map(Object.entries(record).map(([property, value]) => [columnName(property), value]));
  return columns.map((column) => {
    const value = shown(values.get(column) ?? null);
    return { table: 'journal', row, id: record.id, column, value, reason };
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
