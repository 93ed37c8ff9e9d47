import type { QueryRunner } from 'typeorm';
import { UnitOfWorkMissingError } from '../errors/index.js';
import { named } from './named-error.js';

/** The runner, whose queries fail with the errors of this package as they are. */
export function namingErrors(runner: QueryRunner): QueryRunner {
  const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
  runner.query = ((...args: unknown[]) =>
    query(...args).catch((error: unknown) => {
      throw named(error);
    })) as QueryRunner['query'];
  return runner;
}

/**
 * The runner, which refuses a stream outside a transaction before it takes a connection: TypeORM's query builder would never
 * give that one back.
 */
export function streamingInTransactions(runner: QueryRunner): QueryRunner {
  const stream = runner.stream.bind(runner);
  runner.stream = (...args) =>
    runner.isTransactionActive ? stream(...args) : Promise.reject(new UnitOfWorkMissingError());
  return runner;
}

/** The runner of an open unit of work for somebody who joins it: releasing it is left to the one who opened it. */
export function joinedRunner(runner: QueryRunner): QueryRunner {
  return new Proxy(runner, {
    get: (target, property) => {
      if (property === 'release') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
