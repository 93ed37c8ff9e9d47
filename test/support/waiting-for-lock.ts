import { onServer } from '../../src/testing/server/on-server.js';
import { until } from './until.js';

/**
 * Waits until a statement in the database waits for a lock.
 *
 * @param statement a LIKE pattern of its text
 * @returns the process id of its session
 */
export async function waitingForLock(databaseUrl: string, statement = '%'): Promise<number> {
  const text = `SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`;
  const { pid } = await onServer(databaseUrl, (client) =>
    until(async () => (await client.query<{ pid: number }>(text, [statement])).rows[0]),
  );
  return pid;
}
