import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { readDatabaseSettings } from '../../config/database.settings.js';
import type { ApplicationSchema } from '../../data-source/data-source-options.js';
import { runMigrations } from '../../data-source/run-migrations.js';
import { startEmbeddedPostgres } from '../../embedded/embedded-postgres.js';
import { onServer } from './on-server.js';

/** A PostgreSQL for a test run, with a migrated template from which `createTestDatabase` clones. */
export interface TestServer {
  /** Drops the run's databases, and stops the server if it was started for the run. */
  stop(): Promise<void>;
}

/**
 * What a test run wants beyond the defaults: its application's entities and migrations, and which
 * embedded version.
 */
export interface TestServerOptions extends ApplicationSchema {
  version?: '18' | '15';
}

/**
 * The variables through which test files, which run in processes of their own, find the run's
 * server.
 */
export const serverVariable = 'TEST_DATABASE_URL';
export const runVariable = 'TEST_DATABASE_RUN';

/**
 * Starts the server of a test run, in Jest's `globalSetup`: the one that `TEST_DATABASE_URL` names,
 * whose role must be allowed to create databases, or else an embedded one.
 *
 * @throws EmbeddedPostgresError, DatabaseConnectionError
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const given = process.env[serverVariable];
  const embedded = given
    ? undefined
    : await startEmbeddedPostgres({
        folder: resolve('.data', `test-${options.version ?? '18'}`),
        version: options.version ?? '18',
        ephemeral: true,
      });
  const run = `journal_test_${randomBytes(6).toString('hex')}`;
  const url = given || (embedded?.url('postgres') ?? '');
  try {
    await onServer(url, (client) => client.query(`CREATE DATABASE ${templateOf(run)}`));
    await runMigrations(settingsOf(databaseUrl(url, templateOf(run))), options);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  process.env[serverVariable] = url;
  process.env[runVariable] = run;
  return {
    stop: async () => {
      if (embedded === undefined) await dropDatabases(url, run);
      await embedded?.stop();
    },
  };
}

/** The database of a run from which the others are cloned. */
export function templateOf(run: string): string {
  return `${run}_template`;
}

/** The URL of another database on the same server. */
export function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.toString();
}

/**
 * The default settings for a database; tests are run as a superuser, which is no reason to warn.
 */
export function settingsOf(url: string) {
  return readDatabaseSettings({
    DATABASE_URL: url,
    DATABASE_POOL_MIN: '0',
    DATABASE_POOL_MAX: '10',
    DATABASE_QUERY_LOG: 'off',
    DATABASE_PRIVILEGE_CHECK: 'off',
  });
}

async function dropDatabases(url: string, run: string): Promise<void> {
  await onServer(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE starts_with(datname, $1)`,
      [run],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}
