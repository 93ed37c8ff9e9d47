import { setImmediate } from 'node:timers/promises';
import type { InputProblem } from '../../database/errors/index.js';
import type { AccountsRepository, NewAccount } from '../../database/repositories/accounts.repository.js';
import type { JournalRepository } from '../../database/repositories/journal.repository.js';
import type { EntryRecord } from '../../database/repositories/new-entry.js';
import { convertAccount } from './convert/convert-account.js';
import { convertEntry } from './convert/convert-entry.js';
import type { TypedDays } from './convert/typed-days.js';
import { ControlTotals, legacyControlSum } from './control-totals.js';
import { EntryLinks, originalsFirst } from './entry-links.js';
import type { ChangedValue, RejectedRow } from './import-report.js';
import { RecordingOrder } from './recording-order.js';
import { reported } from './convert/row-reader.js';
import type { LegacyRow, LegacySource } from './read/legacy-source.js';

/** How many rows are converted, sent and verified at a time. */
export const chunkSize = 1000;

/** An entry of the file, ready to be stored, with its place in the file from 1. */
export interface CheckedEntry {
  row: number;
  record: EntryRecord;
}

/** A file in which every row was looked at. Beyond the reports it holds no rows: `entries()` reads them again. */
export interface CheckedFile {
  accounts: { row: number; record: NewAccount & { id: string } }[];
  /** Ids of the accounts that acceptable entries name. */
  namedAccounts: ReadonlySet<string>;
  rejected: RejectedRow[];
  changes: ChangedValue[];
  /** Counts and sums of the acceptable entries, from the rows as they stand in the file. */
  totals: ControlTotals;
  /** The ids of the acceptable entries. */
  ids: ReadonlySet<string>;
  /** The acceptable entries in chunks, in the file's order but for those that replace another one, which come last. */
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
  rules: { accounts: AccountsRepository; journal: JournalRepository },
  onRow: (rows: number) => void,
): Promise<CheckedFile> {
  const rejected: RejectedRow[] = [];
  const changes: ChangedValue[] = [];
  const accounts = checkAccounts(source, rules.accounts, rejected, changes);
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
    const problems = allProblems(legacy, converted.problems, rules.journal.problemsOf(withoutLink(record)));
    if (ids.has(record.id)) problems.push(repeatedId(record.id));
    if (problems.length > 0) {
      refused.add(row);
      for (const problem of problems) rejected.push({ table: 'journal', row, ...problem });
    } else {
      changes.push(...converted.changes);
      ids.add(record.id);
      namedAccounts.add(record.accountId);
      links.add(record);
      order.add(row, record);
      totals.add(legacyControlSum(legacy));
    }
    if (row % chunkSize === 0) {
      onRow(row);
      await setImmediate();
    }
  }
  order.resolve();
  changes.push(...links.resolve());
  const entries = () => chunks(acceptable(source, calendar, refused, links, order));
  return { accounts, namedAccounts, rejected, changes, totals, ids, entries };
}

function checkAccounts(
  source: LegacySource,
  rules: AccountsRepository,
  rejected: RejectedRow[],
  changes: ChangedValue[],
): CheckedFile['accounts'] {
  const ids = new Set<string>();
  return [...source.accounts()].flatMap((legacy, index) => {
    const row = index + 1;
    const converted = convertAccount(legacy);
    const { record } = converted;
    const problems = allProblems(legacy, converted.problems, rules.problemsOf(record));
    if (ids.has(record.id)) problems.push(repeatedId(record.id));
    for (const problem of problems) rejected.push({ table: 'accounts', row, ...problem });
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
  const columns = new Set(converting.map(({ column }) => column));
  const further = storing.filter(({ column }) => !columns.has(column));
  return [
    ...converting,
    ...further.map(({ id, column, reason }) => ({ id, column, value: reported(legacy[column]), reason })),
  ];
}

function repeatedId(id: string): Problem {
  return { id, column: 'id', value: JSON.stringify(id), reason: 'stands in an earlier row already' };
}

/** A link is never a reason to refuse an entry: one that cannot be kept is taken out. */
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

async function* chunks(entries: Iterable<CheckedEntry>): AsyncIterable<readonly CheckedEntry[]> {
  let chunk: CheckedEntry[] = [];
  for (const entry of entries) {
    chunk.push(entry);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
    await setImmediate();
  }
  if (chunk.length > 0) yield chunk;
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
