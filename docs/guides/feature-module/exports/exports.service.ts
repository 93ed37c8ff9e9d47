import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { JournalExportService, UserScope, UsersRepository } from 'trading-journal-database';
import type { ExportFormat } from 'trading-journal-database';

/** An export reads in a transaction: a client that reads slowly must not hold it for ever. */
const longestExport = 10 * 60_000;

/** Each export holds a connection of the pool, of 20 by default, until the client has read it. */
const mostAtOnce = 4;

/** Exports the journal of the user in scope, and of no other. */
@Injectable()
export class ExportsService {
  #running = 0;

  constructor(
    private readonly exports: JournalExportService,
    private readonly scope: UserScope,
    private readonly users: UsersRepository,
  ) {}

  /**
   * Starts an export, and returns the stream of its bytes when the first bytes are there. An error
   * before them rejects the call, so the response gets the status of the error. A later error
   * destroys the stream. `client` is aborted when the client disconnects.
   * @throws ServiceUnavailableException if four exports are running
   */
  async export(format: ExportFormat, client: AbortSignal): Promise<PassThrough> {
    const { email } = await this.users.get(this.scope.userId);
    if (this.#running === mostAtOnce) throw new ServiceUnavailableException('Try again in a minute.');
    const bytes = new PassThrough();
    const signal = AbortSignal.any([client, AbortSignal.timeout(longestExport)]);
    this.#running += 1;
    const written = this.exports.write({ email, format, signal }, bytes).finally(() => (this.#running -= 1));
    await Promise.race([once(bytes, 'readable'), written]);
    return bytes;
  }
}
