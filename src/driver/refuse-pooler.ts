import type { Client, ClientConfig } from 'pg';
import type { DataSource, Driver, QueryRunner } from 'typeorm';
import { describeConnection } from '../config/connection-url.js';
import { ConnectionClient } from './connection-client.js';
import { connectWithRetry } from './connection-retry.js';
import { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * The connection of the migrations leads through a pooler that changes the server's session between
 * transactions.
 */
export class MigrationThroughPoolerError extends JournalDatabaseError {
  readonly code = 'MIGRATION_THROUGH_POOLER';

  constructor(
    /** `user@host:port/database`, without the password. */
    readonly target: string,
  ) {
    super(
      `Migrations cannot run through a connection pooler in transaction or statement mode, as ${target} is: the lock that keeps ` +
        'two runs apart belongs to a session, and the pooler gives each transaction another one. Set DATABASE_MIGRATION_URL to the ' +
        'server itself, or to a pooler in session mode.',
    );
  }
}

type MigrationDataSource = DataSource & {
  readonly options: { url?: string; connectTimeoutMS?: number; connectRetryTime: number };
};

/**
 * Makes sure that the runner's connection is one session of the server for as long as it is open.
 *
 * A pooler in transaction mode takes the session back after each statement. So a second client that
 * opens a transaction either is given the same one, or keeps it from the first: the process ids
 * show both.
 *
 * @throws MigrationThroughPoolerError
 */
export async function refusePooler(dataSource: MigrationDataSource, queryRunner: QueryRunner): Promise<void> {
  const client = (await queryRunner.connect()) as Client & { processID: number };
  const other = await secondClient(dataSource);
  try {
    // Who connects directly is told the process id of the session, and a pooler has to make one up.
    // Where the pooler has other clients, one attempt may by chance see nothing.
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
    // In this order: where the pooler has one session only, the first client would wait for the
    // second.
    return (await pidOf(other)) !== before && (await pidOf(client)) === before;
  } finally {
    await other.query('ROLLBACK');
  }
}

/** A pooler in statement mode lets nobody begin a transaction. */
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
  // A pooler that has no session left lets its client wait.
  const config = { ...master.options, query_timeout: options.connectTimeoutMS };
  return connectWithRetry(
    () => new ConnectionClient(config).connect(),
    options.url ?? '',
    options.connectRetryTime,
  );
}
