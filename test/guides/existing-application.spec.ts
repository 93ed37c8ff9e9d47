// @slow: migrates a database, and starts an application
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Post } from '@nestjs/common';
import type { CanActivate, ExecutionContext, INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import request from 'supertest';
import { AccountsRepository, UsersRepository } from 'trading-journal-database';
import { DataSource } from 'typeorm';
import { AppModule } from '../../docs/guides/existing-application/app.module.js';
import { CustomersService } from '../../docs/guides/existing-application/customers.service.js';
import { addressOf, JournalUsers } from '../../docs/guides/existing-application/journal-users.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { withEnvironment } from '../support/environment.js';
import { asOwner } from '../support/owner.js';

/** The authentication that the application has. */
@Injectable()
class CustomerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string>; user?: { id: number } }>();
    const { 'x-customer': id } = http.headers;
    if (id !== undefined) http.user = { id: Number(id) };
    return true;
  }
}

@Controller('accounts')
class AccountsController {
  constructor(private readonly accounts: AccountsRepository) {}

  @Post()
  async create(): Promise<void> {
    await this.accounts.create({ id: 'main', name: 'Main' });
  }

  @Get()
  async ids(): Promise<string[]> {
    return (await this.accounts.list()).map(({ id }) => id);
  }
}

let application: TestDatabase;
let journal: TestDatabase;
let app: INestApplication;
let restore: () => void;

beforeAll(async () => {
  [application, journal] = [
    await createTestDatabase({ empty: true }),
    await createTestDatabase({ empty: true }),
  ];
  const urls = { APP_DATABASE_URL: application.url, JOURNAL_URL: journal.url };
  restore = withEnvironment({ ...urls, DATABASE_QUERY_LOG: 'off', DATABASE_POOL_MIN: '0' });
  await migrateByCli(journal.url);
  const module = await Test.createTestingModule({
    imports: [AppModule],
    controllers: [AccountsController],
    providers: [{ provide: APP_GUARD, useClass: CustomerGuard }],
  }).compile();
  app = module.createNestApplication({ logger: false });
  await app.get<DataSource>(getDataSourceToken('app')).synchronize();
  await app.init();
});
afterAll(async () => {
  await app?.close();
  restore();
  await journal.drop();
  await application.drop();
});

/** The command of the guide, with `JOURNAL_URL` in `.env`, beside a URL of the application. */
async function migrateByCli(url: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'existing-application-'));
  await writeFile(join(directory, '.env'), `JOURNAL_URL=${url}\nDATABASE_URL=${application.url}\n`);
  const { DATABASE_URL: _, JOURNAL_URL: __, ...env } = process.env;
  const ormconfig = resolve('docs/guides/existing-application/ormconfig.ts');
  const cli = ['--import', import.meta.resolve('tsx'), resolve('node_modules/typeorm/cli.js')];
  const { status, stderr } = spawnSync(process.execPath, [...cli, 'migration:run', '-d', ormconfig], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...env, TSX_TSCONFIG_PATH: resolve('test/tsconfig.json') },
  });
  await rm(directory, { recursive: true });
  expect({ status, stderr }).toMatchObject({ status: 0 });
}

it('stores the journal of each user, by the integer id of the application', async () => {
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  const anna = await app.get(CustomersService).register('anna@example.com');
  const bob = await app.get(CustomersService).register('bob@example.com');
  await request(server).post('/accounts').set('x-customer', String(anna.id)).expect(201);

  await request(server).get('/accounts').set('x-customer', String(anna.id)).expect(200, ['main']);
  await request(server).get('/accounts').set('x-customer', String(bob.id)).expect(200, []);
  await request(server).get('/accounts').expect(500);
  const user = await app.get(UsersRepository).findByEmail(addressOf(anna.id));
  expect(user).toMatchObject({ id: await app.get(JournalUsers).idOf(anna.id) });
});

it('creates one user of the journal for concurrent first requests', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => app.get(JournalUsers).idOf(1000)));

  expect(new Set(ids).size).toBe(1);
});

it('keeps the tables of both in databases of their own', async () => {
  const tables = `SELECT array_agg(tablename::text ORDER BY tablename) AS names FROM pg_tables WHERE schemaname = 'public'`;
  const [own]: unknown[] = await app.get<DataSource>(getDataSourceToken('app')).query(tables);

  expect(own).toEqual({ names: ['customers'] });
  await asOwner(journal.settings, async (owner) =>
    expect(await owner.query(tables)).toEqual([{ names: ['accounts', 'journal', 'migrations', 'users'] }]),
  );
});

it('closes both DataSources when the application ends', async () => {
  const sources = [app.get<DataSource>(getDataSourceToken('app')), app.get(DataSource)];
  await app.close();

  expect(sources.map(({ isInitialized }) => isInitialized)).toEqual([false, false]);
});
