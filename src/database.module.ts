import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { databaseConfig } from './config/database.config.js';
import type { DatabaseSettings } from './config/database.settings.js';
import { dataSourceOptions, entities } from './data-source/data-source-options.js';
import type { ApplicationSchema } from './data-source/data-source-options.js';
import type { JournalDataSourceOptions } from './isolation/isolated.data-source.js';
import { JournalDataSource } from './data-source/journal.data-source.js';
import { CashReadModel } from './figures/cash.read-model.js';
import { LegacyReadModel } from './browser/figures/legacy.read-model.js';
import { OptionPositionsReadModel } from './figures/option-positions.read-model.js';
import { ProfitReadModel } from './figures/profit.read-model.js';
import { ShareLotsReadModel } from './figures/share-lots.read-model.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { JournalRepository } from './journal/journal.repository.js';
import { UsersRepository } from './users/users.repository.js';
import { runMigrations } from './data-source/run-migrations.js';
import { UserScope } from './isolation/user-scope.js';
import { refuseUnfitSchema } from './schema/status/refuse-unfit-schema.js';
import { SchemaStatusService } from './schema/status/schema-status.service.js';

/**
 * What an application adds: entities beyond those that it registers by `TypeOrmModule.forFeature`,
 * and its migrations.
 */
export type DatabaseModuleOptions = ApplicationSchema;

/** The same, with settings that come from elsewhere than the environment. */
export interface DatabaseModuleAsyncOptions extends DatabaseModuleOptions, Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: FactoryProvider<DatabaseSettings | Promise<DatabaseSettings>>['useFactory'];
}

const features = TypeOrmModule.forFeature([...entities]);
const readModels = [
  OptionPositionsReadModel,
  ShareLotsReadModel,
  CashReadModel,
  ProfitReadModel,
  LegacyReadModel,
];
const providers = [
  UserScope,
  UsersRepository,
  AccountsRepository,
  JournalRepository,
  ...readModels,
  SchemaStatusService,
];

/**
 * The persistence layer: a TypeORM DataSource on PostgreSQL with `User`, `Account` and
 * `JournalEntry`, their plain TypeORM repositories (`@InjectRepository(JournalEntry)`), the focused
 * ones, and the user scope in which those work. It is global, as the DataSource of
 * `@nestjs/typeorm` is, and closes its pool when the application shuts down.
 */
@Module({})
export class DatabaseModule {
  /**
   * Takes the settings from the environment; see docs/reference/environment.md.
   *
   * @throws InvalidEnvironmentError, at start, that lists every wrong variable
   * @throws DatabaseConnectionError, SchemaMissingError, RoleRefusedError, UnsafePrivilegesError,
   * at start
   * @throws SchemaTooNewError, and in production MigrationsPendingError and
   * MigrationsUnreadableError, at start
   */
  static forRoot(options: DatabaseModuleOptions = {}): DynamicModule {
    return DatabaseModule.forRootAsync({
      ...options,
      imports: [ConfigModule.forFeature(databaseConfig)],
      inject: [databaseConfig.KEY],
      useFactory: (settings: DatabaseSettings) => settings,
    });
  }

  /** Takes the settings from a factory: another configuration module, a secret store, a test. */
  static forRootAsync(options: DatabaseModuleAsyncOptions): DynamicModule {
    const dataSource = TypeOrmModule.forRootAsync({
      imports: options.imports ?? [],
      inject: options.inject ?? [],
      useFactory: async (...injected: unknown[]) => {
        const settings = await options.useFactory(...injected);
        if (settings.runMigrations) await runMigrations(settings, options);
        return {
          ...dataSourceOptions(settings, options),
          autoLoadEntities: true,
          // JournalDataSource tries again by itself, and knows what can heal.
          toRetry: () => false,
        };
      },
      dataSourceFactory: (merged) => connectChecked(withoutRepetition(merged)),
    });
    return {
      module: DatabaseModule,
      global: true,
      imports: [dataSource, features],
      providers,
      exports: [features, ...providers],
    };
  }
}

/**
 * Connects, and looks at the schema and at what the connection may do before anybody can use it.
 */
async function connectChecked(options: JournalDataSourceOptions): Promise<JournalDataSource> {
  const dataSource = await new JournalDataSource(options).initialize();
  try {
    await refuseUnfitSchema(dataSource, process.env['NODE_ENV'] === 'production');
    const { checkPrivileges } = await import('./isolation/privilege-check/check-privileges.js');
    await checkPrivileges(dataSource, options.privilegeCheck);
    return dataSource;
  } catch (error) {
    // Nest never gets it, and so would not close its pool.
    await dataSource.destroy();
    throw error;
  }
}

/**
 * What `forFeature` registers comes on top of the options, so that an entity may be listed twice.
 */
function withoutRepetition(merged: unknown): JournalDataSourceOptions {
  const options = merged as JournalDataSourceOptions;
  return { ...options, entities: [...new Set(options.entities as unknown[])] as (typeof entities)[number][] };
}
