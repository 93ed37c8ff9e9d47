import { resolve } from 'node:path';
import { Client } from 'pg';
import { readDatabaseSettings } from '../config/database.settings.js';
import { connectionVariables } from '../config/setting-sources.js';
import { InvalidEnvironmentError } from '../config/invalid-environment.error.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { exitCodeOf, onEndingSignal, type EndingSignal } from './ending-signals.js';

const database = 'journal';

/**
 * Uses `DATABASE_URL`. If it is unset outside production, starts an embedded PostgreSQL with its
 * data in `.data/postgres-18` of the working directory, and sets `DATABASE_URL` to its database.
 *
 * @returns a function that stops an embedded server, and restores the environment
 * @throws InvalidEnvironmentError if `DATABASE_URL` is unset in production, or while the URL of
 * another login is set
 * @throws EmbeddedPostgresError if PostgreSQL cannot be started
 */
export async function openDevelopmentDatabase(environment: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  if (environment.DATABASE_URL) return () => Promise.resolve();
  // Throws, because `DATABASE_URL` is missing.
  if (environment.NODE_ENV === 'production') readDatabaseSettings(environment);
  const others = connectionVariables.filter((name) => name.endsWith('_URL') && environment[name]);
  if (others.length > 0) {
    // DATABASE_URL was probably forgotten: do not start another server.
    const names = others.join(' and ');
    const expected = `is required together with ${names}; set it to the same database, or unset ${names}`;
    throw new InvalidEnvironmentError([{ variable: 'DATABASE_URL', expected }]);
  }
  const folder = resolve('.data', 'postgres-18');
  const postgres = await startEmbeddedPostgres({ folder });
  try {
    await createDatabase(postgres);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  console.error(`Without DATABASE_URL: started an embedded PostgreSQL, with its data in ${postgres.base}.`);
  const restore = setVariables(environment, postgres.url(database));
  return async () => {
    restore();
    await postgres.stop();
  };
}

/**
 * Runs the work of a command with the `DATABASE_URL` of {@link openDevelopmentDatabase}, and closes
 * the database afterwards. SIGINT, SIGTERM and SIGHUP stop an embedded PostgreSQL and exit the
 * process.
 *
 * @throws what opening the database or `work` throws
 */
export async function withDatabaseUrl<T>(environment: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  if (environment.DATABASE_URL) return work();
  let received: EndingSignal | undefined;
  const opening = openDevelopmentDatabase(environment);
  const exitStopped = async (signal: EndingSignal) => {
    try {
      const close = await opening;
      await close();
    } finally {
      process.exit(exitCodeOf(signal));
    }
  };
  const release = onEndingSignal((signal) => {
    // Ignores further signals: stopping takes a moment.
    if (received !== undefined) return;
    received = signal;
    exitStopped(signal).catch(() => undefined);
  });
  // After a signal, do not start the work, nor report its lost connections.
  const exiting = new Promise<never>(() => undefined);
  try {
    const close = await opening;
    try {
      return received === undefined ? await work() : await exiting;
    } catch (error) {
      if (received !== undefined) await exiting;
      throw error;
    } finally {
      await close();
    }
  } finally {
    release();
  }
}

async function createDatabase(postgres: EmbeddedPostgres): Promise<void> {
  const client = new Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } catch (error) {
    // A concurrent process may have created the database.
    const code = (error as { code?: unknown }).code;
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}

/** Sets the variables of the embedded server. @returns a function that restores them */
function setVariables(environment: NodeJS.ProcessEnv, url: string): () => void {
  const given = connectionVariables.map((name) => [name, environment[name]] as const);
  unsetConnection(environment);
  Object.assign(environment, { DATABASE_URL: url, DATABASE_TLS: 'disable' });
  return () => {
    // `process.env` would store undefined as the text "undefined".
    unsetConnection(environment);
    for (const [name, value] of given) if (value !== undefined) environment[name] = value;
  };
}

/** Removes every variable that chooses a database. */
export function unsetConnection(environment: NodeJS.ProcessEnv): void {
  for (const name of connectionVariables) delete environment[name];
}
