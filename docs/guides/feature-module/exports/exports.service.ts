import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { JournalExportService, UserScope, UsersRepository } from 'trading-journal-database';
import type { ExportFormat } from 'trading-journal-database';

/** An export reads in a transaction: a client that reads slowly must not hold it for ever. */
const longestExport = 10 * 60_000;

/** Exports the journal of the user in scope, and of no other. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly exports: JournalExportService,
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
  ) {}

  /**
   * Starts an export, and returns the stream of its bytes when the first bytes are there. An error
   * before them rejects the call, so the response gets the status of the error. A later error
   * destroys the stream.
   */
  async export(format: ExportFormat): Promise<PassThrough> {
    const { email } = await this.users.get(this.scope.userId);
    const bytes = new PassThrough();
    const signal = AbortSignal.timeout(longestExport);
    const written = this.exports.write({ email, format, signal }, bytes);
    await Promise.race([once(bytes, 'readable'), written]);
    return bytes;
  }
}
