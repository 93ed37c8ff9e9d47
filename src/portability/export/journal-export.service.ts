import { AsyncResource } from 'node:async_hooks';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import type { JournalEntry } from '../../model/journal-entry.entity.js';
import type { User } from '../../model/user.entity.js';
import { isConnectionError } from '../../driver/connection.errors.js';
import { UserNotFoundError } from '../../users/user.errors.js';
import { AccountsRepository } from '../../accounts/accounts.repository.js';
import { JournalRepository } from '../../journal/journal.repository.js';
import { UsersRepository } from '../../users/users.repository.js';
import { UserScope } from '../../isolation/user-scope.js';
import { ExportFailedError, ExportInterruptedError } from './export-errors.js';
import type { ExportedJournal, ExportWriter } from './exported-journal.js';
import { csvChunks } from './csv.js';
import { jsonChunks } from './json.js';
import { ndjsonChunks } from './ndjson.js';
import { sqliteChunks } from '../../browser/export/sqlite.js';
import { asKnownAt } from './exported-row.js';
import { writeWholeFile } from './whole-file.js';

/**
 * `sqlite`: the database of the browser application; `json` and `ndjson`: the same rows, exact;
 * `csv`: for a spreadsheet.
 */
export const exportFormats = ['sqlite', 'json', 'ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What to export. */
export interface JournalExport {
  /** The address of the user whose journal it is. */
  email: string;
  format: ExportFormat;
  /** The journal as it was known at this instant; as it is unless given. */
  asOf?: Date | undefined;
  /** Interrupts it. */
  signal?: AbortSignal | undefined;
}

/** What to export, and where to. */
export interface JournalFileExport extends JournalExport {
  file: string;
  /** Replace a file that is there. */
  overwrite?: boolean | undefined;
}

/** What was exported. */
export interface ExportReport {
  email: string;
  format: ExportFormat;
  asOf: string | null;
  accounts: number;
  /** Deleted ones included. */
  entries: number;
  deleted: number;
}

/** How far an export is: entries done, of all. */
export type ExportProgress = (done: number, total: number) => void;

const writers: Record<ExportFormat, ExportWriter> = {
  sqlite: sqliteChunks,
  json: jsonChunks,
  ndjson: ndjsonChunks,
  csv: csvChunks,
};

/**
 * Hands a user's whole journal out, deleted entries and their history included. Whoever is in
 * scope, it is that of the address.
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
   * Exports to a file, which appears under its name when it is whole.
   *
   * @throws UserNotFoundError, ExportFileError, ExportInterruptedError, ExportFailedError; then no
   * file was made, and none replaced
   * @throws UserScopeMismatchError within a unit of work of another user
   * @throws InvalidInputError for an `asOf` that is no instant
   */
  async exportFile(request: JournalFileExport, progress: ExportProgress = () => {}): Promise<ExportReport> {
    return writeWholeFile(request.file, request, (destination) => this.write(request, destination, progress));
  }

  /**
   * Exports to a stream, such as the response to a request, and ends it. It is read from one
   * snapshot of the database, no faster than the destination takes it, and within a unit of work
   * from that.
   *
   * @throws UserNotFoundError, ExportInterruptedError, ExportFailedError, and what the destination
   * fails with
   * @throws UserScopeMismatchError within a unit of work of another user
   */
  async write(
    request: JournalExport,
    destination: Writable,
    progress: ExportProgress = () => {},
  ): Promise<ExportReport> {
    const onProgress = AsyncResource.bind(progress);
    const options = { isolation: 'REPEATABLE READ', attempts: 1 } as const;
    const isWithin = this.scope.manager.queryRunner !== undefined;
    // A connection that is the caller's is not ended.
    const ending = isWithin ? undefined : request.signal;
    try {
      const found = await this.users.findByEmail(request.email);
      if (found === null) throw new UserNotFoundError(request.email, 'Check the address.');
      const piped = async () => {
        const user = await this.users.get(found.id);
        return this.#pipe(user, request, destination, onProgress);
      };
      const report = await this.scope.run(found.id, () =>
        this.scope.transactionWithAuth(
          () => this.scope.endWhenAborted(ending, piped),
          isWithin ? {} : options,
        ),
      );
      // After COMMIT: once a client has the whole file, nothing can fail any more.
      await ended(destination);
      return report;
    } catch (error) {
      destination.destroy(error as Error);
      if (request.signal?.aborted) throw new ExportInterruptedError({ cause: error });
      throw error instanceof QueryFailedError || isConnectionError(error)
        ? new ExportFailedError((error as Error).message, { cause: error })
        : error;
    }
  }

  async #pipe(
    user: User,
    { format, asOf, signal }: JournalExport,
    destination: Writable,
    onProgress: ExportProgress,
  ): Promise<ExportReport> {
    const accounts = await this.accounts.list();
    const filter = { status: 'all', ...(asOf && { asOf }) } as const;
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
    await pipeline(writers[format](journal), destination, { end: false, ...(signal && { signal }) });
    onProgress(count, count);
    return report;
  }
}

function ended(destination: Writable): Promise<void> {
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
