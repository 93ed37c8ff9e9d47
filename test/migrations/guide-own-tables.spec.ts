// @slow: migrates a database for each test
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  AccountsRepository,
  DatabaseModule,
  grantOwnRows,
  JournalRepository,
  runMigrations,
  UserDeletionModule,
  UserDeletionService,
  UserScope,
  UsersRepository,
} from 'trading-journal-database';
import { checkMigrations, makeAccount, makeEntry } from 'trading-journal-database/testing';
import { DataSource } from 'typeorm';
import type { Repository } from 'typeorm';
import { Alert } from '../../docs/guides/own-tables/alert.entity.js';
import { AlertsService, AppModule } from '../../docs/guides/own-tables/app.module.js';
import { EntryNote } from '../../docs/guides/own-tables/entry-note.entity.js';
import { migrations } from '../../docs/guides/own-tables/migrations.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import { withEnvironment } from '../support/environment.js';
import { asOwner } from '../support/owner.js';

const guide = join('docs', 'guides', 'own-tables');
const folder = join(guide, 'migrations');

describe("The guide's application with a table of its own", () => {
  it('has a migration that passes the gate with the file name of the CLI', async () => {
    const problems = await checkMigrations({ migrations, folder });
    expect(problems.map(({ message }) => message)).toEqual([]);
  });

  it("has the statements that the guide's command generates, with an ormconfig that reads .env", async () => {
    const database = await createTestDatabase();
    const directory = await mkdtemp(join(tmpdir(), 'own-tables-'));
    try {
      await writeFile(join(directory, '.env'), `DATABASE_URL=${database.url}\n`);
      const { status, stderr } = spawnSync(
        process.execPath,
        [
          ...['--import', import.meta.resolve('tsx'), resolve('node_modules/typeorm/cli.js')],
          ...[
            'migration:generate',
            'CreateAlerts',
            '-d',
            resolve(guide, 'ormconfig.ts'),
            '-t',
            '20261201090000',
          ],
        ],
        { cwd: directory, encoding: 'utf8', env: environmentOfCli() },
      );
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const generated = await readFile(join(directory, '20261201090000-CreateAlerts.ts'), 'utf8');
      const shown = await readFile(join(folder, '20261201090000-CreateAlerts.ts'), 'utf8');
      const [before, after] = [statementsOf(generated), statementsOf(shown)];
      expect(before).toHaveLength(6);
      expect(after).toEqual([...before.slice(0, 3), before.at(-1)]);
      expect(generated).toContain('export class CreateAlerts20261201090000 implements');

      await runMigrations(database.settings, { migrations });
      const log = async ({ driver }: DataSource) => (await driver.createSchemaBuilder().log()).upQueries;
      expect(await asOwner(database.settings, log, { entities: [Alert] })).toEqual([]);
    } finally {
      await rm(directory, { recursive: true });
      await database.drop();
    }
  });

  it('starts, and each user reaches only their own rows', async () => {
    const database = await createTestDatabase();
    const restore = withEnvironment({
      DATABASE_URL: database.url,
      DATABASE_RUN_MIGRATIONS: 'true',
      DATABASE_QUERY_LOG: 'off',
      DATABASE_POOL_MIN: '0',
    });
    const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
    try {
      const [alerts, scope, users] = [app.get(AlertsService), app.get(UserScope), app.get(UsersRepository)];
      const [anna, bob] = [
        await users.create({ email: 'a@x.org' }),
        await users.create({ email: 'b@x.org' }),
      ];
      await scope.run(anna.id, () => alerts.add('AAPL', '200'));
      await scope.run(bob.id, () => alerts.add('SPY', '600'));
      expect(await scope.run(anna.id, () => alerts.list())).toMatchObject([{ symbol: 'AAPL' }]);
      await users.delete(anna.id);
      await asOwner(database.settings, async ({ manager }) =>
        expect(await manager.query('SELECT symbol FROM alerts')).toEqual([{ symbol: 'SPY' }]),
      );
    } finally {
      await app.close();
      restore();
      await database.drop();
    }
  });
});

it("The guide's notes refer to entries of the same user, through amendments, until the user is deleted", async () => {
  const database = await createTestDatabase();
  await asOwner(
    database.settings,
    async (owner) => {
      const { upQueries } = await owner.driver.createSchemaBuilder().log();
      for (const { query } of upQueries) await owner.query(query);
      await grantOwnRows(owner.createQueryRunner(), { table: 'entry_notes' });
      expect((await owner.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    },
    { entities: [EntryNote] },
  );
  const app = await Test.createTestingModule({
    imports: [
      DatabaseModule.forRootAsync({ useFactory: () => database.settings }),
      TypeOrmModule.forFeature([EntryNote]),
      UserDeletionModule,
    ],
  }).compile();
  try {
    const [journal, scope, users] = [
      app.get(JournalRepository),
      app.get(UserScope),
      app.get(UsersRepository),
    ];
    const notes = app.get<Repository<EntryNote>>(getRepositoryToken(EntryNote));
    const [anna, bob] = [await users.create({ email: 'a@x.org' }), await users.create({ email: 'b@x.org' })];
    await scope.run(bob.id, async () => {
      await app.get(AccountsRepository).create(makeAccount());
      await journal.append(makeEntry({ id: 'of-bob' }));
    });
    await scope.run(anna.id, async () => {
      await app.get(AccountsRepository).create(makeAccount());
      await journal.append(makeEntry({ id: 'put-1' }));
      await notes.insert({ userId: anna.id, entryId: 'put-1', note: 'earnings' });
      expect(await notes.find({ relations: { entry: true } })).toMatchObject([{ entry: { id: 'put-1' } }]);

      await journal.amend('put-1', { strike: '185' }, { reason: 'wrong strike', id: 'put-2' });
      const [first] = await journal.history('put-2');
      expect(await notes.findBy({ entryId: first?.id ?? '' })).toMatchObject([{ note: 'earnings' }]);
      const ofBob = notes.insert({ userId: anna.id, entryId: 'of-bob', note: 'x' });
      await expect(ofBob).rejects.toThrow('fk_entry_notes_entry');
    });
    await app.get(UserDeletionService).delete({ email: 'a@x.org' });
    await asOwner(database.settings, async ({ manager }) =>
      expect(await manager.query('SELECT note FROM entry_notes')).toEqual([]),
    );
  } finally {
    await app.close();
    await database.drop();
  }
});

it("The guide's keys refuse a row that refers to a row of another user", async () => {
  const database = await createTestDatabase();
  const guideText = await readFile(join('docs', 'guides', 'own-tables.md'), 'utf8');
  const [, keys = ''] = /```sql\n([^`]*uq_alerts_user[^`]*)```/.exec(guideText) ?? [];
  await runMigrations(database.settings, { migrations });
  await asOwner(database.settings, async (owner) => {
    await owner.query(keys);
    await owner.query(`INSERT INTO users (email) VALUES ('a@x.org'), ('b@x.org')`);
    await owner.query(`INSERT INTO alerts (user_id, symbol, price) SELECT id, 'SPY', 1 FROM users`);
    const note = (comparison: string) =>
      owner.query(
        `INSERT INTO alert_notes SELECT u.id, a.id FROM alerts a JOIN users u ON u.id ${comparison} user_id`,
      );
    await note('=');
    await expect(note('<>')).rejects.toThrow('fk_alert_notes_alert');
  });
  await database.drop();
});

it("The guide's policy of a many-to-many relation, and its view, show each user their own rows", async () => {
  const database = await createTestDatabase();
  const guideText = await readFile(join('docs', 'guides', 'own-tables.md'), 'utf8');
  const blocks = [...guideText.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
  const shown = blocks.filter((sql) => /alert_tags|alert_counts/.test(sql));
  expect(shown).toHaveLength(2);
  await runMigrations(database.settings, { migrations });
  await asOwner(database.settings, async (owner) => {
    await owner.query(`
      CREATE TABLE tags (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL, name text);
      CREATE TABLE alert_tags (alert_id integer REFERENCES alerts ON DELETE CASCADE, tag_id uuid REFERENCES tags);
      CREATE VIEW alert_counts AS SELECT count(*)::integer AS count FROM alerts`);
    await grantOwnRows(owner.createQueryRunner(), { table: 'tags' });
    for (const sql of shown) await owner.query(sql);
  });
  const app = await Test.createTestingModule({
    imports: [DatabaseModule.forRootAsync({ useFactory: () => database.settings })],
  }).compile();
  try {
    const [scope, users] = [app.get(UserScope), app.get(UsersRepository)];
    const query = <T>(sql: string, ...values: unknown[]) => app.get(DataSource).query<T[]>(sql, values);
    const [anna, bob] = [await users.create({ email: 'a@x.org' }), await users.create({ email: 'b@x.org' })];
    const idOf = async (sql: string, userId: string) => (await query<{ id: string }>(sql, userId))[0]?.id;
    const newTag = () => idOf('INSERT INTO tags (user_id) VALUES ($1) RETURNING id', scope.userId);
    const newAlert = () =>
      idOf(`INSERT INTO alerts (user_id, symbol, price) VALUES ($1, 'SPY', 1) RETURNING id`, scope.userId);
    const link = (alert: unknown, tag: unknown) =>
      query('INSERT INTO alert_tags VALUES ($1, $2)', alert, tag);

    const ofAnna = await scope.run(anna.id, async () => {
      const tag = await newTag();
      await link(await newAlert(), tag);
      expect(await query('SELECT FROM alert_tags')).toHaveLength(1);
      return tag;
    });
    await scope.run(bob.id, async () => {
      expect(await query('SELECT * FROM alert_counts')).toEqual([{ count: 0 }]);
      expect(await query('SELECT FROM alert_tags')).toEqual([]);
      await expect(link(await newAlert(), ofAnna)).rejects.toThrow('row-level security');
    });
  } finally {
    await app.close();
    await database.drop();
  }
});

function environmentOfCli(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, TSX_TSCONFIG_PATH: resolve('test/tsconfig.json') };
}

function statementsOf(text: string): string[] {
  return [...text.matchAll(/`(.*?)`/gs)].map(([, sql = '']) => sql);
}
