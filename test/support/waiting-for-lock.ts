import { setTimeout } from 'node:timers/promises';
import type { ImportApplication } from './import-application.js';

/**
 * Waits until a statement of the application waits for a lock.
 * @returns the process of the server that waits
 */
export async function waitingForLock(application: ImportApplication): Promise<number> {
  for (let tries = 0; tries < 500; tries += 1) {
    const [row] = await application.sql(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row !== undefined) return row['pid'] as number;
    await setTimeout(20);
  }
  throw new Error('no statement waits for a lock');
}
