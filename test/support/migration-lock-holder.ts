import type { Client } from 'pg';
import { until } from './until.js';

/** A session that holds the migration lock of the client's database. */
interface LockHolder {
  pid: number;
  applicationName: string;
}

/** The current holders of the lock: one or none. */
export async function lockHolders(client: Client): Promise<LockHolder[]> {
  const { rows } = await client.query<LockHolder>(
    `SELECT pid, application_name AS "applicationName" FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND datname = current_database()`,
  );
  return rows;
}

/** Waits until a session holds the lock. */
export function untilHeld(client: Client): Promise<LockHolder> {
  return until(async () => (await lockHolders(client))[0]);
}
