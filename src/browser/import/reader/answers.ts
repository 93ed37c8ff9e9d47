import { checkFile, type CheckedFile } from '../check/check-file.js';
import { TypedDays } from '../convert/typed-days.js';
import { noLocalStorage } from '../local-storage/local-storage.js';
import { LocalStorageMatcher } from '../local-storage/local-storage-matcher.js';
import { readLocalStorageFile } from '../local-storage/read-local-storage.js';
import type { EntriesWithoutAccount } from '../report/import-report.js';
import { FileProblem } from '../read/file-problem.js';
import type { LegacySource } from '../read/legacy-source.js';
import { openLegacyFile } from '../read/open-legacy-file.js';
import { chunksOf } from '../check/chunks.js';
import { LegacyFileError } from './legacy-file.error.js';
import type { Answer, FileToRead, ListChunk, Lists, RowOf } from './messages.js';

/** The answers about a file, in the reader process. */
export class FileAnswers {
  /** The open file. The end of the process closes it. */
  source: LegacySource | undefined;
  #entries: CheckedFile['entries'] | undefined;
  #series: AsyncIterator<Answer, void>;

  constructor(
    private readonly file: FileToRead,
    private readonly onRow: (rows: number, total: number) => void,
  ) {
    this.#series = this.#check();
  }

  /**
   * The next answer: first about the check of the file, after `entries` about its entries.
   *
   * @throws LegacyFileError, LocalStorageError, TimeZoneError
   */
  async next(): Promise<Answer> {
    try {
      const { value } = await this.#series.next();
      return value ?? { kind: 'end' };
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      throw new LegacyFileError(this.file.path, error.message, { cause: error.cause });
    }
  }

  /** Begins to read the entries of the checked file. */
  entries(): void {
    this.#series = this.#read();
  }

  async *#check(): AsyncGenerator<Answer, void> {
    const { path, localStorageFile, timeZone } = this.file;
    const calendar = new TypedDays(timeZone);
    const storage =
      localStorageFile === undefined ? noLocalStorage : await readLocalStorageFile(localStorageFile);
    const matcher = new LocalStorageMatcher(storage, new TypedDays(timeZone));
    const source = await openLegacyFile(path);
    this.source = source;
    const onRow = (rows: number) => this.onRow(rows, source.journalCount);
    const checked = await checkFile(source, calendar, matcher, onRow);
    const { format, journalCount, missingColumns, fileTotals, days, entries, ...lists } = checked;
    this.#entries = entries;
    yield { kind: 'facts', format, journalCount, missingColumns, fileTotals, days };
    const all = { ...lists, entriesWithoutAccount: inParts(lists.entriesWithoutAccount) };
    for (const [name, list] of Object.entries(all satisfies SentLists))
      for await (const rows of chunksOf<unknown>(list)) yield { kind: 'list', name, rows } as ListChunk;
  }

  async *#read(): AsyncGenerator<Answer, void> {
    if (this.#entries === undefined) throw new Error('The file has not been checked.');
    for await (const entries of this.#entries()) yield { kind: 'entries', entries };
  }
}

type SentLists = { readonly [Name in keyof Lists]: Iterable<RowOf<Lists[Name]>> };

/** Splits the rows of accounts, to limit the size of an answer. */
function* inParts(all: readonly EntriesWithoutAccount[]): Iterable<EntriesWithoutAccount> {
  for (const { accountId, rows } of all) {
    for (let first = 0; first < rows.length; first += rowsPerPart)
      yield { accountId, rows: rows.slice(first, first + rowsPerPart) };
  }
}

const rowsPerPart = 250;
