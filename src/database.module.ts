import { Logger, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ModulesContainer } from '@nestjs/core';
import { TypeOrmModule, getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm';
import { getMetadataArgsStorage, type DataSource, type ObjectLiteral } from 'typeorm';
import { environmentOf } from './config/database.config.js';
import { settingsFrom, type DatabaseOptions } from './config/database.settings.js';
import { InvalidOptionsError, type OptionProblem } from './config/invalid-options.error.js';
import {
  schemaOptions,
  schemaProblems,
  dataSourceOptions,
  entities,
} from './data-source/data-source-options.js';
import type { ApplicationSchema, EntityClass } from './data-source/data-source-options.js';
import type { JournalDataSourceOptions } from './isolation/isolated.data-source.js';
import { JournalDataSource, runMigrations } from './data-source/journal.data-source.js';
import { CashReadModel } from './figures/cash.read-model.js';
import { LegacyReadModel } from './browser/figures/legacy.read-model.js';
import { OptionPositionsReadModel } from './figures/option-positions.read-model.js';
import { ProfitReadModel } from './figures/profit.read-model.js';
import { ShareLotsReadModel } from './figures/share-lots.read-model.js';
import { JournalDatabaseError } from './model/journal-database.error.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { JournalRepository } from './journal/journal.repository.js';
import { UsersRepository } from './users/users.repository.js';
import { UserScope } from './isolation/user-scope.js';
import { refuseUnfitSchema } from './schema/status/migration-status.js';
import { SchemaStatusService } from './schema/status/schema-status.service.js';

/** Settings, each optional, and the entities and migrations that the application adds. */
export type DatabaseModuleOptions = DatabaseOptions & ApplicationSchema;

/** A provider of settings for `forRootAsync`. */
export interface DatabaseOptionsFactory {
  createDatabaseOptions(): DatabaseOptions | Promise<DatabaseOptions>;
}

/** One of `useFactory`, `useClass` and `useExisting` supplies the settings. */
export interface DatabaseModuleAsyncOptions extends ApplicationSchema, Pick<ModuleMetadata, 'imports'> {
  /** The providers that `useFactory` is called with. */
  inject?: FactoryProvider['inject'];
  useFactory?: SettingsFactory;
  /** A factory class that the module creates. `imports` supply what it injects. */
  useClass?: Type<DatabaseOptionsFactory>;
  /** A factory that a module of `imports`, or a global module, exports. */
  useExisting?: Type<DatabaseOptionsFactory> | string | symbol;
}

/**
 * The application registers two DataSources without a name: `DatabaseModule` twice, or
 * `TypeOrmModule.forRoot` beside it. Nest would inject one or the other.
 *
 * @remedy Register `DatabaseModule` once: its providers are global. Give `TypeOrmModule.forRoot` a
 * name, and pass it to `forFeature` and `@InjectRepository`.
 */
export class DuplicateDatabaseModuleError extends JournalDatabaseError {
  readonly code = 'DUPLICATE_DATABASE_MODULE';

  constructor() {
    super(
      'The application registers DatabaseModule more than once, or TypeOrmModule.forRoot without a name beside it. Call ' +
        'DatabaseModule.forRoot or forRootAsync once, and import the result in the root module: its providers are global. ' +
        'Entities of the same database need TypeOrmModule.forFeature only; for a second database give TypeOrmModule.forRoot a name, ' +
        'and pass it to TypeOrmModule.forFeature and @InjectRepository (docs/guides/existing-application.md).',
    );
  }
}

/**
 * Providers for `@InjectRepository` of the package's entities. `TypeOrmModule.forFeature` would add
 * the entities to every DataSource without a name that has `autoLoadEntities`. With `synchronize`,
 * such a DataSource would change the application's tables of the same names, before
 * DuplicateDatabaseModuleError stops the start.
 */
const entityRepositories = entities.map((entity) => ({
  provide: getRepositoryToken(entity),
  inject: [getDataSourceToken()],
  useFactory: (dataSource: DataSource) => dataSource.getRepository<ObjectLiteral>(entity),
}));
const readModels = [
  OptionPositionsReadModel,
  ShareLotsReadModel,
  CashReadModel,
  ProfitReadModel,
  LegacyReadModel,
];
const providers = [
  ...entityRepositories,
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
 * repositories of the entities (`@InjectRepository(JournalEntry)`). The module is global, and an
 * application registers it once. It closes its connections when the application shuts down.
 *
 * @example
 * const imports = [DatabaseModule.forRoot({ migrations: [AddAlerts20270111090000] })];
 */
@Module({})
export class DatabaseModule {
  /**
   * Takes the settings from `options`, and the rest from ConfigService: from a global ConfigModule
   * of the application, else from the environment (docs/reference/environment.md). All errors below
   * are thrown when the application starts, not here.
   *
   * @throws MigrationTimestampError if the name of a migration ends in 13 digits
   * @throws InvalidEnvironmentError with every invalid variable; InvalidOptionsError if an option
   * is invalid
   * @throws DuplicateDatabaseModuleError
   * @throws DatabaseConnectionError, SchemaMissingError, RoleRefusedError, UnsafePrivilegesError
   * @throws SchemaTooNewError; with `schemaCheck: 'error'` also MigrationsPendingError and
   * MigrationsUnreadableError
   * @example
   * DatabaseModule.forRoot({ url, pool: { max: 5 }, runMigrations: true });
   */
  static forRoot(options: DatabaseModuleOptions = {}): DynamicModule {
    const { entities, migrations, subscribers, namingStrategy, ...settings } = options;
    return register({ entities, migrations, subscribers, namingStrategy }, { useFactory: () => settings });
  }

  /**
   * Takes the settings from a factory: another configuration module, a secret store, a test.
   * ConfigService supplies the settings that the factory omits, and is not used if the factory
   * returns all settings, such as those of `readDatabaseSettings`. Throws the errors of `forRoot`
   * at start.
   *
   * @example
   * DatabaseModule.forRootAsync({
   *   inject: [SecretStore],
   *   useFactory: async (secrets: SecretStore) => ({ url: await secrets.get('database-url') }),
   * });
   * DatabaseModule.forRootAsync({ imports: [ConfigModule], useClass: DatabaseConfiguration });
   */
  static forRootAsync(options: DatabaseModuleAsyncOptions): DynamicModule {
    const { entities, migrations, subscribers, namingStrategy, ...source } = options;
    return register({ entities, migrations, subscribers, namingStrategy }, source);
  }
}

type SettingsFactory = FactoryProvider<DatabaseOptions | Promise<DatabaseOptions>>['useFactory'];
type SettingsSource = Omit<DatabaseModuleAsyncOptions, keyof ApplicationSchema>;

function register(application: ApplicationSchema, source: SettingsSource): DynamicModule {
  const { inject, useFactory, extraProviders } = factoryOf(source);
  const dataSource = TypeOrmModule.forRootAsync({
    imports: source.imports ?? [],
    // Optional: the application may have no global ConfigModule.
    inject: [ModulesContainer, { token: ConfigService, optional: true }, ...inject],
    extraProviders,
    useFactory: async (
      modules: ModulesContainer,
      config: ConfigService | undefined,
      ...injected: unknown[]
    ) => {
      refuseDuplicate(modules);
      refuseInvalid([...sourceProblems(source), ...schemaProblems(application)]);
      const given = await useFactory(...injected);
      if (typeof given !== 'object' || given === null)
        refuseInvalid([{ option: 'the factory', expected: 'must return an object of settings' }]);
      refuseInvalid(misplacedOptions(given as Partial<ApplicationSchema>));
      const settings = settingsFrom(given, environmentOf(config));
      const options: StartOptions = {
        ...dataSourceOptions(settings, application),
        ...(settings.runMigrations && {
          migrate: (entities) => runMigrations(settings, { ...application, entities }),
        }),
      };
      return {
        ...options,
        autoLoadEntities: true,
        // JournalDataSource retries temporary failures itself.
        toRetry: () => false,
      };
    },
    dataSourceFactory: async (merged) => {
      const { migrate, ...given } = merged as StartOptions;
      const options = withDistinctEntities(given);
      await migrate?.(options.entities as EntityClass[]);
      return connectChecked(options);
    },
  });
  return {
    module: DatabaseModule,
    global: true,
    imports: [dataSource],
    providers,
    exports: providers,
  };
}

type StartOptions = JournalDataSourceOptions & {
  /**
   * Runs the migrations, with `DATABASE_RUN_MIGRATIONS`. TypeORM creates the table
   * `typeorm_metadata`, to which generated migrations write, only if it knows an entity that needs
   * it: a view, or a table with a generated column.
   */
  readonly migrate?: (entities: readonly EntityClass[]) => Promise<unknown>;
};

/** Converts each kind of factory to a function with the providers that it injects. */
function factoryOf({ inject = [], useFactory, useClass, useExisting }: SettingsSource): {
  inject: NonNullable<FactoryProvider['inject']>;
  useFactory: SettingsFactory;
  extraProviders: Provider[];
} {
  if (useFactory !== undefined) return { inject, useFactory, extraProviders: [] };
  return {
    inject: [useExisting ?? useClass].filter((token) => token !== undefined),
    useFactory: (factory: DatabaseOptionsFactory) => factory.createDatabaseOptions(),
    extraProviders: useClass === undefined ? [] : [useClass],
  };
}

const factories = ['useFactory', 'useClass', 'useExisting'] as const;
const sourceOptions = new Set<string>(['imports', 'inject', ...factories]);

function sourceProblems(source: SettingsSource): OptionProblem[] {
  const unknown = Object.keys(source).filter((name) => !sourceOptions.has(name));
  const problems = unknown.map((option) => ({
    option,
    expected: 'is not an option of forRootAsync; return settings from the factory',
  }));
  if (factories.filter((name) => source[name] !== undefined).length === 1) return problems;
  const expected = 'needs exactly one of useFactory, useClass and useExisting';
  return [...problems, { option: 'forRootAsync', expected }];
}

/** TypeScript does not report members beyond the type of what a factory returns. */
function misplacedOptions(given: Partial<ApplicationSchema>): OptionProblem[] {
  const misplaced = schemaOptions.filter((option) => given[option] !== undefined);
  const expected = 'belongs beside useFactory, useClass or useExisting, not in the settings of the factory';
  return misplaced.map((option) => ({ option, expected }));
}

function refuseInvalid(problems: readonly OptionProblem[]): void {
  if (problems.length > 0) throw new InvalidOptionsError(problems);
}

/**
 * Counts the global DataSources without a name. Counts the modules of one application: another
 * application of the process has its own.
 */
function refuseDuplicate(modules: ModulesContainer): void {
  const unnamed = [...modules.values()].filter(
    ({ isGlobal, providers }) => isGlobal && providers.has(getDataSourceToken()),
  );
  if (unnamed.length > 1) throw new DuplicateDatabaseModuleError();
}

/** Connects, and checks schema and privileges before the application gets the DataSource. */
async function connectChecked(options: JournalDataSourceOptions): Promise<JournalDataSource> {
  const dataSource = await new JournalDataSource(options).initialize();
  try {
    await refuseUnfitSchema(dataSource, options.schemaCheck);
    const { checkPrivileges } = await import('./isolation/privilege-check/check-privileges.js');
    await checkPrivileges(dataSource, options.privilegeCheck);
    logSignInLogin(dataSource.journal);
    return dataSource;
  } catch (error) {
    // Nest does not close a DataSource that the factory has not returned.
    await dataSource.destroy();
    throw error;
  }
}

function logSignInLogin({ hasAuthLogin }: JournalDataSource['journal']): void {
  new Logger('DatabaseModule').log(
    hasAuthLogin
      ? 'Sign-in has a separate login (DATABASE_AUTH_URL).'
      : 'Sign-in shares the login of DATABASE_URL; set DATABASE_AUTH_URL for a separate one.',
  );
}

/**
 * `autoLoadEntities` adds the entities of `forFeature`, which the options may contain already.
 *
 * @throws InvalidOptionsError if an entity has the class name of one of the package
 */
function withDistinctEntities(options: JournalDataSourceOptions): JournalDataSourceOptions {
  const distinct = [...new Set(options.entities as unknown[])] as (typeof entities)[number][];
  const expected =
    'is the class name of an entity of the package, too. Rename your class: Nest and TypeORM tell entities apart by it';
  // A second copy of the package in the process has the same names for the same tables.
  const clashing = distinct.filter((entity) =>
    entities.some((own) => own.name === entity.name && tableOf(own) !== tableOf(entity)),
  );
  refuseInvalid(clashing.map(({ name }) => ({ option: name, expected })));
  return { ...options, entities: distinct };
}

/** The declared name of an entity's table or view. */
function tableOf(entity: (typeof entities)[number]): string | undefined {
  return getMetadataArgsStorage().tables.find(({ target }) => target === entity)?.name;
}
