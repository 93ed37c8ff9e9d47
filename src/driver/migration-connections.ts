import type { Client, ClientConfig } from 'pg';
import type { DataSource, Driver, QueryRunner } from 'typeorm';
import { describeConnection } from '../config/connection-url.js';
import { ConnectionClient } from './plain/connection-client.js';
import { prepareSession } from './plain/control.js';
import { connectWithRetry } from './failures/connection-retry.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/** Options of a pg pool for migrations, which run as the owner without a scope. */
export const unscopedPool: object = {
  Client: ConnectionClient,
  onConnect: (client: Client) => prepareSession(client),
};

/**
 * `DATABASE_MIGRATION_URL` leads through a pooler in transaction or statement mode. No migration
 * ran.
 *
 * @remedy Use the address of the server, or a pooler in session mode.
 */
export class MigrationThroughPoolerError extends JournalDatabaseError {
  readonly code = 'MIGRATION_THROUGH_POOLER';

  constructor(
    /** `user@host:port/database`, without the password. */
    readonly target: string,
  ) {
    super(
      `Migrations cannot run through ${target}, a connection pooler in transaction or statement mode: the advisory lock ` +
        'against concurrent runs belongs to a session, and the pooler changes the session between transactions. Set ' +
        'DATABASE_MIGRATION_URL to the server itself, or to a pooler in session mode.',
    );
  }
}

type MigrationDataSource = DataSource & {
  readonly options: { url?: string; connectTimeoutMS?: number; connectRetryTime: number };
};

/**
 * Checks that the runner's connection keeps one session of the server.
 *
 * A pooler in transaction mode takes the session back after each statement. A second client that
 * then opens a transaction either gets the first client's session, or changes the session that the
 * first client gets next. Backend process ids show both.
 *
 * @throws MigrationThroughPoolerError
 */
export async function refusePooler(dataSource: MigrationDataSource, queryRunner: QueryRunner): Promise<void> {
  const client = (await queryRunner.connect()) as Client & { processID: number };
  const other = await secondClient(dataSource);
  try {
    // On a direct connection BackendKeyData has the real process id; a pooler invents one. With
    // other clients on the pooler, a single attempt can miss the change of session.
    const attempts = client.processID === (await pidOf(client)) ? 1 : 20;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (!(await keepsItsSession(client, other)))
        throw new MigrationThroughPoolerError(describeConnection(dataSource.options.url ?? ''));
    }
  } finally {
    await other.end();
  }
}

async function keepsItsSession(client: Client, other: Client): Promise<boolean> {
  const before = await pidOf(client);
  if (!(await beginsTransaction(other))) return false;
  try {
    // Short-circuit: if the pooler has a single session, the first client's query would wait for
    // the second client.
    return (await pidOf(other)) !== before && (await pidOf(client)) === before;
  } finally {
    await other.query('ROLLBACK');
  }
}

/** A pooler in statement mode refuses BEGIN. */
function beginsTransaction(client: Client): Promise<boolean> {
  return client.query('BEGIN').then(
    () => true,
    (error: unknown) => {
      if ((error as { code?: string }).code === '08P01') return false;
      throw error;
    },
  );
}

async function pidOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}

function secondClient({ driver, options }: MigrationDataSource): Promise<Client> {
  const { master } = driver as Driver & { master: { options: ClientConfig } };
  // The timeout ends the wait for a pooler without a free session.
  const config = { ...master.options, query_timeout: options.connectTimeoutMS };
  return connectWithRetry(
    () => new ConnectionClient(config).connect(),
    options.url ?? '',
    options.connectRetryTime,
  );
}
