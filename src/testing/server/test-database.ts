import { randomBytes } from 'node:crypto';
import type { DatabaseSettings } from '../../config/database.settings.js';
import { onServer } from './on-server.js';
import { databaseUrl, runVariable, serverVariable, settingsOf, templateOf } from './test-server.js';

/** The database of one test file. */
export interface TestDatabase {
  url: string;
  /** For `DatabaseModule.forRootAsync({ useFactory: () => database.settings })`. */
  settings: DatabaseSettings;
  /** Drops the database. Close the application first. */
  drop(): Promise<void>;
}

/**
 * Creates a database for a test file as a clone of the test run's migrated template: fast, because
 * no migration runs.
 *
 * ```ts
 * let database: TestDatabase;
 * beforeAll(async () => (database = await createTestDatabase()));
 * afterAll(() => database.drop());
 * ```
 *
 * @param options `empty`: creates a database without tables
 * @throws Error if `startTestServer` did not run
 */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = process.env[serverVariable];
  const run = process.env[runVariable];
  if (!server || !run)
    throw new Error('No test server is running; call startTestServer in the globalSetup of Jest.');
  const name = `${run}_${randomBytes(6).toString('hex')}`;
  const template = options.empty === true ? 'template0' : templateOf(run);
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = databaseUrl(server, name);
  return {
    url,
    settings: settingsOf(url),
    drop: async () => {
      await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
