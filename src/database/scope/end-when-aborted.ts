import type { Client } from 'pg';
import type { EntityManager } from 'typeorm';

/**
 * Runs `work` in an open unit of work, whose connection ends at once if the signal is aborted until then: a statement that waits for
 * a lock, or takes long, cannot be asked to stop, and what it did is rolled back by the server. The caller looks at the signal itself.
 */
export async function endWhenAborted<T>(
  manager: EntityManager,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  const client = (await manager.queryRunner?.connect()) as Client | undefined;
  const end = () => client?.connection.stream.destroy();
  signal.addEventListener('abort', end);
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', end);
  }
}
