import { rm } from 'node:fs/promises';
import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { JournalImportService, UserScope, UsersRepository } from 'trading-journal-database';
import type { ImportProgress, ImportReport } from 'trading-journal-database';
import type { ImportOptions } from './import-options.js';
import type { Upload } from './upload-folder.js';

/** Each import can take a processor and the memory of `limits`. */
const mostAtOnce = 2;

/**
 * Imports into the journal of the user in scope, and of no other: the client does not say which
 * one.
 */
@Injectable()
export class ImportsService {
  #running = 0;

  constructor(
    private readonly imports: JournalImportService,
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
  ) {}

  /**
   * Imports an upload, and removes it at the end, however that ends.
   * @throws ServiceUnavailableException if two imports are running
   */
  async import(
    { path, originalname }: Upload,
    options: ImportOptions & { signal: AbortSignal },
    progress: ImportProgress,
  ): Promise<ImportReport> {
    this.#running += 1;
    try {
      if (this.#running > mostAtOnce) throw new ServiceUnavailableException('Try again in a minute.');
      const { email } = await this.users.get(this.scope.userId);
      const report = await this.imports.import({ file: path, email, ...options }, progress);
      return { ...report, file: originalname };
    } finally {
      this.#running -= 1;
      await rm(path, { force: true });
    }
  }
}
