import { randomBytes } from 'node:crypto';
import type { DatabaseSettings } from '../../config/database.settings.js';
import { onServer } from './on-server.js';
import { databaseUrl, runVariable, serverVariable, settingsOf, templateOf } from './test-server.js';

/** A database of its own for one test file. */
export interface TestDatabase {
  url: string;
  /** For `DatabaseModule.forRootAsync({ useFactory: () => database.settings })`. */
  settings: DatabaseSettings;
  /** Drops it; close what is connected first. */
  drop(): Promise<void>;
}

/**
 * Clones the migrated template of this test run, which `startTestServer` made; nothing is migrated
 * anew.
 *
 * @param options `empty`: make an empty database instead, without the tables.
 * @throws Error if no test server was started
 */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = process.env[serverVariable];
  const run = process.env[runVariable];
  if (!server || !run)
    throw new Error('No test server runs; call startTestServer in the globalSetup of Jest.');
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
