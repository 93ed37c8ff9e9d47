import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { flag } from '../../journal/new-entry.js';
import { checkInput, oneOf } from '../../model/input-check.js';
import { User } from '../../model/user.entity.js';
import { UserScopeMismatchError } from '../../driver/failures/transaction.errors.js';
import { UserNotFoundError, UserStillReferencedError } from '../../users/user.errors.js';
import { UsersRepository } from '../../users/users.repository.js';
import type { UnitOfWorkOptions } from '../../isolation/run-unit.js';
import { UserScope } from '../../isolation/user-scope.js';
import { JournalExportService } from '../export/journal-export.service.js';
import type { ExportProgress, ExportReport } from '../export/journal-export.service.js';
import { completeFormats } from '../export/export-format.js';
import { writeWholeFile } from '../export/whole-file.js';
import {
  DeletionUnverifiedError,
  UserDataLeftError,
  deletionFailure,
  mentionExport,
  refuseInterrupted,
} from './deletion-errors.js';
import type { DeletionReport, ExportBefore, UserDeletion, UserHoldings, UserTable } from './user-deletion.js';
import { userTables } from './user-deletion.js';

/** A misspelt `export` must not delete. */
const requestRule = z.strictObject({
  email: z.string(),
  export: z
    .strictObject({
      file: z.string(),
      format: oneOf(completeFormats),
      overwrite: flag.optional(),
    })
    .optional(),
  signal: z.unknown().optional(),
});

// READ COMMITTED: each statement must see rows that were committed while it waited for locks. One
// attempt: a retry would write the export file twice.
const once = { isolation: 'READ COMMITTED', attempts: 1 } as const;

/**
 * Deletes a user with all rows, and reports how many rows a query still finds. Works for the user
 * with the given email, independent of the user in scope: the application must authorise the call.
 */
@Injectable()
export class UserDeletionService {
  constructor(
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
    private readonly exports: JournalExportService,
  ) {}

  /**
   * Returns the tables that can hold rows of the user, with row counts and the consequence of a
   * deletion.
   *
   * @throws UserNotFoundError if no user has the email
   * @throws DeletionFailedError, UserBusyError if the database cannot read them
   * @throws UserScopeMismatchError within a unit of work; nothing was read
   */
  async inspect(email: string): Promise<UserHoldings> {
    this.#refuseUnit('inspect', 'read');
    try {
      const user = await this.#find(email);
      return await this.#unlimited(user.id, () => this.#holdings(user));
    } catch (error) {
      throw deletionFailure(email, undefined, error);
    }
  }

  /**
   * Deletes the user, all accounts and all entries in one transaction. With `export`, the file is
   * complete and on disk before anything is deleted, and the user's rows stay locked from the first
   * exported row until the end: concurrent writes wait, and then fail with UserNotFoundError.
   * DATABASE_STATEMENT_TIMEOUT_MS does not apply.
   *
   * ```ts
   * const { left } = await deletion.delete({
   *   email,
   *   export: { format: 'ndjson', file: 'before.ndjson' },
   * });
   * ```
   *
   * After every error but the last two, nothing was deleted:
   * @throws UserNotFoundError if no user has the email
   * @throws UserStillReferencedError, UserDataLeftError if tables of the application hold rows of
   * the user
   * @throws UserBusyError after DATABASE_LOCK_TIMEOUT_MS, or a deadlock with a writer of the user
   * @throws DeletionInterruptedError if the signal was aborted before COMMIT
   * @throws DeletionFailedError if the database refused a statement, or the connection was lost
   * @throws InvalidInputError for an invalid or unknown member of the request
   * @throws UserScopeMismatchError within a unit of work
   * @throws what `JournalExportService.exportFile` throws
   * @throws CommitOutcomeUnknownError if the connection was lost during COMMIT
   * @throws DeletionUnverifiedError if the user was deleted, and the final count failed
   */
  async delete(request: UserDeletion, progress: ExportProgress = () => {}): Promise<DeletionReport> {
    this.#refuseUnit('delete', 'deleted');
    checkInput('request of a deletion', requestRule, request);
    const { email, signal, export: file } = request;
    // Runs the callback in the caller's async context, outside the deletion's transaction.
    const onProgress = AsyncResource.bind(progress);
    let exported = null as ExportReport | null;
    const withExport = (error: unknown) => mentionExport(error, exported === null ? undefined : file?.file);
    const deleteLocked = async (found: User): Promise<UserHoldings> => {
      refuseInterrupted(signal);
      const holdings = await this.#lock(found);
      if (file !== undefined) exported = await this.#export(holdings, { ...file, signal }, onProgress);
      refuseInterrupted(signal);
      await this.#remove(holdings);
      // The last chance to interrupt: COMMIT is next.
      refuseInterrupted(signal);
      return holdings;
    };
    let deleted: UserHoldings;
    try {
      refuseInterrupted(signal);
      const found = await this.#find(email);
      deleted = await this.#unlimited(
        found.id,
        () => this.scope.endWhenAborted(signal, () => deleteLocked(found)),
        once,
      );
    } catch (error) {
      throw withExport(deletionFailure(email, signal, error));
    }
    try {
      return { ...deleted, exported, left: await this.#left(deleted.userId) };
    } catch (error) {
      const { message } = error as Error;
      throw withExport(new DeletionUnverifiedError(deleted.email, deleted.userId, message, { cause: error }));
    }
  }

  /** The deletion sets timeouts, closes its connection when aborted, and counts after COMMIT. */
  #refuseUnit(method: string, done: string): void {
    if (!this.scope.hasUnit) return;
    throw new UserScopeMismatchError(
      `Call UserDeletionService.${method} outside a unit of work; nothing was ${done}.`,
    );
  }

  async #find(email: string): Promise<User> {
    const user = await this.users.findByEmail(email);
    if (user === null) throw new UserNotFoundError(email, 'Check the address.');
    return user;
  }

  /** Runs `work` in a unit of work of the user, without a statement timeout. */
  #unlimited<T>(userId: string, work: () => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    return this.scope.run(userId, () =>
      this.scope.transactionWithAuth(async () => {
        await this.scope.manager.query('SET LOCAL statement_timeout = 0');
        return work();
      }, options),
    );
  }

  /**
   * Locks the user's row FOR UPDATE. That blocks inserts of accounts and entries, because their
   * foreign keys lock the same row.
   */
  async #lock({ id, email }: User): Promise<UserHoldings> {
    const locked = await this.scope.withAllUsers(() =>
      this.scope.manager
        .getRepository(User)
        .createQueryBuilder('user')
        .setLock('pessimistic_write')
        .where({ id })
        .getOne(),
    );
    if (locked === null) throw new UserNotFoundError(email, 'Check the address.');
    const holdings = await this.#holdings(locked);
    const refusing = holdings.tables.filter(({ consequence, rows }) => consequence === 'refused' && rows);
    if (refusing.length > 0)
      throw new UserStillReferencedError(
        locked.email,
        refusing.map(({ table }) => table),
      );
    return holdings;
  }

  async #export(
    { userId, email }: UserHoldings,
    { file, format, overwrite, signal }: ExportBefore & Pick<UserDeletion, 'signal'>,
    onProgress: ExportProgress,
  ): Promise<ExportReport> {
    // The lock of the user's row does not block updates of entries and accounts.
    for (const table of ['accounts', 'journal'])
      await this.scope.manager.query(
        `SELECT count(*) FROM (SELECT FROM ${table} WHERE user_id = $1 FOR UPDATE) AS held`,
        [userId],
      );
    return writeWholeFile(file, { overwrite }, (destination) =>
      this.exports.writeLocked({ email, format, signal }, destination, onProgress),
    );
  }

  async #remove({ userId, email }: UserHoldings): Promise<void> {
    await this.users.delete(userId);
    const left = (await userTables(this.scope.manager, userId)).filter(({ rows }) => rows);
    if (left.length > 0) throw new UserDataLeftError(email, left);
  }

  async #holdings({ id, email }: User): Promise<UserHoldings> {
    return { userId: id, email, tables: await userTables(this.scope.manager, id) };
  }

  #left(userId: string): Promise<UserTable[]> {
    return this.#unlimited(userId, async () => {
      const rows = await this.scope.withAllUsers(() =>
        this.scope.manager.getRepository(User).countBy({ id: userId }),
      );
      const user: UserTable = { table: 'users', column: 'id', consequence: 'deleted', rows };
      return [user, ...(await userTables(this.scope.manager, userId))];
    });
  }
}
