import { readDatabaseSettings } from '../../src/config/database.settings.js';
import type { Environment } from '../../src/config/database.settings.js';
import { dataSourceOptions } from '../../src/data-source/data-source-options.js';
import type { ApplicationSchema } from '../../src/data-source/data-source-options.js';
import { DatabaseConnectionError } from '../../src/driver/failures/connection.errors.js';
import { JournalDataSource } from '../../src/data-source/journal.data-source.js';

/** A DataSource, not yet connected, with settings from environment variables. */
export function dataSourceOf(environment: Environment, application: ApplicationSchema = {}) {
  const quiet = { DATABASE_POOL_MIN: '0', DATABASE_QUERY_LOG: 'off' };
  return new JournalDataSource(
    dataSourceOptions(readDatabaseSettings({ ...quiet, ...environment }), application),
  );
}

/** Connects, runs a statement, and disconnects. */
export async function connectOnce(environment: Environment): Promise<unknown> {
  const dataSource = await dataSourceOf(environment).initialize();
  try {
    return await dataSource.query('SELECT session_user, current_database()');
  } finally {
    await dataSource.destroy();
  }
}

/** The error of a failed connection attempt, and the elapsed milliseconds. */
export async function connectionFailure(environment: Environment) {
  const start = performance.now();
  try {
    await connectOnce(environment);
  } catch (error) {
    if (!(error instanceof DatabaseConnectionError)) throw error;
    return { error, elapsed: performance.now() - start };
  }
  throw new Error('The connection was expected to fail.');
}
