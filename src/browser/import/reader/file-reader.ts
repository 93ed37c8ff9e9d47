import { entryColumns } from '../../../model/journal-entry.entity.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { CheckedAccount, CheckedEntry, CheckedFile } from '../check/check-file.js';
import { ControlTotals } from '../check/control-totals.js';
import type { EntriesWithoutAccount } from '../report/import-report.js';
import { LocalStorageError } from '../local-storage/local-storage.error.js';
import { LegacyFileError } from '../read/legacy-file.error.js';
import { IdSet } from './id-set.js';
import { defaultLimits, ReaderProcess, type ReadingLimits, type NextAnswer } from './reader-process.js';
import type { FileToRead, ListChunk, ListName, ListRows, SentAccount, SentEntry } from './messages.js';

/** A file to be read in a child process. */
export interface FileRequest extends FileToRead {
  limits?: ReadingLimits | undefined;
  /** Ends the reading. */
  signal?: AbortSignal | undefined;
}

/** A checked file, whose entries a child process reads. Close it after use. */
export interface ReceivedFile extends Omit<CheckedFile, 'ids'> {
  ids: IdSet;
  close(): void;
}

/** Reads and checks files, each in a child process of its own, with limits of time and memory. */
export class JournalFileReader {
  /**
   * Checks a file.
   *
   * @throws LegacyFileError for an unreadable file, or if a limit is exceeded
   * @throws LocalStorageError, TimeZoneError
   * @throws the reason of the aborted signal
   */
  async check(
    { limits = {}, signal, ...file }: FileRequest,
    onProgress: (rows: number, total: number) => void = () => {},
  ): Promise<ReceivedFile> {
    signal?.throwIfAborted();
    refuseNul(file);
    const { seconds = defaultLimits.seconds, mebibytes = defaultLimits.mebibytes } = limits;
    const reader = new ReaderProcess(file, { seconds, mebibytes }, onProgress);
    const abort = () => reader.kill(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    const close = () => {
      signal?.removeEventListener('abort', abort);
      reader.kill(new Error('The file is closed.'));
    };
    try {
      return await receivedFile(reader, close);
    } catch (error) {
      close();
      throw error;
    }
  }
}

/** The error of Node.js for a NUL character in a path would name an argument of its function. */
function refuseNul({ path, localStorageFile }: FileToRead): void {
  const problem = 'cannot be opened, because its path contains a NUL character; correct the path';
  if (path.includes('\0')) throw new LegacyFileError(path, problem);
  if (localStorageFile?.includes('\0')) throw new LocalStorageError(problem);
}

/** What answers about a file: a reader process, or in tests an object of this process. */
type Reader = Pick<ReaderProcess, 'next' | 'entries'>;

export async function receivedFile(reader: Reader, close: () => void): Promise<ReceivedFile> {
  const first = await reader.next();
  if (first.kind !== 'facts') throw unexpected(first);
  const { kind: _, ...facts } = first;
  const lists = emptyLists();
  const adders = addersTo(lists);
  for (;;) {
    const answer = await reader.next();
    if (answer.kind === 'end') break;
    if (answer.kind !== 'list') throw unexpected(answer);
    addRows(adders, answer);
  }
  const { expirations, correctedEntries, purchases, notTaken, unreadable, ...others } = lists;
  const localStorage = { expirations, correctedEntries, purchases, notTaken, unreadable };
  return { ...facts, ...others, localStorage, entries: () => entriesOf(reader), close };
}

function emptyLists() {
  return {
    accounts: new Array<CheckedAccount>(),
    entriesWithoutAccount: new Array<{ accountId: string; rows: number[] }>(),
    ids: new IdSet(),
    rejected: new Array<ListRows['rejected']>(),
    changes: new Array<ListRows['changes']>(),
    totals: new ControlTotals(),
    notImported: new Array<ListRows['notImported']>(),
    unreadColumns: new Array<string>(),
    journalColumns: new Set<string>(),
    expirations: new Array<ListRows['expirations']>(),
    correctedEntries: new Array<ListRows['correctedEntries']>(),
    purchases: new Array<ListRows['purchases']>(),
    notTaken: new Array<ListRows['notTaken']>(),
    unreadable: new Array<ListRows['unreadable']>(),
  };
}

type Lists = ReturnType<typeof emptyLists>;
type Adders = { readonly [Name in ListName]: (row: ListRows[Name]) => unknown };

/** For each list, the function that adds a row to it. */
function addersTo(lists: Lists): Adders {
  return {
    accounts: (account) => lists.accounts.push(receivedAccount(account)),
    entriesWithoutAccount: (part) => addPart(lists.entriesWithoutAccount, part),
    ids: (id) => lists.ids.add(id),
    rejected: (row) => lists.rejected.push(row),
    changes: (change) => lists.changes.push(change),
    totals: (sum) => lists.totals.add(sum),
    notImported: (table) => lists.notImported.push(table),
    unreadColumns: (column) => lists.unreadColumns.push(column),
    journalColumns: (column) => lists.journalColumns.add(column),
    expirations: (correction) => lists.expirations.push(correction),
    correctedEntries: (entry) => lists.correctedEntries.push(entry),
    purchases: (purchase) => lists.purchases.push(purchase),
    notTaken: (key) => lists.notTaken.push(key),
    unreadable: (item) => lists.unreadable.push(item),
  };
}

function addRows<Name extends ListName>(adders: Adders, { name, rows }: ListChunk<Name>): void {
  for (const row of rows) adders[name](row);
}

/** Appends rows to an account, whose parts arrive one after another. */
function addPart(accounts: Lists['entriesWithoutAccount'], { accountId, rows }: EntriesWithoutAccount): void {
  const last = accounts.at(-1);
  if (last?.accountId === accountId) last.rows.push(...rows);
  else accounts.push({ accountId, rows: [...rows] });
}

async function* entriesOf(reader: Reader): AsyncGenerator<readonly CheckedEntry[], void> {
  reader.entries();
  let next = reader.next();
  try {
    for (;;) {
      const answer = await next;
      if (answer.kind === 'end') return;
      if (answer.kind !== 'entries') throw unexpected(answer);
      // The process reads the next entries while these are stored.
      next = reader.next();
      next.catch(() => undefined);
      yield answer.entries.map(received);
    }
  } finally {
    // Awaits the outstanding answer: otherwise a repeated unit of work would receive it.
    await next.catch(() => undefined);
  }
}

const instants = entryColumns.filter(({ kind }) => kind === 'instant').map(({ property }) => property);

function receivedAccount({ row, record: { closedAt, ...record } }: SentAccount): CheckedAccount {
  if (closedAt === undefined) return { row, record };
  return { row, record: { ...record, closedAt: closedAt === null ? null : new Date(closedAt) } };
}

function received({ record, ...entry }: SentEntry): CheckedEntry {
  for (const property of instants) {
    const text = record[property];
    if (typeof text === 'string') record[property] = new Date(text);
  }
  return { ...entry, record: record as unknown as EntryRecord };
}

function unexpected({ kind }: NextAnswer): Error {
  return new Error(`The process that reads the file gave an unexpected answer: ${kind}.`);
}
