import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { readDatabaseSettings } from '../../config/database.settings.js';
import type { ApplicationSchema } from '../../data-source/data-source-options.js';
import { runMigrations } from '../../data-source/journal.data-source.js';
import { startEmbeddedPostgres } from '../../embedded/embedded-postgres.js';
import { onServer } from './on-server.js';

/** The PostgreSQL server of a test run, with a migrated template for `createTestDatabase`. */
export interface TestServer {
  /** Drops the run's databases, and stops an embedded server. */
  stop(): Promise<void>;
}

/** Entities and migrations of the application, and the version of an embedded server. */
export interface TestServerOptions extends ApplicationSchema {
  /** Default `18`. */
  version?: '18' | '15';
}

/** Environment variables that pass the server to the processes of test files. */
export const serverVariable = 'TEST_DATABASE_URL';
export const runVariable = 'TEST_DATABASE_RUN';

/**
 * Prepares the server of a test run in Jest's `globalSetup`: uses `TEST_DATABASE_URL`, whose role
 * needs CREATEDB and CREATEROLE, or starts an embedded PostgreSQL. Creates and migrates the
 * template database. After an error no database is left.
 *
 * ```ts
 * export default async function globalSetup() {
 *   const server = await startTestServer({ migrations });
 *   Object.assign(globalThis, { server }); // globalTeardown: await server.stop()
 * }
 * ```
 *
 * @throws EmbeddedPostgresError if the embedded server does not start
 * @throws DatabaseConnectionError if `TEST_DATABASE_URL` does not answer
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { version = '18' } = options;
  const given = process.env[serverVariable];
  const folder = resolve('.data', `test-${version}`);
  const embedded = given ? undefined : await startEmbeddedPostgres({ folder, version, ephemeral: true });
  const run = `journal_test_${randomBytes(6).toString('hex')}`;
  const url = given || (embedded?.url('postgres') ?? '');
  const stop = () => (embedded === undefined ? dropDatabases(url, run) : embedded.stop());
  try {
    await makeTemplate(url, run, options);
  } catch (error) {
    // A server that does not answer cannot drop databases: report why it does not.
    await stop().catch(() => undefined);
    throw error;
  }
  process.env[serverVariable] = url;
  process.env[runVariable] = run;
  return { stop };
}

async function makeTemplate(url: string, run: string, schema: ApplicationSchema): Promise<void> {
  await onServer(url, (client) => client.query(`CREATE DATABASE ${templateOf(run)}`));
  await runMigrations(settingsOf(databaseUrl(url, templateOf(run))), schema);
}

/** The template database of a run. */
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
 * Settings for a test database. The privilege check is off, because tests may run as a superuser.
 * The connection timeout is 30 seconds, because a busy machine can stall for seconds.
 */
export function settingsOf(url: string) {
  return readDatabaseSettings({
    DATABASE_URL: url,
    DATABASE_POOL_MIN: '0',
    DATABASE_POOL_MAX: '10',
    DATABASE_CONNECTION_TIMEOUT_MS: '30000',
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
