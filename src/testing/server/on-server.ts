import { Client } from 'pg';
import { connectionFailure } from '../../driver/failures/connection-retry.js';

/**
 * Runs statements on the server, outside of the test databases.
 *
 * @throws DatabaseConnectionError if the server does not answer or refuses the login
 */
export async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect().catch((error: unknown) => {
    throw connectionFailure(error, url);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
