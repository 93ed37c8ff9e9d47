import { afterAll, beforeAll } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../../src/config/database.settings.js';
import { ImportedJournal } from '../../src/journal/imported-journal.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { UserScope } from '../../src/isolation/user-scope.js';
import { mergeEntries } from '../../src/browser/import/merge/merge-entries.js';
import type { Merge, MergedFile } from '../../src/browser/import/merge/merge-entries.js';
import { JournalFileReader } from '../../src/browser/import/reader/file-reader.js';
import type { ReceivedFile } from '../../src/browser/import/reader/file-reader.js';
import { UserDeletionModule } from '../../src/portability/deletion/user-deletion.module.js';
import { JournalExportModule } from '../../src/portability/export/journal-export.module.js';
import { JournalExportService } from '../../src/portability/export/journal-export.service.js';
import type { ExportReport, JournalFileExport } from '../../src/portability/export/journal-export.service.js';
import { JournalImportModule } from '../../src/browser/import/journal-import.module.js';
import { JournalImportService } from '../../src/browser/import/journal-import.service.js';
import type { ImportProgress, JournalImport } from '../../src/browser/import/journal-import.service.js';
import type { ImportReport } from '../../src/browser/import/report/import-report.js';
import { startJournal } from './database-journal.js';
import type { JournalUnderTest } from './database-journal.js';

export type StoredRow = Record<string, unknown>;

/** All rows of the three tables, as text. */
export interface Snapshot {
  users: StoredRow[];
  accounts: StoredRow[];
  journal: StoredRow[];
}

/** Importer and exporter with a test database. Both are closed after the tests of the file. */
export class ImportApplication {
  #journal: JournalUnderTest | undefined;
  #users = 0;

  constructor({ empty = false, ...settings }: Partial<DatabaseSettings> & { empty?: boolean } = {}) {
    const modules = [JournalImportModule, JournalExportModule, UserDeletionModule];
    beforeAll(async () => {
      this.#journal = await startJournal(settings, modules, { empty });
    });
    afterAll(() => this.#journal?.close());
  }

  get url(): string {
    return this.#journal?.url ?? '';
  }

  /** A connection of the tables' owner, who bypasses row-level security. */
  get owner(): DataSource {
    return this.#started.owner;
  }

  /**
   * Imports a journal kept in Denver for the user with this address. Creates the user if necessary.
   */
  import(
    file: string,
    email: string,
    options: Partial<JournalImport> = {},
    onProgress?: ImportProgress,
  ): Promise<ImportReport> {
    const request = { file, email, timeZone: 'America/Denver', createUser: true, ...options };
    return this.get(JournalImportService).import(request, onProgress);
  }

  export(request: JournalFileExport): Promise<ExportReport> {
    return this.get(JournalExportService).exportFile(request);
  }

  /** A user's journal rows as text, without the column `user_id`. */
  rowsOf(email: string): Promise<string[]> {
    return this.sql(
      `SELECT (to_jsonb(journal) - 'user_id')::text AS row
       FROM journal JOIN users ON users.id = user_id WHERE email = $1 ORDER BY journal.id`,
      [email],
    ).then((rows) => rows.map(({ row }) => row as string));
  }

  /** First phase of an import: reads and validates the rows of a file. */
  check(path: string): Promise<ReceivedFile> {
    return this.get(JournalFileReader).check({ path, timeZone: 'America/Denver' });
  }

  /** Second phase of an import: merges validated entries with the entries of a user. */
  async merge(file: MergedFile, email: string): Promise<Merge> {
    const user = await this.get(UsersRepository).findByEmail(email);
    return this.get(UserScope).run(user?.id ?? '', () =>
      mergeEntries(file, this.get(ImportedJournal), () => {}),
    );
  }

  /** An e-mail address that no other test uses. */
  newEmail(): string {
    this.#users += 1;
    return `trader-${this.#users}@example.com`;
  }

  sql(statement: string, values: unknown[] = []): Promise<StoredRow[]> {
    return this.owner.query(statement, values);
  }

  /** A user's stored journal, without columns that depend on the user or the clock. */
  journalOf(email: string): Promise<StoredRow[]> {
    return this.sql(
      `SELECT to_jsonb(journal) - ARRAY['user_id', 'created_at', 'updated_at'] AS entry
       FROM journal JOIN users ON users.id = user_id WHERE email = $1 ORDER BY journal.id`,
      [email],
    ).then((rows) => rows.map(({ entry }) => entry as StoredRow));
  }

  async snapshot(): Promise<Snapshot> {
    const read = (table: string) => this.sql(`SELECT t::text AS row, xmin::text FROM ${table} t ORDER BY 1`);
    return { users: await read('users'), accounts: await read('accounts'), journal: await read('journal') };
  }

  get<T>(token: Type<T>): T {
    return this.#started.get(token);
  }

  get #started(): JournalUnderTest {
    if (this.#journal === undefined) throw new Error('the application has not started yet');
    return this.#journal;
  }
}
