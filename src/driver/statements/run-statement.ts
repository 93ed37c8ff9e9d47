import { QueryFailedError, TypeORMError, type DataSource, type EntityManager } from 'typeorm';
import type { OwnStatement } from '../contract/contract.js';
import type { JournalDriver } from '../journal-driver.js';
import { JournalDatabaseError } from '../../model/journal-database.error.js';

const drivers = new WeakMap<DataSource, JournalDriver>();

/** Registers the driver of a DataSource for `runStatement`. */
export function registerDriver(dataSource: DataSource, driver: JournalDriver): void {
  drivers.set(dataSource, driver);
}

/** @throws TypeORMError for a DataSource without a registered driver */
export function driverOf(dataSource: DataSource): JournalDriver {
  const driver = drivers.get(dataSource);
  if (driver === undefined)
    throw new TypeORMError(
      'The DataSource was not created by DatabaseModule. Inject the DataSource of DatabaseModule.',
    );
  return driver;
}

/**
 * Runs an own statement in the scope and the unit of work of the async context, with TypeORM's
 * query logging.
 *
 * @throws QueryFailedError, and the errors of this package
 */
export async function runStatement<T>(
  { dataSource, queryRunner }: EntityManager,
  statement: OwnStatement<T>,
): Promise<T[]> {
  const { logger, options } = dataSource;
  const { maxQueryExecutionTime } = options;
  const { text } = statement;
  const values = statement.values as string[];
  const begun = performance.now();
  try {
    logger.logQuery(text, values, queryRunner);
    return await driverOf(dataSource).run(statement);
  } catch (error) {
    logger.logQueryError(error as Error, text, values, queryRunner);
    throw unwrapDriverError(new QueryFailedError(text, values, error as Error));
  } finally {
    const time = Math.round(performance.now() - begun);
    if (maxQueryExecutionTime && time > maxQueryExecutionTime)
      logger.logQuerySlow(time, text, values, queryRunner);
  }
}

/** `runStatement` for a statement that stores nothing: its loss has the outcome `undone`. */
export function readRows<T>(manager: EntityManager, statement: OwnStatement<T>): Promise<T[]> {
  return runStatement(manager, { ...statement, isRead: true });
}

/** Memoizes `make` per DataSource. */
export function oncePerDataSource<T>(make: (dataSource: DataSource) => T): (dataSource: DataSource) => T {
  const cache = new WeakMap<DataSource, T>();
  return (dataSource) => {
    const cached = cache.get(dataSource);
    if (cached !== undefined) return cached;
    const value = make(dataSource);
    cache.set(dataSource, value);
    return value;
  };
}

/** Returns this package's error from TypeORM's QueryFailedError; any other error unchanged. */
export function unwrapDriverError(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : undefined;
  return cause instanceof JournalDatabaseError ? cause : error;
}
