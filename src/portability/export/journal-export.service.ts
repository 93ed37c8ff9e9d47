import { AsyncResource } from 'node:async_hooks';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { z } from 'zod';
import type { JournalEntry } from '../../model/journal-entry.entity.js';
import type { User } from '../../model/user.entity.js';
import { checkReadInput, oneOf } from '../../model/input-check.js';
import { storableInstant } from '../../model/storable.js';
import { isConnectionError } from '../../driver/failures/connection.errors.js';
import { CommitOutcomeUnknownError } from '../../driver/failures/transaction.errors.js';
import { UserNotFoundError } from '../../users/user.errors.js';
import { AccountsRepository } from '../../accounts/accounts.repository.js';
import { JournalRepository } from '../../journal/journal.repository.js';
import { UsersRepository } from '../../users/users.repository.js';
import type { UnitOfWorkOptions } from '../../isolation/run-unit.js';
import { UserScope } from '../../isolation/user-scope.js';
import { exportFormats, type ExportFormat } from './export-format.js';
import { ExportFailedError, ExportInterruptedError } from './export-errors.js';
import type { ExportedJournal, ExportWriter } from './exported-journal.js';
import { csvChunks, jsonChunks, ndjsonChunks, asKnownAt } from './exported-journal.js';
import { sqliteChunks } from '../../browser/export/sqlite.js';
import { writeWholeFile } from './whole-file.js';

const requestRule = z.strictObject({
  email: z.string(),
  format: oneOf(exportFormats),
  asOf: storableInstant.optional(),
  signal: z.unknown().optional(),
});

/** Arguments of `JournalExportService.write`. */
export interface JournalExport {
  /** The email of the user. */
  email: string;
  format: ExportFormat;
  /** Exports the journal as it was known at this instant. Default: the current journal. */
  asOf?: Date | undefined;
  /** Interrupts the export. */
  signal?: AbortSignal | undefined;
}

/** Arguments of `JournalExportService.exportFile`. */
export interface JournalFileExport extends JournalExport {
  /** The path of the file. */
  file: string;
  /** Replaces an existing file. Default false. */
  overwrite?: boolean | undefined;
}

/** Result of an export. */
export interface ExportReport {
  email: string;
  format: ExportFormat;
  /** ISO 8601; null for the current journal. */
  asOf: string | null;
  /** Number of accounts. */
  accounts: number;
  /** Number of entries, including deleted ones. */
  entries: number;
  /** Number of deleted entries. */
  deleted: number;
}

/** Called with the number of exported entries and the total. */
export type ExportProgress = (done: number, total: number) => void;

const writers: Record<ExportFormat, ExportWriter> = {
  sqlite: sqliteChunks,
  json: jsonChunks,
  ndjson: ndjsonChunks,
  csv: csvChunks,
};

/**
 * Exports a user's complete journal, including deleted entries. Works for the user with the given
 * email, independent of the user in scope: the application must authorise the call.
 */
@Injectable()
export class JournalExportService {
  constructor(
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
    private readonly accounts: AccountsRepository,
    private readonly journal: JournalRepository,
  ) {}

  /**
   * Exports to a file. The file appears under its name when it is complete and on disk; until then
   * a `.journal-export-….partial` file grows in the same folder. After an error no file was created
   * or replaced.
   *
   * ```ts
   * await exports.exportFile({ email, format: 'json', file: 'journal.json' });
   * ```
   *
   * @throws UserNotFoundError if no user has the email
   * @throws ExportFileError if the file exists or cannot be written
   * @throws ExportInterruptedError if the signal was aborted
   * @throws ExportFailedError if the database failed to read the journal
   * @throws UserScopeMismatchError within a unit of work of another user
   * @throws IsolationLevelError within a READ COMMITTED unit of work
   * @throws InvalidInputError for an invalid or unknown member of the request
   */
  async exportFile(request: JournalFileExport, progress: ExportProgress = () => {}): Promise<ExportReport> {
    const { file, overwrite, ...content } = request;
    return writeWholeFile(file, { overwrite }, (destination) => this.write(content, destination, progress));
  }

  /**
   * Exports to a stream, such as an HTTP response, and ends the stream. An error before the first
   * byte leaves the stream open, so that an HTTP response can report the error. A later error
   * destroys the stream.
   *
   * Reads one snapshot of the database with backpressure: a slow destination keeps a connection and
   * a transaction open, so pass a `signal` with a time limit. Joins the unit of work of the user,
   * which must be REPEATABLE READ or SERIALIZABLE.
   *
   * ```ts
   * const signal = AbortSignal.timeout(60_000);
   * await exports.write({ email, format: 'ndjson', signal }, response);
   * ```
   *
   * @throws UserNotFoundError if no user has the email
   * @throws ExportInterruptedError if the signal was aborted, or the destination was closed, for
   * example by a client that disconnected
   * @throws ExportFailedError if the database failed to read the journal
   * @throws UserScopeMismatchError within a unit of work of another user
   * @throws IsolationLevelError within a READ COMMITTED unit of work
   * @throws InvalidInputError for an invalid or unknown member of the request
   * @throws the error of the destination
   */
  async write(
    request: JournalExport,
    destination: Writable,
    progress: ExportProgress = () => {},
  ): Promise<ExportReport> {
    const isSerializable = this.scope.isolation === 'SERIALIZABLE';
    const isolation = isSerializable ? 'SERIALIZABLE' : 'REPEATABLE READ';
    return this.#write(request, destination, progress, { isolation, attempts: 1 });
  }

  /**
   * `write` within a unit of work of any isolation level, which has locked the user's rows.
   *
   * @internal
   */
  async writeLocked(
    request: JournalExport,
    destination: Writable,
    progress: ExportProgress,
  ): Promise<ExportReport> {
    return this.#write(request, destination, progress, {});
  }

  async #write(
    request: JournalExport,
    destination: Writable,
    progress: ExportProgress,
    options: UnitOfWorkOptions,
  ): Promise<ExportReport> {
    const onProgress = AsyncResource.bind(progress);
    const { signal } = request;
    // Aborting must not end the connection of the caller's unit of work.
    const ending = this.scope.isolation === undefined ? signal : undefined;
    let isWriting = false;
    // A pipeline that does not end its destination waits for a stalled destination, whatever its
    // signal.
    const abort = () => void destination.destroy(signal?.reason as Error);
    const begin = () => {
      signal?.throwIfAborted();
      isWriting = true;
      // The caller gets an error of the destination as the rejection. Without a listener the error
      // would end the process, for example during COMMIT.
      destination.on('error', ignore);
      signal?.addEventListener('abort', abort);
    };
    try {
      checkReadInput('export', requestRule, request);
      const found = await this.users.findByEmail(request.email);
      if (found === null) throw new UserNotFoundError(request.email, 'Check the address.');
      const pipe = async () => {
        const user = await this.users.get(found.id);
        return this.#pipe(user, request, destination, onProgress, begin);
      };
      const report = await this.scope.run(found.id, () =>
        this.scope.transactionWithAuth(() => this.scope.endWhenAborted(ending, pipe), options),
      );
      // After COMMIT, so that a client that received the end of the file has a successful export.
      await endStream(destination);
      destination.off('error', ignore);
      return report;
    } catch (error) {
      const isClosed = destination.destroyed && !destination.errored;
      if (isWriting) destination.destroy(error as Error);
      if (signal?.aborted || isClosed) throw new ExportInterruptedError({ cause: error });
      // The message of CommitOutcomeUnknownError advises to read the written rows. An export writes
      // none.
      if (error instanceof CommitOutcomeUnknownError)
        throw new ExportFailedError('the connection was lost at the end', { cause: error });
      throw error instanceof QueryFailedError || isConnectionError(error)
        ? new ExportFailedError((error as Error).message, { cause: error })
        : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async #pipe(
    user: User,
    { format, asOf }: JournalExport,
    destination: Writable,
    onProgress: ExportProgress,
    begin: () => void,
  ): Promise<ExportReport> {
    const accounts = await this.accounts.list({ status: 'all' });
    const filter = { status: 'all', ...(asOf !== undefined && { asOf }) } as const;
    const { count } = await this.journal.totals(filter);
    const report = {
      email: user.email,
      format,
      asOf: asOf?.toISOString() ?? null,
      accounts: accounts.length,
      entries: 0,
      deleted: 0,
    };
    const stream = this.journal.stream({ ...filter, order: 'oldest-first' });
    const journal: ExportedJournal = {
      header: {
        format: 'trading-journal',
        version: 1,
        exported_at: new Date().toISOString(),
        as_of: report.asOf,
        user: {
          email: user.email,
          subscription_tier: user.subscriptionTier,
          created_at: user.createdAt.toISOString(),
        },
        accounts: accounts.length,
        entries: count,
      },
      accounts,
      entries: counted(stream, asOf, report, (done) => onProgress(done, count)),
    };
    begin();
    await pipeline(writers[format](journal), destination, { end: false });
    onProgress(count, count);
    return report;
  }
}

const ignore = () => undefined;

function endStream(destination: Writable): Promise<void> {
  const end = finished(destination, { readable: false });
  destination.end();
  return end;
}

const progressEvery = 1_000;

async function* counted(
  entries: AsyncIterable<JournalEntry>,
  asOf: Date | undefined,
  report: Pick<ExportReport, 'entries' | 'deleted'>,
  onProgress: (done: number) => void,
): AsyncGenerator<JournalEntry> {
  for await (const entry of entries) {
    const known = asOf === undefined ? entry : asKnownAt(entry, asOf);
    report.entries += 1;
    if (known.deletedAt !== null) report.deleted += 1;
    if (report.entries % progressEvery === 0) onProgress(report.entries);
    yield known;
  }
}
