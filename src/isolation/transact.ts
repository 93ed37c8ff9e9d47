import type { EntityManager, QueryRunner } from 'typeorm';
import type { IsolatedDataSource } from './isolated.data-source.js';
import { runUnit } from './run-unit.js';
import type { InternalUnitOptions } from './run-unit.js';
import { UnitOfWork } from './unit-of-work.js';

/**
 * Runs `work` as a unit of work. It is a savepoint if the async context has an open unit, or else
 * `runner` an open transaction; otherwise a new transaction. A savepoint ignores `attempts` and
 * `idempotent`: the outermost unit is retried.
 */
export async function transact<T>(
  dataSource: IsolatedDataSource,
  work: (manager: EntityManager) => Promise<T>,
  options: InternalUnitOptions,
  runner?: QueryRunner,
): Promise<T> {
  const { scopes } = dataSource;
  const outer = scopes.current.unit ?? unitOf(dataSource, runner);
  if (outer === undefined) return runUnit(dataSource, options, work);
  return outer.nested((unit) => scopes.runInUnit(unit, () => work(unit.manager)), options.isolation);
}

/** Wraps the open transaction of a query runner as a unit of work. */
export function unitOf(
  dataSource: IsolatedDataSource,
  runner: QueryRunner | undefined,
): UnitOfWork | undefined {
  const transaction = runner && dataSource.handleOf(runner)?.transaction;
  return transaction && new UnitOfWork(transaction, runner.manager);
}
