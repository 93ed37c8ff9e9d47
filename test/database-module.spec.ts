// @slow: starts an application for each kind of set-up
import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule, getDataSourceToken } from '@nestjs/typeorm';
import { Client } from 'pg';
import { DataSource, DefaultNamingStrategy, ViewColumn, ViewEntity } from 'typeorm';
import type { DataSourceOptions, MigrationInterface, QueryRunner } from 'typeorm';
import {
  DatabaseConnectionError,
  DatabaseModule,
  DuplicateDatabaseModuleError,
  InvalidEnvironmentError,
  InvalidOptionsError,
  JournalRepository,
  UserScope,
  UsersRepository,
  databaseConfig,
} from '../src/index.js';
import type {
  DatabaseModuleAsyncOptions,
  DatabaseOptions,
  DatabaseOptionsFactory,
  DatabaseSettings,
} from '../src/index.js';
import { createTestDatabase } from '../src/testing/server/test-database.js';
import type { TestDatabase } from '../src/testing/server/test-database.js';
import { withEnvironment } from './support/environment.js';
import { failureOf } from './support/failure.js';
import { until } from './support/until.js';

class NoEntity {}

const tiers = `SELECT 'free' AS tier`;

@ViewEntity({ name: 'tiers', expression: tiers })
class Tier {
  @ViewColumn()
  tier!: string;
}

class CreateTiers20261201090000 implements MigrationInterface {
  name = 'CreateTiers20261201090000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE VIEW "tiers" WITH (security_invoker) AS ${tiers}`);
    await queryRunner.query(
      `INSERT INTO "typeorm_metadata"("database", "schema", "table", "type", "name", "value") VALUES (DEFAULT, $1, DEFAULT, $2, $3, $4)`,
      ['public', 'VIEW', 'tiers', tiers],
    );
    await queryRunner.query('GRANT SELECT ON tiers TO journal_user');
  }

  async down(): Promise<void> {}
}

const quiet = { logger: false, abortOnError: false } as const;

describe('DatabaseModule', () => {
  let database: TestDatabase;
  const started: INestApplicationContext[] = [];
  const databases: TestDatabase[] = [];
  let restore: () => void = () => undefined;

  beforeEach(async () => {
    database = await anotherDatabase();
  });
  afterEach(async () => {
    restore();
    for (const app of started.splice(0)) await app.close();
    for (const used of databases.splice(0)) await used.drop();
  });

  async function anotherDatabase(options?: { empty: boolean }): Promise<TestDatabase> {
    const made = await createTestDatabase(options);
    databases.push(made);
    return made;
  }

  async function start(...imports: NonNullable<ModuleMetadata['imports']>): Promise<INestApplicationContext> {
    class App {}
    Module({ imports })(App);
    const app = await NestFactory.createApplicationContext(App, quiet);
    started.push(app);
    return app;
  }

  const fromFactory = (settings: DatabaseSettings) =>
    DatabaseModule.forRootAsync({ useFactory: () => settings });
  const environment = (url: string) => ({
    DATABASE_URL: url,
    DATABASE_POOL_MIN: '0',
    DATABASE_QUERY_LOG: 'off',
  });

  async function worksIn(app: INestApplicationContext, url: string): Promise<void> {
    const { id } = await app.get(UsersRepository).create({ email: 'anna@example.com' });
    const { entries } = await app.get(UserScope).run(id, () => app.get(JournalRepository).page());
    const [row]: { name: string }[] = await app.get(DataSource).query('SELECT current_database() AS name');

    expect(entries).toEqual([]);
    expect(`/${row?.name}`).toBe(new URL(url).pathname);
  }

  it('takes its settings from the environment, with no ConfigModule in the application', async () => {
    restore = withEnvironment(environment(database.url));

    await worksIn(await start(DatabaseModule.forRoot()), database.url);
  });

  it('takes its settings from the environment beside the ConfigModule of the application', async () => {
    restore = withEnvironment({ ...environment(database.url), DATABASE_APPLICATION_NAME: 'beside' });
    const app = await start(
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [databaseConfig] }),
      DatabaseModule.forRoot(),
    );

    await worksIn(app, database.url);
    expect(app.get(ConfigService).get('database.applicationName')).toBe('beside');
  });

  it('takes its settings from ConfigService: from `load` and `validate` of a global ConfigModule', async () => {
    restore = withEnvironment({ ...environment('postgresql://nowhere/nothing'), DATABASE_POOL_MAX: '12' });
    const secret = async () => {
      await passed(50);
      return { DATABASE_URL: database.url };
    };
    const validate = (given: Record<string, unknown>) => ({
      ...given,
      DATABASE_POOL_MAX: Number(given['DATABASE_POOL_MAX']) + 1,
    });
    const app = await start(
      DatabaseModule.forRoot(),
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [secret], validate }),
    );

    await worksIn(app, database.url);
    expect(app.get(DataSource).options).toMatchObject({ poolSize: 13 });
  });

  it('takes its settings from a factory with injected dependencies', async () => {
    class Secrets {
      readonly settings = Promise.resolve(database.settings);
    }
    class SecretsModule {}
    Module({ providers: [Secrets], exports: [Secrets] })(SecretsModule);
    const app = await start(
      DatabaseModule.forRootAsync({
        imports: [SecretsModule],
        inject: [Secrets],
        useFactory: (secrets: Secrets) => secrets.settings,
      }),
    );

    await worksIn(app, database.url);
  });

  it('takes options, and the environment for omitted options', async () => {
    restore = withEnvironment({
      ...environment('postgresql://nowhere/nothing'),
      DATABASE_APPLICATION_NAME: 'beside',
    });
    const app = await start(DatabaseModule.forRoot({ url: database.url, pool: { max: 3 } }));

    await worksIn(app, database.url);
    const { options } = app.get(DataSource);
    expect(options).toMatchObject({ applicationName: 'beside', poolSize: 3, extra: { min: 0 } });
  });

  it('takes some settings from a factory, and the environment for omitted settings', async () => {
    restore = withEnvironment({ ...environment(''), DATABASE_APPLICATION_NAME: 'beside' });
    const app = await start(DatabaseModule.forRootAsync({ useFactory: () => ({ url: database.url }) }));

    await worksIn(app, database.url);
    expect(app.get(DataSource).options).toMatchObject({ applicationName: 'beside' });
  });

  it('does not read the environment if a factory returns complete settings', async () => {
    restore = withEnvironment({
      DATABASE_AUTH_URL: 'postgresql://nowhere/nothing',
      DATABASE_POOL_MAX: 'many',
    });

    await worksIn(await start(fromFactory(database.settings)), database.url);
  });

  describe('takes its settings from a factory class', () => {
    class Address {
      readonly url = database.url;
    }
    class AddressModule {}
    Module({ providers: [Address], exports: [Address] })(AddressModule);

    @Injectable()
    class Configuration implements DatabaseOptionsFactory {
      constructor(@Inject(Address) private readonly address: Address) {}
      createDatabaseOptions(): Promise<DatabaseOptions> {
        return Promise.resolve({ url: this.address.url, applicationName: 'configured' });
      }
    }
    const token = Symbol('configuration');
    class ConfigurationModule {}
    Module({
      imports: [AddressModule],
      providers: [Configuration, { provide: token, useExisting: Configuration }],
      exports: [Configuration, token],
    })(ConfigurationModule);

    it.each<[string, DatabaseModuleAsyncOptions]>([
      ['that it creates', { imports: [AddressModule], useClass: Configuration }],
      ['of another module', { imports: [ConfigurationModule], useExisting: Configuration }],
      ['of another module by its token', { imports: [ConfigurationModule], useExisting: token }],
    ])('%s', async (_, options) => {
      restore = withEnvironment(environment(''));
      const app = await start(DatabaseModule.forRootAsync(options));

      await worksIn(app, database.url);
      expect(app.get(DataSource).options).toMatchObject({ applicationName: 'configured' });
    });
  });

  it.each<[string, object, string]>([
    ['an invalid setting', { pool: { max: 0 } }, 'pool.max must be a whole number from 1 to 1000'],
    ['a second name', { name: 'second' }, 'name is not an option'],
    [
      'a class for a strategy',
      { namingStrategy: DefaultNamingStrategy },
      'namingStrategy must be an instance',
    ],
    ['files for subscribers', { subscribers: ['dist/*.js'] }, 'subscribers must be an array of classes'],
    [
      'a subscriber without its decorator',
      { subscribers: [NoEntity] },
      'with the decorator @EventSubscriber()',
    ],
    ['one entity', { entities: NoEntity }, 'entities must be an array of classes'],
    ['an entity with a name of the package', { entities: [class User {}] }, 'User is the class name of an'],
  ])('does not start with %s, and names the option', async (_, options, message) => {
    const failure = await failureOf(start(DatabaseModule.forRoot({ url: database.url, ...options })));

    expect(failure).toBeInstanceOf(InvalidOptionsError);
    expect((failure as Error).message).toContain(message);
  });

  it.each<[string, object, string]>([
    ['no factory', {}, 'forRootAsync needs exactly one of useFactory, useClass and useExisting'],
    [
      'two',
      { useFactory: () => ({}), useClass: NoEntity },
      'forRootAsync needs exactly one of useFactory, useClass and useExisting',
    ],
    ['a setting', { useFactory: () => ({}), url: 'x' }, 'url is not an option of forRootAsync'],
    ['nothing from the factory', { useFactory: () => null }, 'the factory must return an object of settings'],
    ['an invalid setting', { useFactory: () => ({ url: 5 }) }, 'url must be text'],
    [
      'migrations from the factory',
      { useFactory: () => ({ url: database.url, migrations: [] }) },
      'migrations belongs beside useFactory',
    ],
  ])('does not start with %s for forRootAsync', async (_, options, message) => {
    const failure = await failureOf(start(DatabaseModule.forRootAsync(options)));

    expect(failure).toBeInstanceOf(InvalidOptionsError);
    expect((failure as Error).message).toContain(message);
  });

  it('is registered once in an application: a second registration stops the start before it connects', async () => {
    const nowhere = { ...database.settings, url: `${database.url}_missing` };
    const failure = await failureOf(start(fromFactory(nowhere), fromFactory(database.settings)));

    expect(failure).toBeInstanceOf(DuplicateDatabaseModuleError);
    expect(failure).toMatchObject({ code: 'DUPLICATE_DATABASE_MODULE' });
  });

  it.each(['before', 'after'])('does not start with a DataSource without a name %s it', async (place) => {
    const own = TypeOrmModule.forRoot({ type: 'postgres', url: database.url, manualInitialization: true });
    const journal = fromFactory(database.settings);
    const failure = await failureOf(place === 'before' ? start(own, journal) : start(journal, own));

    // In the order `before`, Nest may create UserScope first, which refuses the other DataSource.
    if (place === 'after') expect(failure).toBeInstanceOf(DuplicateDatabaseModuleError);
    expect((failure as Error | undefined)?.message).toContain('give TypeOrmModule.forRoot a name');
  });

  it('leaves the tables of a DataSource without a name as they are, which `synchronize` would change', async () => {
    const { url } = await anotherDatabase({ empty: true });
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(
      `CREATE TABLE users (email text NOT NULL, name text); INSERT INTO users VALUES ('anna@example.com', 'Anna')`,
    );
    let synchronized: (own: Promise<DataSource>) => void = () => undefined;
    const synchronizing = new Promise<DataSource>((resolve) => (synchronized = resolve));
    const own = TypeOrmModule.forRootAsync({
      useFactory: () => ({ type: 'postgres', url, autoLoadEntities: true, synchronize: true }),
      dataSourceFactory: (options) => {
        const initialized = new DataSource(options as DataSourceOptions).initialize();
        synchronized(initialized);
        return initialized;
      },
    });
    expect(await failureOf(start(own, fromFactory(database.settings)))).toBeInstanceOf(Error);
    await (await synchronizing).destroy();

    const { rows } = await client.query(`SELECT * FROM users`);
    await client.end();
    expect(rows).toEqual([{ email: 'anna@example.com', name: 'Anna' }]);
  });

  it('runs migrations that the CLI of TypeORM generated for a view of the application', async () => {
    const settings = { ...database.settings, runMigrations: true };
    const app = await start(
      DatabaseModule.forRootAsync({ useFactory: () => settings, migrations: [CreateTiers20261201090000] }),
      TypeOrmModule.forFeature([Tier]),
    );

    const { id } = await app.get(UsersRepository).create({ email: 'anna@example.com' });
    const read = () => app.get(DataSource).getRepository(Tier).find();
    expect(await app.get(UserScope).run(id, read)).toEqual([{ tier: 'free' }]);
  });

  it('may be imported by several modules after one registration', async () => {
    const registered = fromFactory(database.settings);
    class Feature {}
    Module({ imports: [registered] })(Feature);

    await worksIn(await start(registered, Feature), database.url);
  });

  it('works beside a named TypeORM DataSource', async () => {
    const other = await anotherDatabase();
    const app = await start(
      fromFactory(database.settings),
      TypeOrmModule.forRoot({ name: 'other', type: 'postgres', url: other.url }),
    );

    await worksIn(app, database.url);
    const [row]: { name: string }[] = await app
      .get<DataSource>(getDataSourceToken('other'))
      .query('SELECT current_database() AS name');
    expect(`/${row?.name}`).toBe(new URL(other.url).pathname);
  });

  it('does not start with a missing or invalid environment, and lists the problems', async () => {
    restore = withEnvironment({ ...environment(''), DATABASE_POOL_MAX: 'many' });
    const failure = await failureOf(start(DatabaseModule.forRoot()));

    expect(failure).toBeInstanceOf(InvalidEnvironmentError);
    expect((failure as InvalidEnvironmentError).problems.map(({ variable }) => variable)).toEqual([
      'DATABASE_URL',
      'DATABASE_POOL_MAX',
    ]);
  });

  it.each([false, true])(
    'does not start without its database, and reports it immediately (with migrations: %s)',
    async (runMigrations) => {
      const url = `${database.url}_missing`;
      const settings = { ...database.settings, url, migrationUrl: url, runMigrations };
      const before = Date.now();
      const failure = await failureOf(start(fromFactory(settings)));

      expect(failure).toBeInstanceOf(DatabaseConnectionError);
      expect((failure as Error).message).toContain('does not exist');
      // A connection that can heal is tried again for 30 s.
      expect(Date.now() - before).toBeLessThan(15_000);
    },
  );

  it('closes its connections with the application', async () => {
    const settings = { ...database.settings, applicationName: 'to be closed' };
    const app = await start(fromFactory({ ...settings, pool: { ...settings.pool, min: 3 } }));
    await Promise.all([1, 2, 3].map(() => app.get(DataSource).query('SELECT pg_sleep(0.05)')));
    const open = async () => {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query<{ open: number }>(
        `SELECT count(*)::integer AS open FROM pg_stat_activity WHERE application_name = 'to be closed'`,
      );
      await client.end();
      return rows[0]?.open;
    };

    expect(await open()).toBe(3);
    await app.close();
    started.length = 0;
    // A server process ends a moment after its connection.
    await until(async () => (await open()) === 0);
  });

  it('serves hooks of the shutdown of every module up to beforeApplicationShutdown', async () => {
    const found: string[] = [];
    @Injectable()
    class Hooks {
      constructor(private readonly users: UsersRepository) {}

      async #record(hook: string): Promise<void> {
        await this.users.findByEmail('ann@example.com');
        found.push(hook);
      }

      onModuleDestroy = () => this.#record('onModuleDestroy');
      beforeApplicationShutdown = () => this.#record('beforeApplicationShutdown');
    }
    // Nest ends the global modules in the order in which they are imported.
    class Early {}
    await start(
      { module: Early, global: true, providers: [Hooks] },
      DatabaseModule.forRootAsync({ useFactory: () => database.settings }),
    );
    await started.pop()?.close();

    expect(found).toEqual(['onModuleDestroy', 'beforeApplicationShutdown']);
  });

  it('isolates two applications of one process', async () => {
    const other = await anotherDatabase();
    const [first, second] = [
      await start(fromFactory(database.settings)),
      await start(fromFactory(other.settings)),
    ];

    await worksIn(first, database.url);
    await worksIn(second, other.url);
    const { id } = await first.get(UsersRepository).create({ email: 'ben@example.com' });
    expect(await second.get(UsersRepository).findByEmail('ben@example.com')).toBeNull();
    await first.get(UserScope).run(id, async () => {
      await expect(second.get(JournalRepository).page()).rejects.toThrow('No user is in scope');
      expect((await first.get(JournalRepository).page()).entries).toEqual([]);
    });
  });
});
