import { setImmediate } from 'node:timers/promises';
import { addTo } from '../../../model/group-by.js';
import { inputProblems, type InputProblem } from '../../../model/input-check.js';
import { browserColumns } from '../../format/kept-values.js';
import { newAccount } from '../../../accounts/new-account.js';
import { storableInstant } from '../../../model/storable.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { recordProblems } from '../../../journal/check-entries.js';
import { convertAccount, convertEntry, type ImportedAccount } from '../convert/convert-entry.js';
import type { TypedDays } from '../convert/typed-days.js';
import {
  amountOf,
  ControlTotals,
  legacyControlSum,
  TotalsOfRows,
  type FileSum,
  type FileTotals,
} from './control-totals.js';
import { EntryLinks, originalsFirst } from './entry-links.js';
import { reported } from '../report/import-report.js';
import type {
  ChangedValue,
  DayForms,
  EntriesWithoutAccount,
  RejectedRow,
  RowProblem,
  ValueChange,
} from '../report/import-report.js';
import { RecordingOrder } from './recording-order.js';
import type { LocalStorageFindings, LocalStorageMatcher } from '../local-storage/local-storage-matcher.js';
import { FileProblem } from '../read/file-problem.js';
import type { LegacyFormat, LegacyRow, LegacySource, UnreadTable } from '../read/legacy-source.js';
import { chunksOf } from './chunks.js';

/** Number of rows between two reports of progress. */
const rowsPerReport = 1000;

/**
 * Limit of a text in UTF-16 code units, far above the texts of valid journals. A longer text would
 * block the event loop of the process that stores it.
 */
export const maxTextLength = 262_144;

/** Limit of the list of problems. A file with more problems is refused as a whole. */
export const maxProblems = 100_000;

/**
 * Limit of the combinations of account, type and symbol, with deleted entries counted separately.
 * The importing process compares the sum of each with the database.
 */
export const maxSums = 50_000;

/** A valid entry of the file. `row`: its place in the file, from 1. */
export interface CheckedEntry {
  row: number;
  record: EntryRecord;
  /** Stored amount − amount in the file; missing if the amount was not rounded. */
  rounding?: string | undefined;
  /** The values that the conversion changed. */
  changes: readonly ValueChange[];
}

/** A valid account of the file. `row`: its place in the file, from 1. */
export interface CheckedAccount {
  row: number;
  record: ImportedAccount;
}

/**
 * Result of checking every row of a file, and of matching the dump of localStorage with the valid
 * entries. Contains no entries: `entries()` reads them again.
 */
export interface CheckedFile extends LocalStorageFindings {
  format: LegacyFormat;
  /** The columns of the browser application that the file's journal lacks. */
  missingColumns: string[];
  /** Number of rows of the file's journal, valid or not. */
  journalCount: number;
  notImported: readonly UnreadTable[];
  unreadColumns: readonly string[];
  accounts: readonly CheckedAccount[];
  /** Valid entries whose account is not in `accounts`. */
  entriesWithoutAccount: readonly EntriesWithoutAccount[];
  days: DayForms;
  rejected: readonly RejectedRow[];
  /** Changed values of accounts and links. Those of the entries come with `entries()`. */
  changes: readonly ChangedValue[];
  /** Counts and sums of the valid entries, from the unconverted rows. */
  totals: readonly FileSum[];
  /** Totals of all rows, valid or not. */
  fileTotals: FileTotals;
  /** The ids of the valid entries. */
  ids: ReadonlySet<string>;
  /**
   * The valid entries in chunks: first the entries without a link, in the order of the file; then
   * the linked entries, each after the entry that it replaces. Each call reads the file again.
   *
   * @throws FileProblem if the file becomes unreadable during the iteration
   */
  entries: () => AsyncGenerator<readonly CheckedEntry[], void>;
}

/**
 * Reads the whole file once, before anything is written.
 *
 * @throws TimeZoneError, FileProblem
 */
export async function checkFile(
  source: LegacySource,
  calendar: TypedDays,
  matcher: LocalStorageMatcher,
  onRow: (rows: number) => void,
): Promise<CheckedFile> {
  const rejected: RejectedRow[] = [];
  const changes: ChangedValue[] = [];
  const accounts = checkAccounts(source, rejected, changes);
  const ids = new Set<string>();
  const refused = new Set<number>();
  const rowsByAccount = new Map<string, number[]>();
  const links = new EntryLinks();
  const order = new RecordingOrder();
  const controls = new ControlTotals();
  const refusedTotals = new TotalsOfRows();

  let row = 0;
  for (const legacy of source.journal()) {
    row += 1;
    const converted = convertEntry(legacy, row, calendar);
    const { record } = converted;
    const problems = allProblems(legacy, converted.problems, recordProblems(withoutLink(record)));
    if (ids.has(record.id)) problems.push(repeatedId(record.id));
    if (problems.length > 0) {
      refused.add(row);
      refusedTotals.add(legacy);
      for (const problem of problems) rejected.push({ table: 'journal', row, ...problem });
      refuseFlood(rejected);
    } else {
      ids.add(record.id);
      addTo(rowsByAccount, record.accountId, row);
      if (record.targetAccountId != null) addTo(rowsByAccount, record.targetAccountId, row);
      links.add(row, record, !source.isExport || isOfApplication(legacy));
      order.add(row, record);
      matcher.add(record);
      controls.add(legacyControlSum(legacy));
      refuseManySums(controls);
    }
    if (row % rowsPerReport === 0) {
      onRow(row);
      await setImmediate();
    }
  }
  order.resolve();
  for (const change of links.resolve()) changes.push(change);
  for (const { record } of accounts) rowsByAccount.delete(record.id);
  const totals = [...controls.sums()];
  const { format, journalColumns, journalCount, notImported, unreadColumns } = source;
  return {
    ...{ format, journalCount, notImported, unreadColumns, accounts, rejected, changes, totals, ids },
    missingColumns: browserColumns.filter((column) => !journalColumns.has(column)),
    entriesWithoutAccount: [...rowsByAccount].map(([accountId, rows]) => ({ accountId, rows })),
    fileTotals: refusedTotals.with(totals),
    days: calendar.forms,
    ...matcher.findings(),
    entries: () => chunksOf(acceptable(source, calendar, refused, links, order)),
  };
}

const importedAccount = newAccount.extend({ closedAt: storableInstant.nullish() });

function checkAccounts(
  source: LegacySource,
  rejected: RejectedRow[],
  changes: ChangedValue[],
): CheckedAccount[] {
  const ids = new Set<string>();
  return [...source.accounts()].flatMap((legacy, index) => {
    const row = index + 1;
    const converted = convertAccount(legacy, row);
    const { record } = converted;
    const problems = allProblems(legacy, converted.problems, inputProblems(importedAccount, record));
    if (ids.has(record.id)) problems.push(repeatedId(record.id));
    for (const problem of problems) rejected.push({ table: 'accounts', row, ...problem });
    refuseFlood(rejected);
    if (problems.length > 0) return [];
    ids.add(record.id);
    for (const change of converted.changes)
      changes.push({ table: 'accounts', row, id: record.id, ...change });
    return [{ row, record }];
  });
}

/** Omits storage rules of columns with a conversion problem. Reports the values of the file. */
function allProblems(
  legacy: LegacyRow,
  converting: readonly RowProblem[],
  storing: readonly InputProblem[],
): RowProblem[] {
  const long = tooLong(legacy);
  if (converting.length + storing.length + long.length === 0) return [];
  const columns = new Set([...converting, ...long].map(({ column }) => column));
  const further = storing.filter(({ column }) => !columns.has(column));
  return [
    ...converting,
    ...long,
    ...further.map(({ id, column, reason }) => ({ id, column, value: reported(legacy[column]), reason })),
  ];
}

function tooLong(legacy: LegacyRow): RowProblem[] {
  const isTooLong = (value: unknown) => typeof value === 'string' && value.length > maxTextLength;
  if (!Object.values(legacy).some(isTooLong)) return [];
  const id = typeof legacy['id'] === 'string' ? legacy['id'].slice(0, maxTextLength) : undefined;
  const reason = `has more than ${maxTextLength} characters`;
  const long = Object.entries(legacy).filter(([, value]) => isTooLong(value));
  return long.map(([column, value]) => ({ id, column, value: reported(value), reason }));
}

function refuseManySums({ size }: ControlTotals): void {
  if (size <= maxSums) return;
  throw new FileProblem(
    `has more than ${maxSums} combinations of account, type and symbol, so it is not a journal of the browser application; ` +
      'give its database, `options-tracker.db`',
  );
}

function refuseFlood(rejected: readonly RejectedRow[]): void {
  if (rejected.length <= maxProblems) return;
  const rows = rejected.at(-1)?.row ?? 0;
  throw new FileProblem(
    `has more than ${maxProblems} problems in its first ${rows} rows, so it is not a journal of the browser application; ` +
      'give its database, `options-tracker.db`',
  );
}

function repeatedId(id: string): RowProblem {
  return { id, column: 'id', value: JSON.stringify(id), reason: 'stands in an earlier row already' };
}

/** Removes the link of an entry to itself. `EntryLinks` moves other wrong links into `meta`. */
function withoutLink(record: EntryRecord): EntryRecord {
  return record.originalEntryId === record.id ? { ...record, originalEntryId: null } : record;
}

const sqliteInstant = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/**
 * Whether the browser application created the row. Exports of this package write `created_at` in
 * another form.
 */
function isOfApplication(legacy: LegacyRow): boolean {
  return sqliteInstant.test(String(legacy['created_at']));
}

/**
 * Removes `updatedAt` from a row that the browser application deleted, so that the entry gets the
 * time of the import: `updatedAt` equal to `deletedAt` marks entries removed on the server. Exports
 * of this package keep `updatedAt`.
 */
function withoutUpdate(record: EntryRecord, legacy: LegacyRow): EntryRecord {
  if (!record.deletedAt || !isOfApplication(legacy)) return record;
  const { updatedAt: _, ...rest } = record;
  return rest;
}

function* acceptable(
  source: LegacySource,
  calendar: TypedDays,
  refused: ReadonlySet<number>,
  links: EntryLinks,
  order: RecordingOrder,
): Iterable<CheckedEntry> {
  const successors: CheckedEntry[] = [];
  /** The recording order of replaced entries, by id. */
  const places = new Map<string, string | null>();
  let row = 0;
  for (const legacy of source.journal()) {
    row += 1;
    if (refused.has(row)) continue;
    const converted = convertEntry(legacy, row, calendar);
    converted.record.recorded = order.of(row);
    const record = links.apply(row, withoutUpdate(converted.record, legacy));
    const { rounding } = amountOf(legacy);
    const entry = { row, record, rounding, changes: converted.changes };
    if (links.isReplaced(record.id)) places.set(record.id, order.of(row));
    if (record.originalEntryId) successors.push(entry);
    else yield entry;
  }
  for (const entry of originalsFirst(successors)) {
    const { record, row: place } = entry;
    const original = places.get(record.originalEntryId ?? '');
    // An edit keeps the place among entries of one instant, as an amendment on the server does.
    if (original !== undefined && !order.isKnown(place)) record.recorded = original;
    if (links.isReplaced(record.id)) places.set(record.id, record.recorded ?? null);
    yield entry;
  }
}
