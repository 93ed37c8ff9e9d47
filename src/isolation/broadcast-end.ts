import type { QueryRunner } from 'typeorm';

/**
 * Notifies TypeORM's subscribers of the end of a transaction. Logs the failure of a subscriber
 * instead of throwing it: after COMMIT the caller would believe that nothing is stored, and after
 * ROLLBACK the caller would not see the error that caused the rollback.
 */
export async function broadcastEnd(
  { broadcaster, dataSource: { logger } }: QueryRunner,
  end: 'Commit' | 'Rollback',
): Promise<void> {
  await broadcaster.broadcast(`AfterTransaction${end}`).catch((error: unknown) => {
    const [when, outcome] = end === 'Commit' ? ['COMMIT', 'stored'] : ['ROLLBACK', 'rolled back'];
    logger.log('warn', `A subscriber failed after ${when}; the transaction is ${outcome}. ${String(error)}`);
  });
}
