import {
  ClsPluginTransactional,
  Propagation,
  Transactional,
  TransactionHost,
} from '@nestjs-cls/transactional';
import { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClsModule, ClsServiceManager } from 'nestjs-cls';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Surrounding } from './trial.js';

type Adapter = TransactionalAdapterTypeOrm;

/** A service that uses the decorator as its guide says. */
class Service {
  @Transactional()
  required(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional(Propagation.Nested)
  nested(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional(Propagation.RequiresNew)
  requiresNew(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }

  @Transactional<Adapter>({ isolationLevel: 'SERIALIZABLE' })
  serializable(work: () => Promise<unknown>): Promise<unknown> {
    return work();
  }
}

const service = new Service();

@Module({})
class DataSourceModule {}

@Module({})
class Application {}

/** Starts a Nest application with the plugin of the library for this DataSource. */
export async function startApplication(dataSource: DataSource): Promise<{ close(): Promise<void> }> {
  const connection: DynamicModule = {
    module: DataSourceModule,
    providers: [{ provide: DataSource, useValue: dataSource }],
    exports: [DataSource],
  };
  const adapter = new TransactionalAdapterTypeOrm({ dataSourceToken: DataSource });
  const plugin = new ClsPluginTransactional({ imports: [connection], adapter });
  const application = { module: Application, imports: [ClsModule.forRoot({ plugins: [plugin] })] };
  return NestFactory.createApplicationContext(application, { logger: false, abortOnError: false });
}

const within = (work: () => Promise<unknown>) => ClsServiceManager.getClsService().run(work);

/** The manager of the open transaction. */
const current = (): EntityManager => TransactionHost.getInstance().tx as EntityManager;

export const surroundings: Surrounding[] = [
  {
    name: '@Transactional()',
    joins: true,
    run: (_, own, work) =>
      within(() =>
        service.required(async () => {
          await own(current());
          await work();
        }),
      ),
  },
  {
    name: '@Transactional({ isolationLevel: SERIALIZABLE })',
    joins: true,
    run: (_, own, work) =>
      within(() =>
        service.serializable(async () => {
          await own(current());
          await work();
        }),
      ),
  },
  {
    name: '@Transactional(Nested) within @Transactional()',
    joins: true,
    run: (_, own, work) =>
      within(() =>
        service.required(async () => {
          await own(current());
          await service.nested(work);
        }),
      ),
  },
  {
    name: '@Transactional(RequiresNew) within @Transactional()',
    joins: true,
    run: (_, own, work) =>
      within(() =>
        service.required(async () => {
          await own(current());
          await service.requiresNew(work);
        }),
      ),
  },
  {
    name: '@Transactional() within userScope.transaction',
    joins: true,
    run: ({ scope }, own, work) =>
      within(() =>
        scope.transaction(async (manager) => {
          await own(manager);
          await service.required(work);
        }),
      ),
  },
  {
    name: 'userScope.transaction within @Transactional()',
    joins: true,
    run: ({ scope }, own, work) =>
      within(() =>
        service.required(async () => {
          await own(current());
          await scope.transaction(work);
        }),
      ),
  },
];
