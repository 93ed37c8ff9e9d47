import type { OnModuleDestroy } from '@nestjs/common';
import { entryColumns } from '../../../model/journal-entry.entity.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { CheckedAccount, CheckedEntry, CheckedFile } from '../check/check-file.js';
import { ControlTotals } from '../check/control-totals.js';
import type { ChangedValue, RejectedRow } from '../report/import-report.js';
import type { UnreadableItem, UntakenKey } from '../report/local-storage-report.js';
import type {
  CorrectedEntry,
  MatchedCorrection,
  MatchedPurchase,
} from '../local-storage/local-storage-matcher.js';
import type { UnreadTable } from '../read/legacy-source.js';
import { LocalStorageError } from '../local-storage/local-storage.error.js';
import { LegacyFileError } from '../read/legacy-file.error.js';
import { defaultLimits, ReaderProcess } from './reader-process.js';
import type { ReadingLimits, AskedAnswer } from './reader-process.js';
import type { ListChunk, ListRows, SentAccount, SentEntry } from './messages.js';

/** A file to be read in a child process. */
export interface FileRequest {
  path: string;
  /** Path of a dump of localStorage. */
  localStorageFile?: string | undefined;
  timeZone?: string | undefined;
  limits?: ReadingLimits | undefined;
  /** Ends the reading. */
  signal?: AbortSignal | undefined;
}

/** A checked file, whose entries a child process reads. Close it after use. */
export interface ReadFile extends CheckedFile {
  close(): void;
}

export interface FileReaderOptions {
  /**
   * Number of files that one process reads, one after another. Default 1: no file can access data
   * of another file.
   */
  filesPerProcess?: number;
}

/** Reads and checks files in child processes, with limits of time and memory. */
export class FileReader implements OnModuleDestroy {
  readonly #filesPerProcess: number;
  /** An idle process, which may read another file. */
  #idle: ReaderProcess | undefined;

  constructor({ filesPerProcess = 1 }: FileReaderOptions = {}) {
    this.#filesPerProcess = filesPerProcess;
  }

  /**
   * Checks a file.
   *
   * @throws LegacyFileError for an unreadable file, or if a limit is exceeded
   * @throws LocalStorageError, TimeZoneError
   * @throws the reason of the aborted signal
   */
  async check(
    { path, localStorageFile, timeZone, limits = {}, signal }: FileRequest,
    onProgress: (rows: number, total: number) => void = () => {},
  ): Promise<ReadFile> {
    signal?.throwIfAborted();
    refuseNul(path, localStorageFile);
    const { seconds = defaultLimits.seconds, mebibytes = defaultLimits.mebibytes } = limits;
    const reader = this.#take(mebibytes);
    const abort = () => reader.kill(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    const close = () => {
      signal?.removeEventListener('abort', abort);
      this.#release(reader);
    };
    try {
      reader.check({ path, milliseconds: seconds * 1000, onProgress }, { localStorageFile, timeZone });
      return { ...(await receive(reader)), entries: () => entriesOf(reader), close };
    } catch (error) {
      close();
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.#idle?.kill(new Error('The application is closed.'));
  }

  #take(mebibytes: number): ReaderProcess {
    const idle = this.#idle;
    if (!idle?.isAlive || idle.mebibytes !== mebibytes) return new ReaderProcess(mebibytes);
    this.#idle = undefined;
    return idle;
  }

  #release(reader: ReaderProcess): void {
    if (this.#idle === undefined && reader.isAlive && reader.files < this.#filesPerProcess) {
      reader.close();
      this.#idle = reader;
    } else {
      reader.kill(new Error('The file is closed.'));
    }
  }
}

/** Node.js reports a NUL character in a path as an invalid argument of its own function. */
function refuseNul(path: string, localStorageFile: string | undefined): void {
  const problem = 'cannot be opened, because its path contains a NUL character; correct the path';
  if (path.includes('\0')) throw new LegacyFileError(path, problem);
  if (localStorageFile?.includes('\0')) throw new LocalStorageError(problem);
}

async function receive(reader: ReaderProcess): Promise<Omit<CheckedFile, 'entries'>> {
  const first = await reader.next();
  if (first.kind !== 'facts') throw unexpected(first);
  const { kind: _, ...facts } = first;
  const lists = new Lists();
  for (;;) {
    const answer = await reader.next();
    if (answer.kind === 'end') return { ...facts, ...lists };
    if (answer.kind !== 'list') throw unexpected(answer);
    lists.take(answer);
  }
}

/** Collects the lists of a checked file, which arrive in chunks. */
class Lists {
  readonly accounts: CheckedAccount[] = [];
  readonly entriesWithoutAccount: { accountId: string; rows: number[] }[] = [];
  readonly ids = new Set<string>();
  readonly rejected: RejectedRow[] = [];
  readonly changes: ChangedValue[] = [];
  readonly totals = new ControlTotals();
  readonly notImported: UnreadTable[] = [];
  readonly unreadColumns: string[] = [];
  readonly journalColumns = new Set<string>();
  readonly localStorage = {
    expirations: new Array<MatchedCorrection>(),
    correctedEntries: new Array<CorrectedEntry>(),
    purchases: new Array<MatchedPurchase>(),
    notTaken: new Array<UntakenKey>(),
    unreadable: new Array<UnreadableItem>(),
  };

  readonly #add: { [Name in keyof ListRows]: (row: ListRows[Name]) => unknown } = {
    accounts: (row) => this.accounts.push(receivedAccount(row)),
    entriesWithoutAccount: ({ accountId, rows }) => this.#rowsOf(accountId).push(...rows),
    ids: (id) => this.ids.add(id),
    rejected: (row) => this.rejected.push(row),
    changes: (change) => this.changes.push(change),
    totals: (sum) => this.totals.add(sum),
    notImported: (table) => this.notImported.push(table),
    unreadColumns: (column) => this.unreadColumns.push(column),
    journalColumns: (column) => this.journalColumns.add(column),
    expirations: (correction) => this.localStorage.expirations.push(correction),
    correctedEntries: (entry) => this.localStorage.correctedEntries.push(entry),
    purchases: (purchase) => this.localStorage.purchases.push(purchase),
    notTaken: (key) => this.localStorage.notTaken.push(key),
    unreadable: (item) => this.localStorage.unreadable.push(item),
  };

  take({ name, rows }: ListChunk): void {
    const add = this.#add[name] as (row: unknown) => unknown;
    for (const row of rows) add(row);
  }

  /** Appends rows to an account, whose parts arrive one after another. */
  #rowsOf(accountId: string): number[] {
    const last = this.entriesWithoutAccount.at(-1);
    if (last?.accountId === accountId) return last.rows;
    const rows: number[] = [];
    this.entriesWithoutAccount.push({ accountId, rows });
    return rows;
  }
}

async function* entriesOf(reader: ReaderProcess): AsyncGenerator<readonly CheckedEntry[], void> {
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
    // An answer that is still to come is not one about another file.
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

function unexpected({ kind }: AskedAnswer): Error {
  return new Error(`The process that reads the file gave an unexpected answer: ${kind}.`);
}
