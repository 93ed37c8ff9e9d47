import { entryColumns } from '../../../model/entry-column.js';
import type { CheckedEntry, CheckedFile } from '../check/check-file.js';
import type { EntriesWithoutAccount } from '../report/import-report.js';
import { LocalStorageError } from '../local-storage/local-storage.error.js';
import { LegacyFileError } from './legacy-file.error.js';
import { IdSet } from './id-set.js';
import { defaultLimits, ReaderProcess, type ReadingLimits, type NextAnswer } from './reader-process.js';
import { readerProgram } from './reader-program.js';
import type { FileToRead, ListChunk, Lists } from './messages.js';

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
    const program = await readerProgram();
    signal?.throwIfAborted();
    refuseNul(file);
    const { seconds = defaultLimits.seconds, mebibytes = defaultLimits.mebibytes } = limits;
    const reader = new ReaderProcess(program, file, { seconds, mebibytes }, onProgress);
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

/** The source of the answers about a file: a reader process, or in tests an object. */
type Reader = Pick<ReaderProcess, 'next' | 'entries'>;

export async function receivedFile(reader: Reader, close: () => void): Promise<ReceivedFile> {
  const first = await reader.next();
  if (first.kind !== 'facts') throw unexpected(first);
  const { kind: _, ...facts } = first;
  const lists = new ReceivedLists();
  for (;;) {
    const answer = await reader.next();
    if (answer.kind === 'end') break;
    if (answer.kind !== 'list') throw unexpected(answer);
    lists.add(answer);
  }
  const { arrays, ids, entriesWithoutAccount } = lists;
  return { ...facts, ...arrays, ids, entriesWithoutAccount, entries: () => entriesOf(reader), close };
}

class ReceivedLists {
  readonly ids = new IdSet();
  readonly entriesWithoutAccount: { accountId: string; rows: number[] }[] = [];
  readonly arrays: Omit<Lists, 'ids' | 'entriesWithoutAccount'> = {
    totals: [],
    accounts: [],
    rejected: [],
    changes: [],
    notImported: [],
    unreadColumns: [],
    expirations: [],
    correctedEntries: [],
    purchases: [],
    notTaken: [],
    unreadable: [],
  };

  add(chunk: ListChunk): void {
    switch (chunk.name) {
      case 'ids':
        for (const id of chunk.rows) this.ids.add(id);
        return;
      case 'entriesWithoutAccount':
        for (const part of chunk.rows) this.#addPart(part);
        return;
      case 'accounts':
        for (const { record } of chunk.rows) restoreInstants(record, ['closedAt']);
    }
    (this.arrays[chunk.name] as unknown[]).push(...chunk.rows);
  }

  /** Appends rows to an account, whose parts arrive one after another. */
  #addPart({ accountId, rows }: EntriesWithoutAccount): void {
    const last = this.entriesWithoutAccount.at(-1);
    if (last?.accountId === accountId) last.rows.push(...rows);
    else this.entriesWithoutAccount.push({ accountId, rows: [...rows] });
  }
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
      for (const { record } of answer.entries) restoreInstants(record, instants);
      yield answer.entries;
    }
  } finally {
    // Awaits the outstanding answer: otherwise a repeated unit of work would receive it.
    await next.catch(() => undefined);
  }
}

const instants = entryColumns.filter(({ kind }) => kind === 'instant').map(({ property }) => property);

/** Turns the instants of a received record from texts into Dates. */
function restoreInstants<T extends object>(record: T, properties: readonly (keyof T)[]): void {
  for (const property of properties) {
    const text = record[property];
    if (typeof text === 'string') record[property] = new Date(text) as T[keyof T];
  }
}

function unexpected({ kind }: NextAnswer): Error {
  return new Error(`The process that reads the file gave an unexpected answer: ${kind}.`);
}
