import type { DataSource, QueryRunner } from 'typeorm';

/**
 * Runs `work` while another transaction is open that has run the statement and holds its locks.
 * `work` can end this transaction. Otherwise it is rolled back after `work`.
 */
export async function whileOpen<T>(
  owner: DataSource,
  statement: string,
  values: unknown[],
  work: (transaction: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = owner.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(statement, values);
    return await work(runner);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}
