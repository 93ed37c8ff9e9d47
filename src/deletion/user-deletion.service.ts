import { AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { User } from '../database/entities/user.entity.js';
import { UserBusyError, UserNotFoundError, UserStillReferencedError } from '../database/errors/index.js';
import { UsersRepository } from '../database/repositories/users.repository.js';
import { isBlocked } from '../database/scope/transient-failure.js';
import { UserScope } from '../database/user-scope.js';
import { JournalExportService } from '../export/journal-export.service.js';
import type { ExportProgress, ExportReport, JournalFileExport } from '../export/journal-export.service.js';
import { UserDataLeftError } from './deletion-errors.js';
import { userTables } from './user-tables.js';
import type { UserTable } from './user-tables.js';

/** Whom to delete, and what to write before. */
export interface UserDeletion {
  /** The address of the user. */
  email: string;
  /** The file of a complete export that is written first; none unless given. */
  export?: (Omit<JournalFileExport, 'email' | 'asOf' | 'format'> & { format: CompleteFormat }) | undefined;
}

/** The formats that keep everything of a journal. */
export const completeFormats = ['sqlite', 'json', 'ndjson'] as const;
export type CompleteFormat = (typeof completeFormats)[number];

/** What a user has in the database. */
export interface UserHoldings {
  userId: string;
  email: string;
  tables: UserTable[];
}

/** What was deleted. */
export interface DeletionReport extends UserHoldings {
  exported: ExportReport | null;
  /** What a query found afterwards, in the same tables and in `users`. */
  left: UserTable[];
}

/** Deletes a user, and shows that nothing of theirs is left. */
@Injectable()
export class UserDeletionService {
  constructor(
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
    private readonly exports: JournalExportService,
  ) {}

  /** What a deletion would take along. @throws UserNotFoundError */
  async inspect(email: string): Promise<UserHoldings> {
    const user = await this.users.findByEmail(email);
    if (user === null) throw new UserNotFoundError(email, 'Check the address.');
    return { userId: user.id, email: user.email, tables: await this.#tables(user.id) };
  }

  /**
   * Deletes a user with everything of theirs. With an export, the file is whole before anything is deleted, and nothing can be
   * written for the user from its first row until then: whoever tries waits, and then is told that there is no such user.
   *
   * @throws UserNotFoundError; UserStillReferencedError, UserDataLeftError about tables of the application; UserBusyError, if what is
   *   being written for the user does not end in time; then nothing was deleted
   * @throws what the export throws; then nothing was deleted
   */
  async delete(request: UserDeletion, progress: ExportProgress = () => {}): Promise<DeletionReport> {
    // What the caller does there is not part of the deletion's transaction.
    const onProgress = AsyncResource.bind(progress);
    // Each statement has to see what was committed before it, and a file is not to be written twice.
    const options = { isolation: 'READ COMMITTED', attempts: 1 } as const;
    const deleted = await this.scope
      .transaction(() => this.#deleteHeld(request, onProgress), options)
      .catch((error: unknown) => {
        throw isBlocked(error) && !(error instanceof UserBusyError)
          ? new UserBusyError(request.email, { cause: error })
          : error;
      });
    return { ...deleted, left: await this.#left(deleted.userId) };
  }

  async #deleteHeld(
    { email, export: file }: UserDeletion,
    onProgress: ExportProgress,
  ): Promise<Omit<DeletionReport, 'left'>> {
    const user = await this.#hold(email);
    const tables = await this.#tables(user.id);
    const refusing = tables.filter(({ consequence, rows }) => consequence === 'refused' && rows);
    if (refusing.length > 0)
      throw new UserStillReferencedError(
        user.email,
        refusing.map(({ table }) => table),
      );
    const exported = file === undefined ? null : await this.#export(user, file, onProgress);
    await this.users.delete(user.id);
    const left = (await this.#tables(user.id)).filter(({ rows }) => rows);
    if (left.length > 0) throw new UserDataLeftError(user.email, left);
    return { userId: user.id, email: user.email, tables, exported };
  }

  /** Nothing can be added for a user whose row is held so, as each entry and account refers to it. */
  async #hold(email: string): Promise<User> {
    const found = await this.users.findByEmail(email);
    const held = await this.scope.signIn(async () =>
      found === null
        ? null
        : this.scope.manager
            .getRepository(User)
            .createQueryBuilder('user')
            .setLock('pessimistic_write')
            .where({ id: found.id })
            .getOne(),
    );
    if (held === null) throw new UserNotFoundError(email, 'Check the address.');
    return held;
  }

  #export(
    { id, email }: User,
    file: NonNullable<UserDeletion['export']>,
    onProgress: ExportProgress,
  ): Promise<ExportReport> {
    return this.scope.run(id, async () => {
      // Entries that are live could still be marked as deleted, and accounts be renamed.
      for (const table of ['accounts', 'journal'])
        await this.scope.manager.query(
          `SELECT count(*) FROM (SELECT FROM ${table} WHERE user_id = $1 FOR UPDATE) AS held`,
          [id],
        );
      return this.exports.exportFile({ ...file, email }, onProgress);
    });
  }

  #tables(userId: string): Promise<UserTable[]> {
    return this.scope.run(userId, () => userTables(this.scope.manager, userId));
  }

  async #left(userId: string): Promise<UserTable[]> {
    const rows = await this.scope.signIn(() =>
      this.scope.manager.getRepository(User).countBy({ id: userId }),
    );
    const user: UserTable = { table: 'users', column: 'id', consequence: 'deleted', rows };
    return [user, ...(await this.#tables(userId))];
  }
}
