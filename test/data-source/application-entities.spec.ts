// @slow: migrates a database for each test
import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import {
  DatabaseModule,
  JournalEntry,
  JournalRepository,
  migrationOptions,
  MigrationTimestampError,
  UserScope,
  UserScopeMissingError,
  UsersRepository,
  migrations,
  runMigrations,
} from '../../src/index.js';
import type { DatabaseSettings } from '../../src/index.js';
import { settingsOf } from '../../src/testing/server/test-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { putSold } from '../support/database-journal.js';
import { asOwner } from '../support/owner.js';
import { AddWatched20261201090000, Watched } from '../support/watched.js';

const ours = migrations.map(({ name }) => name);
const theirs = 'AddWatched20261201090000';
const application = { migrations: [AddWatched20261201090000] };

/** An application service that uses plain and focused repositories together. */
@Injectable()
class Watchlist {
  constructor(
    @InjectRepository(Watched) readonly watched: Repository<Watched>,
    @InjectRepository(JournalEntry) readonly entries: Repository<JournalEntry>,
    readonly journal: JournalRepository,
    readonly scope: UserScope,
  ) {}
}

/** A feature module of the application. */
@Module({
  imports: [TypeOrmModule.forFeature([Watched])],
  providers: [Watchlist],
  exports: [Watchlist],
})
class WatchlistModule {}

class AddShort1795858200000 {
  name = 'AddShort1795858200000';
  up = () => Promise.resolve();
  down = () => Promise.resolve();
}

it('a migration with 13 digits is refused before the module or an ormconfig connects', async () => {
  const short = { migrations: [AddShort1795858200000] };
  const advice = 'Rename AddShort1795858200000 to AddShort20261128093000';
  const settings = settingsOf('postgresql://me@localhost:1/x');
  const application = Test.createTestingModule({
    imports: [DatabaseModule.forRoot({ ...settings, ...short })],
  });

  await expect(application.compile()).rejects.toThrow(MigrationTimestampError);
  expect(() => migrationOptions(settings, short)).toThrow(advice);
});

describe('An application with its own entity', () => {
  let database: TestDatabase;
  let app: TestingModule | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
    await database.drop();
  });

  async function start(settings: Partial<DatabaseSettings>, entities: (typeof Watched)[] = []) {
    app = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRootAsync({
          ...application,
          entities,
          useFactory: () => ({ ...database.settings, ...settings }),
        }),
        WatchlistModule,
      ],
    }).compile();
    app.useLogger(false);
    return app;
  }

  const tables = async (dataSource: DataSource) => {
    const rows: { name: string }[] = await dataSource.query(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('runs the migrations of the package and its own migration once at start, on request', async () => {
    database = await createTestDatabase({ empty: true });
    const first = await start({ runMigrations: true });
    expect(await tables(first.get(DataSource))).toEqual([
      'accounts',
      'journal',
      'migrations',
      'users',
      'watched',
    ]);
    await first.close();

    const { migrations } = (await start({ runMigrations: true })).get(DataSource);
    expect(migrations.map(({ name }) => name)).toEqual([...ours, theirs]);
    const entitiesToo = { ...application, entities: [Watched] };
    await asOwner(
      database.settings,
      async ({ driver }) => expect((await driver.createSchemaBuilder().log()).upQueries).toEqual([]),
      entitiesToo,
    );
  });

  it('runs no migrations at start by default', async () => {
    database = await createTestDatabase({ empty: true });

    expect(await tables((await start({})).get(DataSource))).toEqual([]);
  });

  it('can run the migrations of the package and its own migration before its start', async () => {
    database = await createTestDatabase({ empty: true });

    expect(await runMigrations(database.settings, application)).toEqual([...ours, theirs]);
    expect(await runMigrations(database.settings, application)).toEqual([]);
  });

  it.each<[string, (typeof Watched)[]]>([
    ['by forFeature alone', []],
    ['by forFeature and in the options', [Watched]],
  ])(
    'registered %s can use its entity beside the journal, with relations to its users',
    async (_, entities) => {
      database = await createTestDatabase();
      const module = await start({ runMigrations: true }, entities);
      const { watched, entries, journal, scope } = module.get(Watchlist);
      const users = module.get(UsersRepository);
      const { id } = await users.create({ email: 'anna@example.com' });
      const other = await users.create({ email: 'bob@example.com' });

      await scope.run(id, async () => {
        await watched.insert({ userId: id, symbol: 'AAPL' });
        expect(await watched.find({ relations: { user: true } })).toMatchObject([
          { symbol: 'AAPL', user: { email: 'anna@example.com' } },
        ]);
        await expect(watched.insert({ userId: other.id, symbol: 'AAPL' })).rejects.toThrow(
          'row-level security',
        );
        await expect(journal.append(putSold())).rejects.toThrow('no account acct-1');
        expect(await entries.count()).toBe(0);
      });
      expect(await scope.run(other.id, () => watched.count())).toBe(0);
      await expect(watched.count()).rejects.toThrow(UserScopeMissingError);
      await users.delete(id);
      await asOwner(database.settings, async ({ manager }) =>
        expect(await manager.query('SELECT * FROM watched')).toEqual([]),
      );
    },
  );
});
