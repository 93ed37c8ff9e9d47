import type { IncomingMessage, ServerResponse } from 'node:http';
import { Body, Catch, Controller, Get, Module, Post } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import {
  DatabaseModule,
  JournalDatabaseError,
  JournalEntry,
  JournalImportModule,
  JournalRepository,
  provideUserScope,
  UserScope,
} from 'trading-journal-database';
import type { JournalPage, NewEntry } from 'trading-journal-database';
import { Repository } from 'typeorm';
import { Alert, CreateAlerts20270105090000 } from './alert.entity.js';

@Controller()
class EntriesController {
  constructor(
    private readonly scope: UserScope,
    private readonly journal: JournalRepository,
    @InjectRepository(JournalEntry) private readonly entries: Repository<JournalEntry>,
    @InjectRepository(Alert) private readonly alerts: Repository<Alert>,
  ) {}

  /** Appends an entry, and an alert for its symbol, atomically. */
  @Post('entries')
  append(@Body() { ts, ...entry }: NewEntry & { ts: string | Date }): Promise<string[]> {
    return this.scope.transaction(async () => {
      const stored = await this.journal.append({ ...entry, ts: new Date(ts) });
      const alert = { userId: this.scope.userId, symbol: entry.symbol ?? '', above: '100' };
      await this.alerts.createQueryBuilder().insert().values(alert).orIgnore().execute();
      return [stored].flat().map(({ id }) => id);
    });
  }

  @Get('entries')
  page(): Promise<JournalPage> {
    return this.journal.page({ limit: 10 });
  }

  /** The user's entries and alerts, by TypeORM's repositories. */
  @Get('rows')
  async rows(): Promise<object> {
    const entries = await this.entries.find({ select: { id: true, amount: true } });
    const alerts = await this.alerts.find({ relations: { user: true } });
    return { entries, alerts: alerts.map(({ symbol, user }) => [symbol, user?.email]) };
  }
}

/** Identifies the package's errors by class, as applications do. */
@Catch(JournalDatabaseError)
class JournalErrorFilter implements ExceptionFilter<JournalDatabaseError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ code }: JournalDatabaseError, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse<ServerResponse>(), { code }, 400);
  }
}

@Module({
  imports: [
    DatabaseModule.forRoot({ migrations: [CreateAlerts20270105090000] }),
    JournalImportModule,
    TypeOrmModule.forFeature([Alert]),
  ],
  controllers: [EntriesController],
  providers: [
    { provide: APP_FILTER, useClass: JournalErrorFilter },
    provideUserScope((context) => {
      const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
      return headers['x-user-id'] as string | undefined;
    }),
  ],
})
export class ApplicationModule {}
