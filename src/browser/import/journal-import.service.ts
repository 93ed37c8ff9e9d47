import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { User } from '../../model/user.entity.js';
import { CommitOutcomeUnknownError } from '../../driver/transaction.errors.js';
import { EmailTakenError, UserNotFoundError } from '../../users/user.errors.js';
import { AccountsRepository } from '../../accounts/accounts.repository.js';
import { ImportedJournal } from '../../journal/imported-journal.js';
import { UsersRepository } from '../../users/users.repository.js';
import { requireSchema } from '../../schema/status/require-schema.js';
import { UserScope } from '../../isolation/user-scope.js';
import type { CheckedFile } from './check/check-file.js';
import { databaseFailure } from './database-failure.js';
import { compareTotals } from './check/control-totals.js';
import { ImportInterruptedError, ImportRejectedError, VerificationError } from './import-errors.js';
import { ImportBusyError } from './merge/import-busy.error.js';
import type { ChangedValue, CreatedAccount, ImportReport, RejectedRow } from './report/import-report.js';
import type { EntryChange } from './report/import-report.js';
import { journalColumns } from '../format/journal-columns.js';
import { FileReader } from './reader/file-reader.js';
import type { ReadingLimits } from './reader/limits.js';

/** What to import, and for whom. */
export interface JournalImport {
  /** Path of an SQLite file, of its base64 text, or of a JSON export. */
  file: string;
  /**
   * Path of a JSON dump of the browser's localStorage, which has corrected expirations and bought
   * options.
   */
  localStorageFile?: string | undefined;
  /** The address of the user who is to own the journal. */
  email: string;
  /**
   * IANA name of the zone in which the journal was kept; needed where the file holds expirations as
   * instants.
   */
  timeZone?: string | undefined;
  /** Create the user if there is none, without a password. */
  createUser?: boolean | undefined;
  /** Do everything, verification included, and then roll it back. */
  dryRun?: boolean | undefined;
  /** Leave out the rows that cannot be imported, instead of refusing the file. */
  skipInvalid?: boolean | undefined;
  /** What reading the file may take. */
  limits?: ReadingLimits | undefined;
  /**
   * Ends the import and its reader process; everything is rolled back. Once COMMIT is sent, the
   * signal has no effect.
   */
  signal?: AbortSignal | undefined;
}

/** How far an import is: rows done, of all. */
export type ImportProgress = (phase: 'check' | 'load', done: number, total: number) => void;

/**
 * Brings the journal of the browser application into the database, for one user, and verifies that
 * it arrived.
 */
@Injectable()
export class JournalImportService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
    private readonly accounts: AccountsRepository,
    private readonly journal: ImportedJournal,
    private readonly reader: FileReader,
  ) {}

  /**
   * Imports a file in one transaction: all of it, or with `skipInvalid` all that can be imported,
   * or nothing. A file of a journal that was imported before is merged: additions, edits, deletions
   * and restorations of the browser application are stored as such, and no stored content is
   * rewritten. The import is idempotent.
   *
   * The file is read and checked in a process of its own: one that nobody trusts neither blocks
   * this process nor takes its memory.
   *
   * Within a unit of work of the caller the import is a savepoint, and an aborted signal leaves the
   * connection open.
   *
   * @throws LegacyFileError, LocalStorageError, TimeZoneError, UserNotFoundError,
   * SchemaMissingError
   * @throws ImportRejectedError with every row that cannot be imported, and every one that was
   * changed on the server, too
   * @throws VerificationError if counts or sums in the database are not those of the file
   * @throws InvalidInputError if a user is to be created and the address is none
   * @throws ImportBusyError if another import holds the user's journal
   * @throws ImportFailedError if the database refused a statement or went away
   * @throws ImportInterruptedError if the signal was aborted; nothing was written
   * @throws AccountConflictError if an account of the file was created meanwhile, under another
   * name; nothing was written
   * @throws CommitOutcomeUnknownError if the connection was lost while it was committed
   * @throws UserScopeMismatchError within a unit of work of another user; SignInWithinUnitError
   * within any, where sign-in has a login of its own; TransactionNotJoinedError while a transaction
   * of `startTransaction()` is open
   * @throws UnitOfWorkAbortedError, UnitOfWorkEndedError, UnitOfWorkBlockedError within a unit of
   * work that cannot go on
   * @throws RoleRefusedError, PreparedStatementsUnavailableError if the login or a pooler is set up
   * wrongly
   */
  async import(request: JournalImport, progress: ImportProgress = () => {}): Promise<ImportReport> {
    // What the caller does there is not part of the import's transaction.
    const onProgress = AsyncResource.bind(progress);
    try {
      return await this.#import(request, onProgress);
    } catch (error) {
      if (!request.signal?.aborted || error instanceof CommitOutcomeUnknownError)
        throw databaseFailure(error) ?? error;
      throw new ImportInterruptedError({ cause: error });
    }
  }

  async #import(request: JournalImport, onProgress: ImportProgress): Promise<ImportReport> {
    const { file: path, localStorageFile, timeZone, limits, signal } = request;
    signal?.throwIfAborted();
    await requireSchema(this.dataSource);
    const file = await this.reader.check(
      { path, localStorageFile, timeZone, limits, signal },
      (done, total) => onProgress('check', done, total),
    );
    try {
      onProgress('check', file.journalCount, file.journalCount);
      refuse(file.rejected, request);
      return await this.#inOneTransaction(request, () => this.#store(request, file, onProgress));
    } finally {
      file.close();
    }
  }

  async #store(
    request: JournalImport,
    checked: CheckedFile,
    onProgress: ImportProgress,
  ): Promise<ImportReport> {
    // Loaded on first use: most processes import nothing.
    const [{ mergeEntries }, { applyLocalStorage }] = await Promise.all([
      import('./merge/merge-entries.js'),
      import('./merge/apply-local-storage.js'),
    ]);
    const { user, created } = await this.#user(request);
    return this.scope.run(user.id, async () => {
      const accounts = await this.#createAccounts(checked);
      let done = 0;
      const merge = await mergeEntries(checked, this.journal, (rows) =>
        onProgress('load', (done += rows), checked.journalCount),
      );
      onProgress('load', checked.journalCount, checked.journalCount);
      const rejected = [...checked.rejected, ...merge.conflicts];
      refuse(rejected, request, merge.entryChanges);
      if (!merge.verification.matches) throw new VerificationError(merge.verification);
      const leftOut = new Set(merge.conflicts.map(({ id }) => id));
      const localStorage =
        request.localStorageFile === undefined
          ? null
          : await applyLocalStorage(checked.localStorage, {
              journal: this.journal,
              isRow: (id) => checked.ids.has(id),
              isLeftOut: (id) => leftOut.has(id),
            });
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
        missingColumns: journalColumns.filter((column) => !checked.journalColumns.has(column)),
        notImported: checked.notImported,
        unreadColumns: checked.unreadColumns,
        rejected,
        changes: [...checked.changes, ...accounts.kept, ...merge.changes],
        verification: merge.verification,
        totals: compareTotals(checked.fileTotals, merge.verification),
        localStorage,
      };
    });
  }

  async #user({ email, createUser }: JournalImport): Promise<{ user: User; created: boolean }> {
    const user = await this.users.lockByEmail(email);
    if (user !== null) return { user, created: false };
    if (createUser !== true)
      throw new UserNotFoundError(email, 'Create the user first, or let the import do it.');
    try {
      return { user: await this.users.create({ email }), created: true };
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      // Another import for the same new user, which this one waited for, may have created it.
      const other = await this.users.lockByEmail(email);
      if (other === null) throw new ImportBusyError({ cause: error });
      return { user: other, created: false };
    }
  }

  /** Creates the accounts that are not stored. The name of a stored account stays. */
  async #createAccounts(checked: CheckedFile): Promise<{ created: CreatedAccount[]; kept: ChangedValue[] }> {
    const names = new Map((await this.accounts.list()).map(({ id, name }) => [id, name]));
    const created: CreatedAccount[] = [];
    const kept: ChangedValue[] = [];
    const create = async (account: CreatedAccount) => {
      await this.accounts.create({ id: account.id, name: account.name });
      names.set(account.id, account.name);
      created.push(account);
    };
    for (const { row, record } of checked.accounts) {
      const { id, name } = record;
      const stored = names.get(id);
      if (stored === undefined) await create({ id, name, source: 'file' });
      else if (stored !== name)
        kept.push({ kind: 'kept', table: 'accounts', row, id, column: 'name', from: name, to: stored });
    }
    for (const { accountId: id } of checked.entriesWithoutAccount) {
      if (!names.has(id)) await create({ id, name: id, source: 'entries' });
    }
    return { created, kept };
  }

  async #inOneTransaction(request: JournalImport, work: () => Promise<ImportReport>): Promise<ImportReport> {
    const { signal, dryRun } = request;
    const isWithin = this.scope.manager.queryRunner !== undefined;
    // A connection that is the caller's is not ended.
    const ending = isWithin ? undefined : signal;
    let report: ImportReport | undefined;
    const attempt = async () => {
      signal?.throwIfAborted();
      report = await work();
      // COMMIT is next, and then it is too late.
      signal?.throwIfAborted();
      if (dryRun === true) throw new DryRunFinished();
      return report;
    };
    try {
      return await this.scope.transactionWithAuth(() => this.scope.endWhenAborted(ending, attempt));
    } catch (error) {
      if (error instanceof DryRunFinished && report !== undefined) return report;
      throw error;
    }
  }
}

/** Rolls a dry run back. */
class DryRunFinished extends Error {}

function refuse(
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
