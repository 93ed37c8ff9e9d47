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
 * The application's migrations, and entities that it does not register by
 * `TypeOrmModule.forFeature`.
 */
export type DatabaseModuleOptions = ApplicationSchema;

/** DatabaseModuleOptions with a factory for the settings. */
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
 * The persistence layer. Provides a TypeORM DataSource on PostgreSQL, UserScope, UsersRepository,
 * AccountsRepository, JournalRepository, the read models, SchemaStatusService, and TypeORM's
 * repositories of the entities (`@InjectRepository(JournalEntry)`). The module is global. It closes
 * its connections when the application shuts down.
 *
 * @example
 * const imports = [DatabaseModule.forRoot({ migrations: [AddAlerts20270111090000] })];
 */
@Module({})
export class DatabaseModule {
  /**
   * Reads the settings from the environment (docs/reference/environment.md). All errors below are
   * thrown when the application starts, not here.
   *
   * @throws InvalidEnvironmentError with every invalid variable
   * @throws DatabaseConnectionError, SchemaMissingError, RoleRefusedError, UnsafePrivilegesError
   * @throws SchemaTooNewError; in production also MigrationsPendingError and
   * MigrationsUnreadableError
   */
  static forRoot(options: DatabaseModuleOptions = {}): DynamicModule {
    return DatabaseModule.forRootAsync({
      ...options,
      imports: [ConfigModule.forFeature(databaseConfig)],
      inject: [databaseConfig.KEY],
      useFactory: (settings: DatabaseSettings) => settings,
    });
  }

  /**
   * Takes the settings from a factory: another configuration module, a secret store, a test. Throws
   * the errors of `forRoot` at start.
   *
   * @example
   * DatabaseModule.forRootAsync({
   *   inject: [SecretStore],
   *   useFactory: async (secrets: SecretStore) =>
   *     readDatabaseSettings({ DATABASE_URL: await secrets.get('database-url') }),
   * });
   */
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
          // JournalDataSource retries temporary failures itself.
          toRetry: () => false,
        };
      },
      dataSourceFactory: (merged) => connectChecked(withDistinctEntities(merged)),
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

/** Connects, and checks schema and privileges before the application gets the DataSource. */
async function connectChecked(options: JournalDataSourceOptions): Promise<JournalDataSource> {
  const dataSource = await new JournalDataSource(options).initialize();
  try {
    await refuseUnfitSchema(dataSource, process.env['NODE_ENV'] === 'production');
    const { checkPrivileges } = await import('./isolation/privilege-check/check-privileges.js');
    await checkPrivileges(dataSource, options.privilegeCheck);
    return dataSource;
  } catch (error) {
    // Nest does not close a DataSource that the factory has not returned.
    await dataSource.destroy();
    throw error;
  }
}

/** `autoLoadEntities` adds the entities of `forFeature`, which the options may contain already. */
function withDistinctEntities(merged: unknown): JournalDataSourceOptions {
  const options = merged as JournalDataSourceOptions;
  return { ...options, entities: [...new Set(options.entities as unknown[])] as (typeof entities)[number][] };
}
