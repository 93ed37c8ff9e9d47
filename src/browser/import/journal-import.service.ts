import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError } from 'typeorm';
import { z } from 'zod';
import { checkInput } from '../../model/input-check.js';
import type { User } from '../../model/user.entity.js';
import { CommitOutcomeUnknownError } from '../../driver/failures/transaction.errors.js';
import { EmailTakenError, UserNotFoundError } from '../../users/user.errors.js';
import { AccountsRepository } from '../../accounts/accounts.repository.js';
import { ImportedJournal } from '../../journal/imported-journal.js';
import { flag } from '../../journal/new-entry.js';
import { UsersRepository } from '../../users/users.repository.js';
import { requireSchema } from '../../schema/status/migration-status.js';
import { UserScope } from '../../isolation/user-scope.js';
import { compareTotals } from './check/control-totals.js';
import {
  ImportInterruptedError,
  ImportRejectedError,
  VerificationError,
  ImportFailedError,
} from './import-errors.js';
import { ImportBusyError } from './merge/import-busy.error.js';
import type {
  ChangedValue,
  CreatedAccount,
  ImportReport,
  RejectedRow,
  UnplacedEntries,
  EntryChange,
} from './report/import-report.js';
import { explainUnmatched } from '../../figures/explain-unmatched.js';
import { ProfitReadModel } from '../../figures/profit.read-model.js';
import { applyLocalStorage } from './merge/apply-local-storage.js';
import { mergeEntries } from './merge/merge-entries.js';
import { JournalFileReader, type ReceivedFile } from './reader/file-reader.js';
import { readingLimits, type ReadingLimits } from './reader/reader-process.js';
import { isBlocked } from '../../driver/failures/failures.js';
import { isConnectionError } from '../../driver/failures/connection.errors.js';

/**
 * The rules of a request: with a misspelt `dryRun`, or with the text `'true'` as `dryRun`, an
 * import must not begin. The reader process checks the file and the time zone.
 */
const requestRule = z.strictObject({
  file: z.string(),
  localStorageFile: z.string().optional(),
  email: z.string(),
  timeZone: z.string().optional(),
  createUser: flag.optional(),
  dryRun: flag.optional(),
  skipInvalid: flag.optional(),
  checkFigures: flag.optional(),
  limits: readingLimits.optional(),
  signal: z.unknown().optional(),
});

/** Arguments of `JournalImportService.import`. */
export interface JournalImport {
  /** Path of an SQLite file, its base64 text, a JSON export or an NDJSON export. */
  file: string;
  /**
   * Path of a JSON dump of the browser's localStorage, which contains corrected expirations and
   * bought options.
   */
  localStorageFile?: string | undefined;
  /** The email of the user who gets the journal. */
  email: string;
  /**
   * The IANA time zone in which the journal was kept. Required if the file stores expirations as
   * instants.
   */
  timeZone?: string | undefined;
  /** Creates the user without a password if the email is unknown. Default false. */
  createUser?: boolean | undefined;
  /** Runs the complete import, including verification, and rolls it back. Default false. */
  dryRun?: boolean | undefined;
  /** Skips rows that cannot be imported, instead of refusing the file. Default false. */
  skipInvalid?: boolean | undefined;
  /**
   * Adds `figures` to the report: entries that the figures cannot place. Reads the whole journal
   * of the user into memory, and blocks the event loop meanwhile. Default false.
   */
  checkFigures?: boolean | undefined;
  /** Limits of the reader process. */
  limits?: ReadingLimits | undefined;
  /**
   * Ends the import and its reader process; everything is rolled back. No effect once COMMIT is
   * sent.
   */
  signal?: AbortSignal | undefined;
}

/** Called with the number of finished rows and the total, in both phases. */
export type ImportProgress = (phase: 'check' | 'load', done: number, total: number) => void;

/** Imports journals of the browser application and exports of this package. */
@Injectable()
export class JournalImportService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
    private readonly accounts: AccountsRepository,
    private readonly journal: ImportedJournal,
    private readonly reader: JournalFileReader,
  ) {}

  /**
   * Imports a file for one user in one transaction, and verifies counts and sums. Stores either all
   * rows (with `skipInvalid`, all valid rows) or nothing. Idempotent.
   *
   * A journal that was imported before is merged: additions, edits, deletions and restorations of
   * the browser application are appended or marked, and no stored content is overwritten.
   *
   * A child process reads and checks the file, so that a malicious file can neither block this
   * process nor exhaust its memory. Within a unit of work of the caller, the import is a savepoint,
   * and an aborted signal does not end the connection.
   *
   * ```ts
   * const report = await importer.import({
   *   file: 'options-tracker.db',
   *   email: 'trader@example.com',
   *   timeZone: 'America/Denver',
   * });
   * report.entries; // { read: 812, inserted: 812, unchanged: 0, rejected: 0 }
   * ```
   *
   * After an error nothing was written. Exceptions: a CommitOutcomeUnknownError, and an
   * ImportFailedError whose message does not say that nothing was written. After these, the outcome
   * is unknown.
   *
   * @throws LegacyFileError, LocalStorageError if a file cannot be read
   * @throws TimeZoneError if a time zone is required or unknown
   * @throws UserNotFoundError if no user has the email, without `createUser`
   * @throws InvalidInputError for an invalid or unknown member of the request
   * @throws ImportRejectedError with every row that is invalid or conflicts with a stored entry
   * @throws VerificationError if counts or sums of the database differ from those of the file
   * @throws ImportBusyError if another session has locked the user's journal
   * @throws ImportFailedError if the database refused a statement or the connection was lost
   * @throws ImportInterruptedError if the signal was aborted
   * @throws AccountConflictError if an account of the file was created concurrently with another
   * name
   * @throws CommitOutcomeUnknownError if the connection was lost during COMMIT
   * @throws SchemaMissingError before the migrations have run
   * @throws UserScopeMismatchError within a unit of work of another user
   * @throws SignInWithinUnitError within any unit of work, if sign-in has its own login
   * @throws TransactionNotJoinedError while a transaction of `startTransaction()` is open
   * @throws UnitOfWorkAbortedError, UnitOfWorkEndedError, UnitOfWorkBlockedError within a unit of
   * work that has failed
   * @throws RoleRefusedError, PreparedStatementsUnavailableError for a misconfigured login or
   * pooler
   */
  async import(request: JournalImport, progress: ImportProgress = () => {}): Promise<ImportReport> {
    // Runs the callback in the caller's async context, outside the import's transaction.
    const onProgress = AsyncResource.bind(progress);
    try {
      return await this.#import(request, onProgress);
    } catch (error) {
      if (!request.signal?.aborted || error instanceof CommitOutcomeUnknownError)
        throw translateDatabaseError(error) ?? error;
      throw new ImportInterruptedError({ cause: error });
    }
  }

  async #import(request: JournalImport, onProgress: ImportProgress): Promise<ImportReport> {
    const { file: path, localStorageFile, timeZone, limits, signal } = request;
    signal?.throwIfAborted();
    checkInput('request of an import', requestRule, request);
    await requireSchema(this.dataSource);
    const file = await this.reader.check(
      { path, localStorageFile, timeZone, limits, signal },
      (done, total) => onProgress('check', done, total),
    );
    try {
      onProgress('check', file.journalCount, file.journalCount);
      refuseRejected(file.rejected, request);
      return await this.#inOneTransaction(request, () => this.#store(request, file, onProgress));
    } finally {
      file.close();
    }
  }

  async #store(
    request: JournalImport,
    checked: ReceivedFile,
    onProgress: ImportProgress,
  ): Promise<ImportReport> {
    const { user, created } = await this.#findOrCreateUser(request);
    return this.scope.run(user.id, async () => {
      const accounts = await this.#createAccounts(checked);
      let done = 0;
      const merge = await mergeEntries(checked, this.journal, (rows) =>
        onProgress('load', (done += rows), checked.journalCount),
      );
      onProgress('load', checked.journalCount, checked.journalCount);
      const rejected = [...checked.rejected, ...merge.conflicts];
      refuseRejected(rejected, request, merge.entryChanges);
      if (!merge.verification.matches) throw new VerificationError(merge.verification);
      const leftOut = new Set(merge.conflicts.flatMap(({ id }) => id ?? []));
      const localStorage =
        request.localStorageFile === undefined
          ? null
          : await applyLocalStorage(checked, { journal: this.journal, rows: checked.ids, leftOut });
      return {
        file: request.file,
        format: checked.format,
        timeZone: request.timeZone ?? null,
        dryRun: request.dryRun === true,
        days: checked.days,
        user: { email: user.email, created },
        entries: {
          read: checked.journalCount,
          inserted: merge.inserted,
          unchanged: merge.unchanged,
          rejected: rowsOf('journal', rejected),
        },
        merged: { deleted: merge.deleted, restored: merge.restored },
        entryChanges: merge.entryChanges,
        accounts: {
          read: checked.accounts.length + rowsOf('accounts', checked.rejected),
          created: accounts.created,
          rejected: rowsOf('accounts', rejected),
        },
        entriesWithoutAccount: checked.entriesWithoutAccount,
        missingColumns: checked.missingColumns,
        notImported: checked.notImported,
        unreadColumns: checked.unreadColumns,
        rejected,
        changes: [...checked.changes, ...accounts.kept, ...merge.changes],
        verification: merge.verification,
        totals: compareTotals(checked.fileTotals, merge.verification),
        localStorage,
        figures: request.checkFigures === true ? await this.#unplacedEntries() : null,
      };
    });
  }

  /** Days of entries without a day are in UTC: PostgreSQL may not know the zone of the request. */
  async #unplacedEntries(): Promise<UnplacedEntries> {
    const unmatched = await explainUnmatched(this.scope);
    return { unmatched, unassignedFees: await new ProfitReadModel(this.scope).unassignedFees() };
  }

  async #findOrCreateUser({ email, createUser }: JournalImport): Promise<{ user: User; created: boolean }> {
    const user = await this.users.lockByEmail(email);
    if (user !== null) return { user, created: false };
    if (createUser !== true)
      throw new UserNotFoundError(email, 'Create the user first, or let the import do it.');
    try {
      return { user: await this.users.create({ email }), created: true };
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      // A concurrent import for the same new user may have created it.
      const other = await this.users.lockByEmail(email);
      if (other === null) throw new ImportBusyError({ cause: error });
      return { user: other, created: false };
    }
  }

  /** Creates missing accounts. Neither renames, closes nor reopens stored accounts. */
  async #createAccounts(checked: ReceivedFile): Promise<{ created: CreatedAccount[]; kept: ChangedValue[] }> {
    const stored = new Map(
      (await this.accounts.list({ status: 'all' })).map((account) => [account.id, account]),
    );
    const created: CreatedAccount[] = [];
    const kept: ChangedValue[] = [];
    const create = async (account: CreatedAccount, closedAt?: Date | null) => {
      const { id, name } = account;
      const open = await this.accounts.create({ id, name });
      stored.set(id, closedAt ? await this.accounts.close(id, { at: closedAt }) : open);
      created.push(account);
    };
    for (const { row, record } of checked.accounts) {
      const { id, name, closedAt } = record;
      const known = stored.get(id);
      if (known === undefined) await create({ id, name, source: 'file' }, closedAt);
      else {
        const change = { kind: 'kept', table: 'accounts', row, id } as const;
        if (known.name !== name) kept.push({ ...change, column: 'name', from: name, to: known.name });
        const [from, to] = [closedAt, known.closedAt].map((instant) => instant?.toISOString() ?? 'nothing');
        if (closedAt !== undefined && from !== to)
          kept.push({ ...change, column: 'closed_at', from: from as string, to: to as string });
      }
    }
    for (const { accountId: id } of checked.entriesWithoutAccount) {
      if (!stored.has(id)) await create({ id, name: id, source: 'entries' });
    }
    return { created, kept };
  }

  async #inOneTransaction(request: JournalImport, work: () => Promise<ImportReport>): Promise<ImportReport> {
    const { signal, dryRun } = request;
    // Aborting must not end the connection of the caller's unit of work.
    const ending = this.scope.hasUnit ? undefined : signal;
    const attempt = async () => {
      signal?.throwIfAborted();
      const report = await work();
      // The last chance to interrupt: COMMIT is next.
      signal?.throwIfAborted();
      if (dryRun === true) throw new DryRunFinished(report);
      return report;
    };
    try {
      return await this.scope.transactionWithAuth(() => this.scope.endWhenAborted(ending, attempt));
    } catch (error) {
      if (error instanceof DryRunFinished) return error.report;
      throw error;
    }
  }
}

/** Thrown to roll a dry run back. */
class DryRunFinished extends Error {
  constructor(readonly report: ImportReport) {
    super();
  }
}

function refuseRejected(
  rejected: readonly RejectedRow[],
  { skipInvalid }: JournalImport,
  changes: readonly EntryChange[] = [],
): void {
  if (rejected.length === 0 || skipInvalid === true) return;
  throw new ImportRejectedError(
    rejected,
    changes.filter(({ action }) => action === 'conflict'),
  );
}

function rowsOf(table: RejectedRow['table'], rejected: readonly RejectedRow[]): number {
  return new Set(rejected.filter((problem) => problem.table === table).map(({ row }) => row)).size;
}

/** Translates a failure of the database. Returns undefined for any other error. */
function translateDatabaseError(error: unknown): Error | undefined {
  if (!(error instanceof QueryFailedError || isConnectionError(error))) return undefined;
  const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: string };
  const cause = { cause: error };
  if (isBlocked(error)) return new ImportBusyError(cause);
  return new ImportFailedError(code, (error as Error).message, cause);
}
