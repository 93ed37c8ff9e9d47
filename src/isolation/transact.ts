import type { EntityManager, QueryRunner } from 'typeorm';
import type { IsolatedDataSource } from './isolated.data-source.js';
import { runUnit } from './run-unit.js';
import type { InternalUnitOptions } from './run-unit.js';
import { UnitOfWork } from './unit-of-work.js';

/**
 * Runs `work` as a unit of work: a savepoint of the one that is open, of the async context or else
 * of `runner`'s transaction, and otherwise a transaction of its own.
 */
export async function transact<T>(
  dataSource: IsolatedDataSource,
  work: (manager: EntityManager) => Promise<T>,
  options: InternalUnitOptions,
  runner?: QueryRunner,
): Promise<T> {
  const { scopes } = dataSource;
  const context = scopes.current;
  const outer = context.unit ?? unitOf(dataSource, runner);
  const begun = (unit: UnitOfWork) => scopes.run({ ...context, unit }, () => work(unit.manager));
  return outer ? outer.nested(begun, options.isolation) : runUnit(dataSource, options, begun);
}

/** The transaction that a query runner has begun, as a unit of work. */
export function unitOf(
  dataSource: IsolatedDataSource,
  runner: QueryRunner | undefined,
): UnitOfWork | undefined {
  const transaction = runner && dataSource.handleOf(runner)?.transaction;
  return transaction && new UnitOfWork(transaction, runner.manager);
}
