import { setImmediate } from 'node:timers/promises';
import type { InputProblem } from '../../database/errors/index.js';
import { inputProblems } from '../../database/repositories/input-check.js';
import { newAccount } from '../../database/repositories/new-account.js';
import type { NewAccount } from '../../database/repositories/new-account.js';
import { entryRecord } from '../../database/repositories/new-entry.js';
import type { EntryRecord } from '../../database/repositories/new-entry.js';
import { isPlainRecord } from '../../database/repositories/plain-entry.js';
import { convertAccount } from './convert/convert-account.js';
import { convertEntry } from './convert/convert-entry.js';
import type { TypedDays } from './convert/typed-days.js';
import { ControlTotals, legacyControlSum } from './control-totals.js';
import { EntryLinks, originalsFirst } from './entry-links.js';
import type { ChangedValue, RejectedRow } from './import-report.js';
import { RecordingOrder } from './recording-order.js';
import { reported } from './convert/row-reader.js';
import { LegacyFileError } from './read/legacy-file.error.js';
import type { LegacyFormat, LegacyRow, LegacySource, UnreadTable } from './read/legacy-source.js';
import { chunksOf } from './reader/chunks.js';

/** How many rows are checked between two reports of progress. */
const rowsPerReport = 1000;

/**
 * The longest text of a cell, in UTF-16 code units. No value of an honest journal comes near it; a longer one would block the event loop
 * of the process that stores it.
 */
const longestText = 262_144;

/** A file with more problems than this is refused as a whole, so that the list of them stays small. */
const mostProblems = 100_000;

/** An entry of the file, ready to be stored, with its place in the file from 1. */
export interface CheckedEntry {
  row: number;
  record: EntryRecord;
}

/** An account of the file, with its place in the file from 1. */
export interface CheckedAccount {
  row: number;
  record: NewAccount & { id: string };
}

/** What the check of every row of a file found. It holds no entries: `entries()` reads them again. */
export interface CheckedFile {
  format: LegacyFormat;
  /** The columns that the file's journal has. */
  journalColumns: ReadonlySet<string>;
  /** The number of rows of the file's journal, acceptable or not. */
  journalCount: number;
  notImported: readonly UnreadTable[];
  unreadColumns: readonly string[];
  accounts: readonly CheckedAccount[];
  /** Ids of the accounts that acceptable entries name. */
  namedAccounts: ReadonlySet<string>;
  rejected: readonly RejectedRow[];
  changes: readonly ChangedValue[];
  /** Counts and sums of the acceptable entries, from the rows as they stand in the file. */
  totals: ControlTotals;
  /** The ids of the acceptable entries. */
  ids: ReadonlySet<string>;
  /**
   * The acceptable entries in chunks. Entries without a link come first, in the file's order. An entry with a
   * link comes after the entry that the link names. Each call reads the file from its beginning.
   *
   * @throws LegacyFileError when the file turns out to be unreadable on the way
   */
  entries(): AsyncIterable<readonly CheckedEntry[]>;
}

/**
 * Reads the whole file once, before anything is written.
 *
 * @throws TimeZoneError, LegacyFileError
 */
export async function checkFile(
  source: LegacySource,
  calendar: TypedDays,
  onRow: (rows: number) => void,
): Promise<CheckedFile> {
  const rejected: RejectedRow[] = [];
  const changes: ChangedValue[] = [];
  const accounts = checkAccounts(source, rejected, changes);
  const ids = new Set<string>();
  const refused = new Set<number>();
  const namedAccounts = new Set<string>();
  const links = new EntryLinks();
  const order = new RecordingOrder();
  const totals = new ControlTotals();

  let row = 0;
  for (const legacy of source.journal()) {
    row += 1;
    const converted = convertEntry(legacy, calendar);
    const { record } = converted;
    const problems = allProblems(legacy, converted.problems, problemsOf(withoutLink(record)));
    if (ids.has(record.id)) problems.push(repeatedId(record.id));
    if (problems.length > 0) {
      refused.add(row);
      for (const problem of problems) rejected.push({ table: 'journal', row, ...problem });
      refuseFlood(source, rejected);
    } else {
      changes.push(...converted.changes);
      ids.add(record.id);
      namedAccounts.add(record.accountId);
      links.add(record);
      order.add(row, record);
      totals.add(legacyControlSum(legacy));
    }
    if (row % rowsPerReport === 0) {
      onRow(row);
      await setImmediate();
    }
  }
  order.resolve();
  changes.push(...links.resolve());
  const { format, journalColumns, journalCount, notImported, unreadColumns } = source;
  const facts = { format, journalColumns, journalCount, notImported, unreadColumns };
  const entries = () => chunksOf(acceptable(source, calendar, refused, links, order));
  return { ...facts, accounts, namedAccounts, rejected, changes, totals, ids, entries };
}

function problemsOf(record: EntryRecord): InputProblem[] {
  return isPlainRecord(record) ? [] : inputProblems(entryRecord, record);
}

function checkAccounts(
  source: LegacySource,
  rejected: RejectedRow[],
  changes: ChangedValue[],
): CheckedAccount[] {
  const ids = new Set<string>();
  return [...source.accounts()].flatMap((legacy, index) => {
    const row = index + 1;
    const converted = convertAccount(legacy);
    const { record } = converted;
    const problems = allProblems(legacy, converted.problems, inputProblems(newAccount, record));
    if (ids.has(record.id)) problems.push(repeatedId(record.id));
    for (const problem of problems) rejected.push({ table: 'accounts', row, ...problem });
    refuseFlood(source, rejected);
    if (problems.length > 0) return [];
    ids.add(record.id);
    changes.push(...converted.changes);
    return [{ row, record }];
  });
}

type Problem = Omit<InputProblem, 'index'>;

/** What could not be converted is not complained of a second time; values are reported as the file has them. */
function allProblems(
  legacy: LegacyRow,
  converting: readonly Problem[],
  storing: readonly InputProblem[],
): Problem[] {
  const long = tooLong(legacy);
  const columns = new Set([...converting, ...long].map(({ column }) => column));
  const further = storing.filter(({ column }) => !columns.has(column));
  return [
    ...converting,
    ...long,
    ...further.map(({ id, column, reason }) => ({ id, column, value: reported(legacy[column]), reason })),
  ];
}

function tooLong(legacy: LegacyRow): Problem[] {
  const id = typeof legacy['id'] === 'string' ? legacy['id'].slice(0, longestText) : undefined;
  return Object.entries(legacy)
    .filter(([, value]) => typeof value === 'string' && value.length > longestText)
    .map(([column, value]) => {
      const reason = `has more than ${longestText} characters`;
      return { id, column, value: reported(value), reason };
    });
}

function refuseFlood({ path }: LegacySource, rejected: readonly RejectedRow[]): void {
  if (rejected.length <= mostProblems) return;
  const rows = rejected.at(-1)?.row ?? 0;
  throw new LegacyFileError(
    path,
    `has more than ${mostProblems} problems in its first ${rows} rows, so it is not a journal of the old application; ` +
      'give its database, `options-tracker.db`',
  );
}

function repeatedId(id: string): Problem {
  return { id, column: 'id', value: JSON.stringify(id), reason: 'stands in an earlier row already' };
}

/** A wrong link never refuses an entry. A link of an entry to itself is removed. */
function withoutLink(record: EntryRecord): EntryRecord {
  return record.originalEntryId === record.id ? { ...record, originalEntryId: null } : record;
}

const sqliteInstant = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/**
 * The browser application updates a row when it deletes it. This instant is left out, so that the entry has the time of the import:
 * an entry whose two instants are equal was removed on the server. An export of this package writes no instant in SQLite's form.
 */
function withoutUpdate(record: EntryRecord, legacy: LegacyRow): EntryRecord {
  const isOfApplication = sqliteInstant.test(String(legacy['created_at']));
  if (!record.deletedAt || !isOfApplication) return record;
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
  let row = 0;
  for (const legacy of source.journal()) {
    row += 1;
    if (refused.has(row)) continue;
    const converted = withoutUpdate(convertEntry(legacy, calendar).record, legacy);
    const record = links.apply({ ...converted, recorded: order.of(row) });
    if (record.originalEntryId) successors.push({ row, record });
    else yield { row, record };
  }
  yield* originalsFirst(successors);
}
