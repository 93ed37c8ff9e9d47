import type { DataSource, QueryRunner } from 'typeorm';
import type { Surrounding } from './trial.js';

/** Runs `work` in a transaction of a query runner, as TypeORM's guide shows it. */
export async function byHand<T>(
  dataSource: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
  begin = async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    return runner;
  },
): Promise<T> {
  const runner = await begin();
  try {
    const result = await work(runner);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

const units: Surrounding[] = [
  {
    name: 'userScope.transaction',
    joins: true,
    run: ({ scope }, own, work) =>
      scope.transaction(async (manager) => {
        await own(manager);
        await work();
      }),
  },
  {
    name: 'dataSource.transaction',
    joins: true,
    run: ({ dataSource }, own, work) =>
      dataSource.transaction(async (manager) => {
        await own(manager);
        await work();
      }),
  },
  {
    name: "dataSource.transaction('SERIALIZABLE')",
    joins: true,
    run: ({ dataSource }, own, work) =>
      dataSource.transaction('SERIALIZABLE', async (manager) => {
        await own(manager);
        await work();
      }),
  },
  {
    name: 'dataSource.manager.transaction',
    joins: true,
    run: ({ dataSource }, own, work) =>
      dataSource.manager.transaction(async (manager) => {
        await own(manager);
        await work();
      }),
  },
  {
    name: 'repository.manager.transaction',
    joins: true,
    run: ({ entries }, own, work) =>
      entries.manager.transaction(async (manager) => {
        await own(manager);
        await work();
      }),
  },
  {
    name: 'dataSource.transaction whose own statement goes through dataSource',
    joins: true,
    run: ({ dataSource }, own, work) =>
      dataSource.transaction(async () => {
        await own(dataSource);
        await work();
      }),
  },
];

const nestedUnits: Surrounding[] = [
  {
    name: 'manager.transaction within userScope.transaction',
    joins: true,
    run: ({ scope }, own, work) =>
      scope.transaction(async (manager) => {
        await own(manager);
        await manager.transaction(work);
      }),
  },
  {
    name: 'dataSource.transaction within userScope.transaction',
    joins: true,
    run: ({ scope, dataSource }, own, work) =>
      scope.transaction(async (manager) => {
        await own(manager);
        await dataSource.transaction(work);
      }),
  },
  {
    name: 'userScope.transaction within dataSource.manager.transaction',
    joins: true,
    run: ({ scope, dataSource }, own, work) =>
      dataSource.manager.transaction(async (manager) => {
        await own(manager);
        await scope.transaction(work);
      }),
  },
  {
    name: 'manager.transaction within dataSource.transaction',
    joins: true,
    run: ({ dataSource }, own, work) =>
      dataSource.transaction(async (manager) => {
        await own(manager);
        await manager.transaction(work);
      }),
  },
  {
    name: 'dataSource.transaction after a nested transaction ended',
    joins: true,
    run: ({ dataSource }, own, work) =>
      dataSource.transaction(async (manager) => {
        await manager.transaction(own);
        await work();
      }),
  },
];

const runners: Surrounding[] = [
  {
    name: 'queryRunner.startTransaction',
    joins: false,
    run: ({ dataSource }, own, work) =>
      byHand(dataSource, async (runner) => {
        await own(runner);
        await work();
      }),
  },
  {
    name: 'queryRunner.startTransaction in a function that returns the runner later',
    joins: false,
    run: ({ dataSource }, own, work) =>
      byHand(
        dataSource,
        async (runner) => {
          await own(runner);
          await work();
        },
        () => beginLater(dataSource),
      ),
  },
  {
    name: 'queryRunner.startTransaction around another userScope.run',
    joins: false,
    run: ({ dataSource, scope, userId }, own, work) =>
      byHand(dataSource, async (runner) => {
        await own(runner);
        await scope.run(userId, work);
      }),
  },
  {
    name: 'queryRunner.manager.transaction with userScope.join',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      byHand(dataSource, async (runner) => {
        await scope.join(runner, async () => {
          await runner.manager.transaction(own);
          await work();
        });
      }),
  },
  {
    name: 'queryRunner.manager.transaction',
    joins: true,
    run: ({ dataSource }, own, work) =>
      byHand(dataSource, (runner) =>
        runner.manager.transaction(async (manager) => {
          await own(manager);
          await work();
        }),
      ),
  },
  {
    name: 'queryRunner.manager.transaction without startTransaction',
    joins: true,
    run: async ({ dataSource }, own, work) => {
      const runner = dataSource.createQueryRunner();
      try {
        await runner.manager.transaction(async (manager) => {
          await own(manager);
          await work();
        });
      } finally {
        await runner.release();
      }
    },
  },
  {
    name: 'userScope.join',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      byHand(dataSource, async (runner) => {
        await own(runner);
        await scope.join(runner, work);
      }),
  },
  {
    name: 'userScope.transaction within userScope.join',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      byHand(dataSource, async (runner) => {
        await own(runner);
        await scope.join(runner, () => scope.transaction(work));
      }),
  },
  {
    name: 'dataSource.transaction within userScope.join',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      byHand(dataSource, async (runner) => {
        await own(runner);
        await scope.join(runner, () => dataSource.transaction(work));
      }),
  },
  {
    name: 'userScope.join twice',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      byHand(dataSource, async (runner) => {
        await scope.join(runner, () => own(dataSource));
        await scope.join(runner, work);
      }),
  },
];

/** The transactions of TypeORM and of the package, alone and in each other. */
export const surroundings: Surrounding[] = [...units, ...nestedUnits, ...runners];

/** Begins a transaction after a statement, so not in the synchronous part of the call. */
async function beginLater(dataSource: DataSource): Promise<QueryRunner> {
  const runner = dataSource.createQueryRunner();
  await runner.query('SELECT 1');
  await runner.startTransaction();
  await runner.query('SELECT 1');
  return runner;
}

/** Transactions that begin before a user is in scope. */
export const unscoped: Surrounding[] = [
  {
    name: 'queryRunner.startTransaction outside of userScope.run',
    joins: false,
    run: ({ dataSource, scope, userId }, own, work) =>
      byHand(dataSource, async (runner) => {
        await scope.run(userId, () => own(runner));
        await scope.run(userId, work);
      }),
  },
  {
    name: 'queryRunner.startTransaction outside of userScope.run in a function that returns the runner later',
    joins: false,
    run: ({ dataSource, scope, userId }, own, work) =>
      byHand(
        dataSource,
        async (runner) => {
          await scope.run(userId, () => own(runner));
          await scope.run(userId, work);
        },
        () => beginLater(dataSource),
      ),
  },
];
