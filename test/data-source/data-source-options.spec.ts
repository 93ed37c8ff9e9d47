// @slow: waits for idle connections to be closed
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDatabaseSettings } from '../../src/config/database.settings.js';
import type { Environment } from '../../src/config/database.settings.js';
import { dataSourceOptions, migrationOptions } from '../../src/data-source/data-source-options.js';
import type { JournalDataSourceOptions } from '../../src/isolation/isolated.data-source.js';
import { PoolExhaustedError } from '../../src/driver/failures/connection.errors.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { deferred } from '../support/deferred.js';
import { until } from '../support/until.js';

describe('the DataSource', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
  });

  afterAll(() => database.drop());

  const settingsWith = (environment: Environment) =>
    readDatabaseSettings({ DATABASE_URL: database.url, DATABASE_QUERY_LOG: 'off', ...environment });

  async function connected<T>(
    options: JournalDataSourceOptions,
    work: (dataSource: JournalDataSource) => Promise<T>,
  ): Promise<T> {
    const dataSource = await new JournalDataSource(options).initialize();
    try {
      return await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }

  /** The current values of these settings on the server. */
  function inForce(options: JournalDataSourceOptions): Promise<Record<string, string>> {
    return connected(options, async (dataSource) => {
      const rows = await dataSource.query<{ name: string; setting: string }[]>(
        `SELECT name, setting FROM pg_settings WHERE name IN
          ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name')`,
      );
      return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    });
  }

  const limits = {
    DATABASE_STATEMENT_TIMEOUT_MS: '12345',
    DATABASE_LOCK_TIMEOUT_MS: '2345',
    DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: '3456',
    DATABASE_APPLICATION_NAME: 'journal under test',
  };

  it('sets the time-outs and the application name of the settings on the server', async () => {
    expect(await inForce(dataSourceOptions(settingsWith(limits)))).toEqual({
      statement_timeout: '12345',
      lock_timeout: '2345',
      idle_in_transaction_session_timeout: '3456',
      application_name: 'journal under test',
    });
  });

  it("limits a migration's wait for a lock, but not its duration", async () => {
    const settings = settingsWith({ ...limits, DATABASE_MIGRATION_LOCK_TIMEOUT_MS: '4567' });
    expect(await inForce(migrationOptions(settings))).toEqual({
      statement_timeout: '0',
      lock_timeout: '4567',
      idle_in_transaction_session_timeout: '0',
      application_name: 'journal under test',
    });
  });

  it('leaves a time-out of 0 to the database, but lifts the limits of the database for a migration', async () => {
    const limited = await createTestDatabase({ empty: true });
    const name = new URL(limited.url).pathname.slice(1);
    await onServer(database.url, async (client) => {
      await client.query(`ALTER DATABASE ${name} SET statement_timeout = 7000`);
      await client.query(`ALTER DATABASE ${name} SET idle_in_transaction_session_timeout = 8000`);
    });
    const settings = settingsWith({
      DATABASE_URL: limited.url,
      DATABASE_STATEMENT_TIMEOUT_MS: '0',
      DATABASE_LOCK_TIMEOUT_MS: '0',
      DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: '0',
    });
    expect(await inForce(dataSourceOptions(settings))).toMatchObject({
      statement_timeout: '7000',
      lock_timeout: '0',
      idle_in_transaction_session_timeout: '8000',
    });
    expect(await inForce(migrationOptions(settings))).toMatchObject({
      statement_timeout: '0',
      idle_in_transaction_session_timeout: '0',
    });
    await limited.drop();
  });

  it('connects for migrations to DATABASE_MIGRATION_URL', async () => {
    const other = await createTestDatabase({ empty: true });
    const settings = settingsWith({ DATABASE_MIGRATION_URL: other.url });
    const current = (options: JournalDataSourceOptions) =>
      connected(options, (dataSource) => dataSource.query('SELECT current_database() AS name'));
    expect(await current(dataSourceOptions(settings))).toEqual([
      { name: new URL(database.url).pathname.slice(1) },
    ]);
    expect(await current(migrationOptions(settings))).toEqual([
      { name: new URL(other.url).pathname.slice(1) },
    ]);
    await other.drop();
  });

  it('cancels a statement at the time limit', async () => {
    const options = dataSourceOptions(settingsWith({ DATABASE_STATEMENT_TIMEOUT_MS: '500' }));
    await connected(options, async (dataSource) => {
      await expect(dataSource.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
    });
  });

  it.each<[Environment, number]>([
    [{}, 35_000],
    [{ DATABASE_STATEMENT_TIMEOUT_MS: '1000' }, 6_000],
    [{ DATABASE_STATEMENT_TIMEOUT_MS: '0' }, 0],
    [{ DATABASE_STATEMENT_TIMEOUT_MS: '0', DATABASE_STATEMENT_LIMIT_MS: '500' }, 500],
    [{ DATABASE_STATEMENT_LIMIT_MS: '0' }, 0],
  ])('abandons a statement, with %j, after %d ms', (environment, limit) => {
    expect(dataSourceOptions(settingsWith(environment)).statementLimit).toBe(limit);
  });

  it('keeps idle connections alive, unless keep-alive is disabled', () => {
    const extraOf = (options: JournalDataSourceOptions) => options.extra as object;
    const on = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
    const off = { DATABASE_KEEP_ALIVE_MS: '0' };

    expect(extraOf(dataSourceOptions(settingsWith({})))).toMatchObject(on);
    expect(extraOf(dataSourceOptions(settingsWith(off)))).not.toHaveProperty('keepAlive');
  });

  it('connects for sign-in to DATABASE_AUTH_URL, or else to DATABASE_URL', () => {
    const authUrl = 'postgres://sign_in@db.example.com/journal';

    expect(dataSourceOptions(settingsWith({ DATABASE_AUTH_URL: authUrl })).authUrl).toBe(authUrl);
    expect(dataSourceOptions(settingsWith({})).authUrl).toBe(database.url);
  });

  const sessions = (name: string) =>
    onServer(database.url, async (client) => {
      const text = 'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1';
      return (await client.query<{ count: number }>(text, [name])).rows[0]?.count ?? 0;
    });

  it('queues statements beyond the maximum pool size until a connection is free', async () => {
    const name = 'journal pool of two';
    const pool = { DATABASE_POOL_MAX: '2', DATABASE_APPLICATION_NAME: name };
    await connected(dataSourceOptions(settingsWith(pool)), async (dataSource) => {
      const start = performance.now();
      const running = Promise.all([1, 2, 3, 4].map(() => dataSource.query('SELECT pg_sleep(0.4)')));
      await running;
      expect(performance.now() - start).toBeGreaterThanOrEqual(790);
      expect(await sessions(name)).toBe(2);
    });
  });

  it('rejects a statement that waits for a free connection longer than the connection time-out', async () => {
    const pool = { DATABASE_POOL_MAX: '1', DATABASE_CONNECTION_TIMEOUT_MS: '1000' };
    await connected(dataSourceOptions(settingsWith(pool)), async (dataSource) => {
      const end = deferred();
      const running = dataSource.transaction(() => end.promise);
      await expect(dataSource.query('SELECT 1')).rejects.toThrow(PoolExhaustedError);
      end.resolve();
      await running;
    });
  });

  it('closes idle connections down to the minimum pool size', async () => {
    const name = 'journal pool that shrinks';
    const pool = {
      DATABASE_POOL_MIN: '1',
      DATABASE_POOL_MAX: '4',
      DATABASE_IDLE_TIMEOUT_MS: '100',
      DATABASE_APPLICATION_NAME: name,
    };
    await connected(dataSourceOptions(settingsWith(pool)), async (dataSource) => {
      const end = deferred();
      const held = [1, 2, 3].map(() => dataSource.transaction(() => end.promise));
      await until(async () => (await sessions(name)) === 3);
      end.resolve();
      await Promise.all(held);
      await until(async () => (await sessions(name)) === 1);
      await sleep(500);
      expect(await sessions(name)).toBe(1);
    });
  });
});
