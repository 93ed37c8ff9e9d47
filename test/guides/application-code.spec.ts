// @slow: starts an application for each test
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  Module,
  ParseFilePipe,
  Post,
  Query,
  StandardSchemaValidationPipe,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { FileInterceptor, MulterModule } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import request from 'supertest';
import {
  AccountsRepository,
  DatabaseModule,
  JournalEntry,
  JournalImportModule,
  JournalRepository,
  ProfitReadModel,
  provideUserScope,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import type { ImportReport, RealisedProfit } from 'trading-journal-database';
import { createTestDatabase, generateLegacyDatabase, makeTrade } from 'trading-journal-database/testing';
import type { TestDatabase } from 'trading-journal-database/testing';
import { sellPut } from 'trading-journal-database/trades';
import * as templates from 'trading-journal-database/trades';
import type { TradeEntry } from 'trading-journal-database/trades';
import { DataSource, In, QueryFailedError } from 'typeorm';
import type { Repository } from 'typeorm';
import { z } from 'zod';
import { importOptions } from '../../docs/guides/feature-module/imports/import-options.js';
import type { ImportOptions } from '../../docs/guides/feature-module/imports/import-options.js';
import { ImportsService } from '../../docs/guides/feature-module/imports/imports.service.js';
import { UploadFolder } from '../../docs/guides/feature-module/imports/upload-folder.js';
import type { Upload } from '../../docs/guides/feature-module/imports/upload-folder.js';
import { JournalErrorFilter } from '../../docs/guides/feature-module/journal-error.filter.js';
import { WatchlistItem } from '../../docs/guides/feature-module/watchlist/watchlist-item.entity.js';
import { CreateWatchlist20261123090000 } from '../../docs/guides/feature-module/watchlist/20261123090000_create_watchlist.js';

const offered = ['sellPut', 'buyToClose', 'dividend'] as const; // the names that a client may send

function entriesOf(name: (typeof offered)[number], values: object, ts: string): TradeEntry[] {
  const template = templates[name] as (trade: object) => TradeEntry[];
  return template({ ...values, ts: new Date(ts) });
}

class Premium {
  constructor(private readonly users: UsersRepository) {}

  async admit(userId: string): Promise<void> {
    const user = await this.users.get(userId); // USER_NOT_FOUND, which the error filter answers with 401
    if (user.subscriptionTier !== 'premium') throw new ForbiddenException();
  }
}

class Watching {
  constructor(private readonly items: Repository<WatchlistItem>) {}

  async add(item: { userId: string; symbol: string }): Promise<void> {
    try {
      await this.items.insert(item);
    } catch (error) {
      const cause = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : undefined;
      const isTaken = cause?.code === '23505';
      throw isTaken ? new ConflictException(`${item.symbol} is in the list already.`) : error;
    }
  }
}

@Controller('imports')
class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @UseInterceptors(FileInterceptor('file'))
  import(
    @UploadedFile(new ParseFilePipe()) upload: Upload,
    @Body({ schema: importOptions }) options: ImportOptions,
  ): Promise<ImportReport> {
    return this.imports.import(upload, { ...options, signal: AbortSignal.timeout(300_000) }, () => {});
  }
}

const profitQuery = z.object({
  per: z.enum(['day', 'week', 'month', 'quarter', 'year']),
  on: z.string().optional(), // the package checks the day
  asOf: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
});

@Controller('profit')
class ProfitController {
  constructor(private readonly profits: ProfitReadModel) {}

  @Get()
  realised(@Query({ schema: profitQuery }) query: z.output<typeof profitQuery>): Promise<RealisedProfit[]> {
    return this.profits.realised({ ...query, timeZone: 'America/New_York' });
  }
}

// Excerpts of the guides, which snippets.spec.ts compares, with expectations between them.
describe("the guides' examples of application code", () => {
  let database: TestDatabase;
  let app: INestApplication<Server>;
  let userId: string;
  const inScope = <T>(work: () => Promise<T>) => app.get(UserScope).run(userId, work);

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = { ...database.settings, runMigrations: true };
    @Module({
      imports: [
        DatabaseModule.forRootAsync({
          useFactory: () => settings,
          migrations: [CreateWatchlist20261123090000],
        }),
        TypeOrmModule.forFeature([WatchlistItem]),
        JournalImportModule,
        MulterModule.registerAsync({ useClass: UploadFolder }),
      ],
      controllers: [ImportsController, ProfitController],
      providers: [
        ImportsService,
        provideUserScope(() => userId),
        { provide: APP_PIPE, useClass: StandardSchemaValidationPipe },
        { provide: APP_FILTER, useClass: JournalErrorFilter },
      ],
    })
    class AppModule {}
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = await testing.createNestApplication<INestApplication<Server>>().init();
    userId = (await app.get(UsersRepository).create({ email: 'anna@example.com' })).id;
    await inScope(() => app.get(AccountsRepository).create({ id: 'acct-1', name: 'Margin' }));
  });
  afterAll(async () => {
    await app?.close();
    await database?.drop();
  });

  it('remove a whole trade', async () => {
    const [userScope, journal] = [app.get(UserScope), app.get(JournalRepository)];
    const option = {
      contracts: '2',
      strike: '540',
      expiration: '2026-12-18',
      price: '1.56',
      fee: '1.3',
    } as const;
    const trade = { ts: new Date('2026-11-02'), accountId: 'acct-1', symbol: 'SPY', ...option };
    await inScope(async () => {
      await journal.append(makeTrade());
      await journal.append(sellPut({ ...trade, id: 'put-1', meta: { trade: 'put-1' } }));
      await journal.amend('put-1', { notes: 'late' }, { reason: 'note' });

      await userScope.transaction(async () => {
        const { entries } = await journal.page({ meta: { trade: 'put-1' }, limit: 100 });
        for (const { id } of entries) await journal.remove(id, { reason: 'never happened' });
      });
      expect(await journal.totals({ symbol: 'SPY' })).toMatchObject({ count: 0 });
      expect(await journal.totals()).toMatchObject({ count: 2 });
    });
  });

  it('order entries by another column', async () => {
    const entries = app.get(DataSource).getRepository(JournalEntry);
    await inScope(async () => {
      for (const amount of ['5', '100', '20'] as const) {
        const ts = new Date('2026-01-05');
        await app.get(JournalRepository).append({ ts, accountId: 'acct-1', type: 'dividend', amount });
      }
      const [items, total] = await entries.findAndCount({
        where: { type: In(['dividend', 'interest']) },
        order: { amount: 'DESC', id: 'DESC' },
        take: 20,
      });
      expect(total).toBe(3);
      expect(items.map(({ amount }) => Number(amount))).toEqual([100, 20, 5]);
    });
  });

  it('create the entries of a template by its name', () => {
    const values = { accountId: 'acct-1', symbol: 'AAPL', amount: '4.2' };
    expect(offered).toContain('dividend');
    expect(entriesOf('dividend', values, '2026-01-05')).toMatchObject([
      { type: 'dividend', amount: '4.2', ts: new Date('2026-01-05') },
    ]);
    expect(() => entriesOf('sellPut', { ...values, contracts: 2 }, 'x')).toThrow('ts must be');
  });

  it('read the tier of the user in a guard, outside of a scope', async () => {
    const premium = new Premium(app.get(UsersRepository));
    await expect(premium.admit(userId)).rejects.toThrow(ForbiddenException);
    await app.get(UsersRepository).update(userId, { subscriptionTier: 'premium' });
    await premium.admit(userId);
  });

  it("name the violated constraint of the application's own table", async () => {
    const watching = new Watching(app.get(DataSource).getRepository(WatchlistItem));
    const item = { userId, symbol: 'AAPL' };
    await inScope(async () => {
      await watching.add(item);
      await expect(watching.add(item)).rejects.toThrow(ConflictException);
    });
  });

  it('answer an upload with its report, or with the status of the error', async () => {
    const post = () => request(app.getHttpServer()).post('/imports');
    const file = Buffer.from(await generateLegacyDatabase({ trades: 2 }));
    const answer = await post().field('timeZone', 'America/Denver').attach('file', file, 'tracker.db');
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ file: 'tracker.db', entries: { rejected: 0 } });
    const other = await post().attach('file', Buffer.from('no database'), 'other.db').expect(422);
    expect(other.body).toMatchObject({ code: 'LEGACY_FILE' });
    await post().expect(400);
  });

  it('answer a request for a figure, or name the problem', async () => {
    const get = (query: object) => request(app.getHttpServer()).get('/profit').query(query);
    await inScope(() =>
      app.get(JournalRepository).append({
        ...{ ts: new Date('2000-01-01T03:00:00Z'), accountId: 'acct-1', type: 'dividend', amount: '7.5' },
      }),
    );
    const answer = await get({ per: 'year', on: '1999-12-31' }).expect(200);
    expect(answer.body).toMatchObject([{ period: '1999', dividends: '7.50000000', total: '7.50000000' }]);
    expect((await get({ per: 'year', asOf: '2020-01-01T00:00:00Z' }).expect(200)).body).toEqual([]);
    const refused = await get({ per: 'year', on: '31 December' }).expect(400);
    expect(refused.body).toMatchObject({ code: 'INVALID_INPUT', problems: [{ property: 'on' }] });
    await get({}).expect(400);
  });
});
