import { resolve } from 'node:path';
import type { Client } from 'pg';
// The package does not export its embedded server, so the import uses the file path.
import { startEmbeddedPostgres } from '../../../dist/src/embedded/embedded-postgres.js';
import { exitCodeOf, onEndingSignal } from '../../../dist/src/embedded/ending-signals.js';
import { asSuperuser } from './superuser.js';

export type PostgresVersion = '15' | '18';

export interface ServerOptions {
  version: PostgresVersion;
  /** Whether a commit waits until its WAL is on disk. */
  durable: boolean;
}

/** A running server. */
export interface Server {
  /** The server's data folder. */
  base: string;
  url(database: string): string;
}

const unhurried = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
// No background work of the server during measurements.
const quiet = { autovacuum: 'off', checkpoint_timeout: '1h', max_wal_size: '4GB' };

/**
 * Runs `work` with an embedded PostgreSQL. The data stays in `.data` for the next run. The server
 * is stopped after `work` or on a signal.
 */
export async function withServer<T>(
  options: ServerOptions,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  const folder = resolve(import.meta.dirname, '..', '..', '.data', `postgres-${options.version}`);
  const postgres = await startEmbeddedPostgres({ folder, version: options.version });
  const release = onEndingSignal((signal) => {
    void postgres.stop().finally(() => process.exit(exitCodeOf(signal)));
  });
  try {
    await asSuperuser(postgres.url('postgres'), (client) => configure(client, options));
    return await work(postgres);
  } finally {
    await postgres.stop();
    release();
  }
}

async function configure(client: Client, { durable }: ServerOptions): Promise<void> {
  for (const [name, value] of Object.entries(quiet))
    await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  for (const [name, value] of Object.entries(unhurried)) {
    await client.query(durable ? `ALTER SYSTEM RESET ${name}` : `ALTER SYSTEM SET ${name} = '${value}'`);
  }
  await client.query('SELECT pg_reload_conf()');
}
