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

  /** Writes the report of a month (`YYYY-MM`) for every user who has none. */
  writeAll(month: string, signal?: AbortSignal): Promise<EachUserReport> {
    return this.users.forEach(() => this.#write(month), {
      signal,
      onSettled: ({ user, ...outcome }) => {
        if ('error' in outcome)
          this.#logger.error(`No report ${month} for the user ${user.id}`, outcome.error);
      },
    });
  }

  /** Runs in the scope of one user: reads and writes the rows of this user only. */
  async #write(month: string): Promise<void> {
    if (await this.reports.existsBy({ month })) return;
    const { count, net } = await this.journal.totals(rangeOf(month));
    const report = { userId: this.scope.userId, month, entries: count, net };
    // Another run of the job may have written the row meanwhile.
    await this.reports.createQueryBuilder().insert().values(report).orIgnore().execute();
  }
}

/** The instants of a month in UTC, both inclusive. */
function rangeOf(month: string): { from: Date; to: Date } {
  const from = new Date(`${month}-01T00:00:00.000Z`);
  const next = new Date(from);
  next.setUTCMonth(from.getUTCMonth() + 1);
  return { from, to: new Date(next.getTime() - 1) };
}
