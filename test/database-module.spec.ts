// @slow: starts an application for each kind of set-up
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import {
  DatabaseConnectionError,
  DatabaseModule,
  InvalidEnvironmentError,
  JournalRepository,
  UserScope,
  UsersRepository,
  databaseConfig,
} from '../src/index.js';
import type { DatabaseSettings } from '../src/index.js';
import { createTestDatabase } from '../src/testing/server/test-database.js';
import type { TestDatabase } from '../src/testing/server/test-database.js';
import { withEnvironment } from './support/environment.js';
import { failureOf } from './support/database-failure.js';

const quiet = { logger: false, abortOnError: false } as const;

describe('DatabaseModule', () => {
  let database: TestDatabase;
  const started: INestApplicationContext[] = [];
  const databases: TestDatabase[] = [];
  let restore: () => void = () => undefined;

  beforeEach(async () => {
    database = await anotherDatabase();
  });
  afterEach(async () => {
    restore();
    for (const app of started.splice(0)) await app.close();
    for (const used of databases.splice(0)) await used.drop();
  });

  async function anotherDatabase(options?: { empty: boolean }): Promise<TestDatabase> {
    const made = await createTestDatabase(options);
    databases.push(made);
    return made;
  }

  async function start(...imports: NonNullable<ModuleMetadata['imports']>): Promise<INestApplicationContext> {
    class App {}
    Module({ imports })(App);
    const app = await NestFactory.createApplicationContext(App, quiet);
    started.push(app);
    return app;
  }

  const fromFactory = (settings: DatabaseSettings) =>
    DatabaseModule.forRootAsync({ useFactory: () => settings });
  const environment = (url: string) => ({
    DATABASE_URL: url,
    DATABASE_POOL_MIN: '0',
    DATABASE_QUERY_LOG: 'off',
  });

  async function worksIn(app: INestApplicationContext, url: string): Promise<void> {
    const { id } = await app.get(UsersRepository).create({ email: 'anna@example.com' });
    const { entries } = await app.get(UserScope).run(id, () => app.get(JournalRepository).page());
    const [row]: { name: string }[] = await app.get(DataSource).query('SELECT current_database() AS name');

    expect(entries).toEqual([]);
    expect(`/${row?.name}`).toBe(new URL(url).pathname);
  }

  it('takes its settings from the environment, with no ConfigModule in the application', async () => {
    restore = withEnvironment(environment(database.url));

    await worksIn(await start(DatabaseModule.forRoot()), database.url);
  });

  it('takes its settings from the environment beside the ConfigModule of the application', async () => {
    restore = withEnvironment({ ...environment(database.url), DATABASE_APPLICATION_NAME: 'beside' });
    const app = await start(
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [databaseConfig] }),
      DatabaseModule.forRoot(),
    );

    await worksIn(app, database.url);
    expect(app.get(ConfigService).get('database.applicationName')).toBe('beside');
  });

  it('takes its settings from a factory, with what that injects', async () => {
    class Secrets {
      readonly settings = Promise.resolve(database.settings);
    }
    class SecretsModule {}
    Module({ providers: [Secrets], exports: [Secrets] })(SecretsModule);
    const app = await start(
      DatabaseModule.forRootAsync({
        imports: [SecretsModule],
        inject: [Secrets],
        useFactory: (secrets: Secrets) => secrets.settings,
      }),
    );

    await worksIn(app, database.url);
  });

  it('does not start with a missing or wrong environment, and lists what is wrong', async () => {
    restore = withEnvironment({ ...environment(''), DATABASE_POOL_MAX: 'many' });
    const failure = await failureOf(start(DatabaseModule.forRoot()));

    expect(failure).toBeInstanceOf(InvalidEnvironmentError);
    expect((failure as InvalidEnvironmentError).problems.map(({ variable }) => variable)).toEqual([
      'DATABASE_URL',
      'DATABASE_POOL_MAX',
    ]);
  });

  it.each([false, true])(
    'does not start without its database, and says so at once (with migrations: %s)',
    async (runMigrations) => {
      const url = `${database.url}_missing`;
      const settings = { ...database.settings, url, migrationUrl: url, runMigrations };
      const before = Date.now();
      const failure = await failureOf(start(fromFactory(settings)));

      expect(failure).toBeInstanceOf(DatabaseConnectionError);
      expect((failure as Error).message).toContain('does not exist');
      // A connection that can heal is tried again for 30 s.
      expect(Date.now() - before).toBeLessThan(15_000);
    },
  );

  it('closes its connections with the application', async () => {
    const settings = { ...database.settings, applicationName: 'to be closed' };
    const app = await start(fromFactory({ ...settings, pool: { ...settings.pool, min: 3 } }));
    await Promise.all([1, 2, 3].map(() => app.get(DataSource).query('SELECT pg_sleep(0.05)')));
    const open = async () => {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query<{ open: number }>(
        `SELECT count(*)::integer AS open FROM pg_stat_activity WHERE application_name = 'to be closed'`,
      );
      await client.end();
      return rows[0]?.open;
    };

    expect(await open()).toBe(3);
    await app.close();
    started.length = 0;
    // A server process ends a moment after its connection.
    for (let waited = 0; waited < 50 && (await open()) !== 0; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await open()).toBe(0);
  });

  it('does not mix two applications of one process', async () => {
    const other = await anotherDatabase();
    const [first, second] = [
      await start(fromFactory(database.settings)),
      await start(fromFactory(other.settings)),
    ];

    await worksIn(first, database.url);
    await worksIn(second, other.url);
    const { id } = await first.get(UsersRepository).create({ email: 'ben@example.com' });
    expect(await second.get(UsersRepository).findByEmail('ben@example.com')).toBeNull();
    await first.get(UserScope).run(id, async () => {
      await expect(second.get(JournalRepository).page()).rejects.toThrow('No user is in scope');
      expect((await first.get(JournalRepository).page()).entries).toEqual([]);
    });
  });
});
