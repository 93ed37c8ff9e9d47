import type { Client, PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

type Borrowed = [client: PoolClient, release: () => void];

/** Runs `work` on the connection of the open unit of work, or else on one of the pool for as long as it takes. */
export async function withClient<T>(
  { queryRunner, connection }: EntityManager,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (queryRunner) return work((await queryRunner.connect()) as Client);
  const driver = connection.driver as PostgresDriver;
  const [client, release] = (await driver.obtainMasterConnection()) as Borrowed;
  client.on('error', isToldToTheStatement);
  try {
    return await work(client);
  } finally {
    client.off('error', isToldToTheStatement);
    release();
  }
}

/** A connection that is lost fails its statement, and besides is an event that would end the process if nobody listened. */
function isToldToTheStatement(): void {
  return undefined;
}
