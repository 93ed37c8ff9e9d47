import { EntryAlreadyAmendedError } from '../database/errors.js';
import type { JournalRepository } from '../database/repositories/journal.repository.js';
import { columnName, shown } from '../database/repositories/input-check.js';
import type { InsertOutcome } from '../database/repositories/insert-entries.js';
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
    const { outcome, amended } = await append(chunk, journal);
    inserted += outcome.inserted.length;
    unchanged += outcome.unchanged.length;
    const accepted = new Set([...outcome.inserted, ...outcome.unchanged]);
    const stored = chunk.filter(({ record }) => accepted.has(record.id));
    const differing = new Map(outcome.conflicts.map(({ id, columns }) => [id, columns]));
    for (const { row, record } of chunk)
      conflicts.push(...conflictsOf(row, record, differing.get(record.id) ?? []));
    conflicts.push(...amended.map(amendedAlready));
    for (const { record } of stored) file.add(controlSum(record));
    for (const sum of await journal.controlSums(stored.map(({ record }) => record.id))) database.add(sum);
    onRow(chunk.length);
  }
  return { inserted, unchanged, conflicts, verification: file.verify(database) };
}

/** Appends a chunk, but for entries that replace one which was amended in the database meanwhile. */
async function append(
  chunk: readonly CheckedEntry[],
  journal: JournalRepository,
): Promise<{ outcome: InsertOutcome; amended: CheckedEntry[] }> {
  const given = chunk.map(({ record }) => record);
  try {
    return { outcome: await journal.appendMissing(given), amended: [] };
  } catch (error) {
    if (!(error instanceof EntryAlreadyAmendedError)) throw error;
    const originals = new Set(error.entryIds);
    const replaces = ({ originalEntryId, deletedAt }: EntryRecord) =>
      !deletedAt && originals.has(originalEntryId ?? '');
    const outcome = await journal.appendMissing(given.filter((record) => !replaces(record)));
    return { outcome, amended: chunk.filter(({ record }) => replaces(record)) };
  }
}

function amendedAlready({ row, record: { id, originalEntryId } }: CheckedEntry): RejectedRow {
  const reason = 'names an entry that has been amended in the database already';
  return { table: 'journal', row, id, column: 'original_entry_id', value: shown(originalEntryId), reason };
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
