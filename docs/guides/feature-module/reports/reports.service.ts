import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { JournalRepository, UserScope, UsersRepository } from 'trading-journal-database';
import type { EachUserReport } from 'trading-journal-database';
import { Repository } from 'typeorm';
import { MonthlyReport } from './monthly-report.entity.js';

@Injectable()
export class ReportsService {
  readonly #logger = new Logger(ReportsService.name);

  constructor(
    private readonly users: UsersRepository,
    private readonly scope: UserScope,
    private readonly journal: JournalRepository,
    @InjectRepository(MonthlyReport) private readonly reports: Repository<MonthlyReport>,
  ) {}

  /**
   * Writes the report of a month (`YYYY-MM`) for every user who has none.
   *
   * @throws RangeError for another text; no report is written
   */
  async writeAll(month: string, signal?: AbortSignal): Promise<EachUserReport> {
    const range = rangeOf(month);
    return this.users.forEach(() => this.#write(month, range), {
      signal,
      onSettled: ({ user, ...outcome }) => {
        if ('error' in outcome)
          this.#logger.error(`No report ${month} for the user ${user.id}`, outcome.error);
      },
    });
  }

  /** Runs in the scope of one user: reads and writes the rows of this user only. */
  async #write(month: string, range: Range): Promise<void> {
    if (await this.reports.existsBy({ month })) return;
    const { count, net } = await this.journal.totals(range);
    const report = { userId: this.scope.userId, month, entries: count, net };
    // Another run of the job may have written the row meanwhile.
    await this.reports.createQueryBuilder().insert().values(report).orIgnore().execute();
  }
}

/** Instants, both inclusive. */
interface Range {
  from: Date;
  to: Date;
}

/** A month in UTC. */
function rangeOf(month: string): Range {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new RangeError(`${month || 'An empty text'} is no month (YYYY-MM).`);
  const from = new Date(`${month}-01T00:00:00.000Z`);
  const next = new Date(from);
  next.setUTCMonth(from.getUTCMonth() + 1);
  return { from, to: new Date(next.getTime() - 1) };
}
