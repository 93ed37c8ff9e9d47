import type { Client, ClientConfig } from 'pg';
import type { DataSource, Driver, QueryRunner } from 'typeorm';
import { describeConnection } from '../../config/connection-url.js';
import { ConnectionClient } from '../connection-client.js';
import { MigrationThroughPoolerError } from '../errors/index.js';

/**
 * Makes sure that the runner's connection is one session of the server for as long as it is open.
 *
 * A pooler in transaction mode gives the session back after each statement. So a second client that opens a transaction is given
 * the same one, or keeps it from the first: either is seen in the process ids.
 *
 * @throws MigrationThroughPoolerError
 */
export async function refusePooler(dataSource: DataSource, queryRunner: QueryRunner): Promise<void> {
  const client = (await queryRunner.connect()) as Client & { processID: number };
  const other = await secondClient(dataSource);
  try {
    // A direct connection is told its process id when it is opened, and a pooler has to make one up. In a pool that is in use, one
    // attempt may by chance see nothing.
    const attempts = client.processID === (await pidOf(client)) ? 1 : 20;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (!(await keepsItsSession(client, other))) {
        const { url } = dataSource.options as { url?: string };
        throw new MigrationThroughPoolerError(describeConnection(url ?? ''));
      }
    }
  } finally {
    await other.end();
  }
}

async function keepsItsSession(client: Client, other: Client): Promise<boolean> {
  const before = await pidOf(client);
  await other.query('BEGIN');
  try {
    // In this order: where the pooler has one session only, the first client would wait for the second.
    return (await pidOf(other)) !== before && (await pidOf(client)) === before;
  } finally {
    await other.query('ROLLBACK');
  }
}

async function pidOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}

async function secondClient(dataSource: DataSource): Promise<Client> {
  const { master } = dataSource.driver as Driver & { master: { options: ClientConfig } };
  return new ConnectionClient(master.options).connect();
}
