import type { DataSource } from 'typeorm';
import {
  addTransactionalDataSource,
  initializeTransactionalContext,
  IsolationLevel,
  Propagation,
  StorageDriver,
  Transactional,
} from 'typeorm-transactional';
import type { Surrounding } from './trial.js';

/** A service that uses the decorator as its guide says. */
class Service {
  @Transactional()
  required(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional({ propagation: Propagation.NESTED })
  nested(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional({ propagation: Propagation.REQUIRES_NEW })
  requiresNew(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional({ propagation: Propagation.NOT_SUPPORTED })
  notSupported(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional({ isolationLevel: IsolationLevel.SERIALIZABLE })
  serializable(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }
}

const service = new Service();

/**
 * Call it before a DataSource is made. The library keeps the transaction in AsyncLocalStorage or in
 * cls-hooked.
 */
export function initialize(storage: 'AsyncLocalStorage' | 'cls-hooked'): void {
  const storageDriver =
    storage === 'cls-hooked' ? StorageDriver.CLS_HOOKED : StorageDriver.ASYNC_LOCAL_STORAGE;
  initializeTransactionalContext({ storageDriver });
}

export function register(dataSource: DataSource): void {
  // The library takes a bare argument for options unless its class is named `DataSource`.
  addTransactionalDataSource({ dataSource });
}

export const surroundings: Surrounding[] = [
  {
    name: '@Transactional()',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.required(async () => {
        await own(dataSource);
        await work();
      }),
  },
  {
    name: '@Transactional() whose own statement goes through repository.manager',
    joins: true,
    run: ({ entries }, own, work) =>
      service.required(async () => {
        await own(entries.manager);
        await work();
      }),
  },
  {
    name: '@Transactional({ isolationLevel: SERIALIZABLE })',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.serializable(async () => {
        await own(dataSource);
        await work();
      }),
  },
  {
    name: '@Transactional() within @Transactional()',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.required(async () => {
        await own(dataSource);
        await service.required(work);
      }),
  },
  {
    name: '@Transactional({ propagation: NESTED }) within @Transactional()',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.required(async () => {
        await own(dataSource);
        await service.nested(work);
      }),
  },
  {
    name: '@Transactional({ propagation: REQUIRES_NEW }) within @Transactional()',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.required(async () => {
        await own(dataSource);
        await service.requiresNew(work);
      }),
  },
  {
    name: '@Transactional({ propagation: NOT_SUPPORTED }) within @Transactional()',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.required(async () => {
        await own(dataSource);
        await service.notSupported(work);
      }),
  },
  {
    name: '@Transactional() within userScope.transaction',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      scope.transaction(async () => {
        await own(dataSource);
        await service.required(work);
      }),
  },
  {
    name: 'userScope.transaction within @Transactional()',
    joins: true,
    run: ({ dataSource, scope }, own, work) =>
      service.required(async () => {
        await own(dataSource);
        await scope.transaction(work);
      }),
  },
  {
    name: '@Transactional() after a nested @Transactional() ended',
    joins: true,
    run: ({ dataSource }, own, work) =>
      service.required(async () => {
        await service.nested(() => own(dataSource));
        await work();
      }),
  },
];
