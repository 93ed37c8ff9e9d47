// @slow: starts an application for each test
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { DatabaseModule, migrations } from '../../../src/index.js';
import type { DatabaseSettings } from '../../../src/index.js';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../../src/testing/server/test-database.js';
import { failureOf } from '../../support/failure.js';
import { AddWatched20261201090000, Watched } from '../../support/watched.js';
import { withEnvironment } from '../../support/environment.js';
import { as, createLogin, dropLogin } from '../../support/isolation.js';
import {
  AddNickname20281001120000,
  RenameNotesBreaksOlderReleases20281002120000,
  migrateFurther,
  newer,
  revertNewest,
} from '../../support/newer-release.js';
import { asOwner } from '../../support/owner.js';
import { until } from '../../support/until.js';

const names = migrations.map(({ name }) => name);
const breaking = RenameNotesBreaksOlderReleases20281002120000.name;

describe('An application whose database has the schema of another release', () => {
  let database: TestDatabase;
  let login: string;
  let settings: DatabaseSettings;
  let app: TestingModule | undefined;
  let restore: () => void = () => undefined;
  const logged = { warn: jest.spyOn(Logger.prototype, 'warn'), log: jest.spyOn(Logger.prototype, 'log') };

  beforeEach(async () => {
    database = await createTestDatabase();
    login = await createLogin();
    const url = as(database.url, login);
    settings = { ...database.settings, url, applicationName: login, schemaCheck: 'error' };
    for (const spy of Object.values(logged)) spy.mockReset();
  });
  afterEach(async () => {
    restore();
    restore = () => undefined;
    await app?.close();
    app = undefined;
    await database.drop();
    await dropLogin(login);
  });

  async function start(different: Partial<DatabaseSettings> = {}, application = {}): Promise<unknown> {
    const options = { ...application, useFactory: () => ({ ...settings, ...different }) };
    const module = Test.createTestingModule({ imports: [DatabaseModule.forRootAsync(options)] });
    return failureOf(module.compile().then((compiled) => (app = compiled)));
  }

  const said = (spy: 'warn' | 'log') => logged[spy].mock.calls.map(([message]) => String(message)).join('\n');

  it('starts without a log message on the current schema, as a login role that owns nothing', async () => {
    expect(await start()).toBeUndefined();
    expect(said('warn')).toBe('');
  });

  it('starts on a newer, compatible schema, and names the unknown migration', async () => {
    await migrateFurther(database.settings, [AddNickname20281001120000]);

    expect(await start()).toBeUndefined();
    expect(said('log')).toContain('does not know: AddNickname20281001120000.');
  });

  it.each(['error', 'warn'] as const)(
    'refuses a newer, incompatible schema with the check %s, leaves no connection open, and starts again after its reversion',
    async (schemaCheck) => {
      await migrateFurther(database.settings, newer);
      const open = () =>
        asOwner(database.settings, (owner) =>
          owner.query<unknown[]>('SELECT FROM pg_stat_activity WHERE application_name = $1', [login]),
        );

      expect(await start({ schemaCheck })).toMatchObject({
        code: 'SCHEMA_TOO_NEW',
        migrations: [breaking],
        message: expect.stringContaining('Update the application'),
      });
      // A server process ends shortly after its connection.
      await until(async () => (await open()).length === 0);
      await revertNewest(database.settings);
      expect(await start({ schemaCheck })).toBeUndefined();
    },
  );

  it('refuses an older schema, and names the pending migrations, including its own', async () => {
    expect(await start({}, { migrations: [AddWatched20261201090000] })).toMatchObject({
      code: 'MIGRATIONS_PENDING',
      migrations: ['AddWatched20261201090000'],
      message: expect.stringMatching(/migration:run.*DATABASE_RUN_MIGRATIONS/),
    });
  });

  it('starts on an older schema with the check warn, and warns, even in production', async () => {
    restore = withEnvironment({ NODE_ENV: 'production' });

    expect(await start({ schemaCheck: 'warn' }, { migrations: [AddWatched20261201090000] })).toBeUndefined();
    expect(said('warn')).toContain('pending migrations: AddWatched20261201090000.');
  });

  it('warns of registered entities without a table, such as those of another database', async () => {
    expect(await start({}, { entities: [Watched] })).toBeUndefined();
    expect(said('warn')).toContain('no table of these entities: Watched.');
    expect(said('warn')).toContain('pass the name of its DataSource to TypeOrmModule.forFeature');
  });

  it('warns of the pending migrations only if they may create the tables of its entities', async () => {
    const application = { migrations: [AddWatched20261201090000], entities: [Watched] };

    expect(await start({ schemaCheck: 'warn' }, application)).toBeUndefined();
    expect(said('warn')).toContain('pending migrations');
    expect(said('warn')).not.toContain('no table');
  });

  it('starts on an older schema if it runs the migrations itself', async () => {
    expect(await start({ runMigrations: true }, { migrations: [AddWatched20261201090000] })).toBeUndefined();
  });

  it('applies none of its own migrations to a newer, incompatible schema', async () => {
    await migrateFurther(database.settings, newer);
    const application = { migrations: [AddWatched20261201090000] };

    expect(await start({ runMigrations: true }, application)).toMatchObject({ code: 'SCHEMA_TOO_NEW' });
    await asOwner(database.settings, async (owner) => {
      expect(await owner.query(`SELECT to_regclass('watched') AS watched`)).toEqual([{ watched: null }]);
    });
  });

  it('refuses an empty database, and names every migration', async () => {
    const empty = await createTestDatabase({ empty: true });
    const failure = await start({ url: as(empty.url, login) });
    await empty.drop();

    expect(failure).toMatchObject({ code: 'MIGRATIONS_PENDING', migrations: names });
  });

  it('refuses a schema whose migrations table it may not read, and names the grant', async () => {
    await asOwner(database.settings, (owner) => owner.query('REVOKE ALL ON migrations FROM journal_user'));

    expect(await start()).toMatchObject({
      code: 'MIGRATIONS_UNREADABLE',
      message: expect.stringContaining('GRANT SELECT ON "migrations" TO journal_user'),
    });
  });

  it('refuses a schema that its role may not use, and names the grant, after which it starts', async () => {
    await asOwner(database.settings, (owner) => owner.query('REVOKE ALL ON SCHEMA public FROM PUBLIC'));
    const failure = await start();

    expect(failure).toMatchObject({ code: 'MIGRATIONS_UNREADABLE' });
    const [, grant = ''] = /`(GRANT [^`]+)`/.exec(String(failure)) ?? [];
    await asOwner(database.settings, (owner) => owner.query(grant));
    expect(await start()).toBeUndefined();
  });
});
