import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { User } from '../../model/user.entity.js';
import { UserNotFoundError, UserStillReferencedError } from '../../users/user.errors.js';
import { UsersRepository } from '../../users/users.repository.js';
import type { UnitOfWorkOptions } from '../../isolation/run-unit.js';
import { UserScope } from '../../isolation/user-scope.js';
import { JournalExportService } from '../export/journal-export.service.js';
import type { ExportProgress, ExportReport } from '../export/journal-export.service.js';
import { DeletionUnverifiedError, UserDataLeftError } from './deletion-errors.js';
import { deletionFailure, refuseInterrupted, sayingExported } from './deletion-failure.js';
import type { DeletionReport, ExportBefore, UserDeletion, UserHoldings } from './user-deletion.js';
import { userTables } from './user-tables.js';
import type { UserTable } from './user-tables.js';

// Each statement has to see what was committed before it, and a file is not to be written twice.
const once = { isolation: 'READ COMMITTED', attempts: 1 } as const;

/**
 * Deletes a user, and shows that nothing of theirs is left. Whoever is in scope, it works for the
 * user of the address.
 */
@Injectable()
export class UserDeletionService {
  constructor(
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
    private readonly exports: JournalExportService,
  ) {}

  /**
   * What a deletion would take along.
   *
   * @throws UserNotFoundError; DeletionFailedError, UserBusyError, if it cannot be read
   * @throws UserScopeMismatchError within a unit of work of another user
   */
  async inspect(email: string): Promise<UserHoldings> {
    try {
      const user = await this.#find(email);
      return await this.#unlimited(user.id, () => this.#holdings(user));
    } catch (error) {
      throw deletionFailure(email, undefined, error);
    }
  }

  /**
   * Deletes a user with everything of theirs. With an export, the file is whole before anything is
   * deleted, and nothing can be written for the user from its first row until then: whoever tries
   * waits, and then is told that there is no such user. It takes as long as the journal needs,
   * whatever DATABASE_STATEMENT_TIMEOUT_MS says.
   *
   * @throws UserNotFoundError; UserStillReferencedError, UserDataLeftError about tables of the
   * application; UserBusyError, if what is being written for the user does not end in time;
   * DeletionInterruptedError; DeletionFailedError, if the database refused a statement or went
   * away; what the export throws; UserScopeMismatchError within a unit of work of another user;
   * then nothing was deleted
   * @throws CommitOutcomeUnknownError if the connection was lost while it was committed
   * @throws DeletionUnverifiedError if the user was deleted, and it could not be read whether
   * anything is left
   */
  async delete(request: UserDeletion, progress: ExportProgress = () => {}): Promise<DeletionReport> {
    const { email, signal, export: file } = request;
    // What the caller does there is not part of the deletion's transaction.
    const onProgress = AsyncResource.bind(progress);
    let exported = null as ExportReport | null;
    const failing = (error: unknown) => sayingExported(error, exported === null ? undefined : file?.file);
    const deleteHeld = async (found: User): Promise<UserHoldings> => {
      refuseInterrupted(signal);
      const holdings = await this.#hold(found);
      if (file !== undefined) exported = await this.#export(holdings, { ...file, signal }, onProgress);
      refuseInterrupted(signal);
      await this.#remove(holdings);
      // COMMIT is next, and then it is too late.
      refuseInterrupted(signal);
      return holdings;
    };
    let deleted: UserHoldings;
    try {
      refuseInterrupted(signal);
      const found = await this.#find(email);
      deleted = await this.#unlimited(
        found.id,
        () => this.scope.endWhenAborted(signal, () => deleteHeld(found)),
        once,
      );
    } catch (error) {
      throw failing(deletionFailure(email, signal, error));
    }
    try {
      return { ...deleted, exported, left: await this.#left(deleted.userId) };
    } catch (error) {
      const { message } = error as Error;
      throw failing(new DeletionUnverifiedError(deleted.email, deleted.userId, message, { cause: error }));
    }
  }

  async #find(email: string): Promise<User> {
    const user = await this.users.findByEmail(email);
    if (user === null) throw new UserNotFoundError(email, 'Check the address.');
    return user;
  }

  /**
   * A unit of work of the user's, until the end of which a statement may take as long as it needs.
   */
  #unlimited<T>(userId: string, work: () => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    return this.scope.run(userId, () =>
      this.scope.transactionWithAuth(async () => {
        await this.scope.manager.query('SET LOCAL statement_timeout = 0');
        return work();
      }, options),
    );
  }

  /**
   * Nothing can be added for a user whose row is held so, as each entry and account refers to it.
   */
  async #hold({ id, email }: User): Promise<UserHoldings> {
    const held = await this.scope.withAllUsers(() =>
      this.scope.manager
        .getRepository(User)
        .createQueryBuilder('user')
        .setLock('pessimistic_write')
        .where({ id })
        .getOne(),
    );
    if (held === null) throw new UserNotFoundError(email, 'Check the address.');
    const holdings = await this.#holdings(held);
    const refusing = holdings.tables.filter(({ consequence, rows }) => consequence === 'refused' && rows);
    if (refusing.length > 0)
      throw new UserStillReferencedError(
        held.email,
        refusing.map(({ table }) => table),
      );
    return holdings;
  }

  async #export(
    { userId, email }: UserHoldings,
    file: ExportBefore & Pick<UserDeletion, 'signal'>,
    onProgress: ExportProgress,
  ): Promise<ExportReport> {
    // Entries that are live could still be marked as deleted, and accounts be renamed.
    for (const table of ['accounts', 'journal'])
      await this.scope.manager.query(
        `SELECT count(*) FROM (SELECT FROM ${table} WHERE user_id = $1 FOR UPDATE) AS held`,
        [userId],
      );
    return this.exports.exportFile({ ...file, email }, onProgress);
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
