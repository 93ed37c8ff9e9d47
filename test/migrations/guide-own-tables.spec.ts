// @slow: migrates a database for each test
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { runMigrations, UserScope, UsersRepository } from 'trading-journal-database';
import { checkMigrations } from 'trading-journal-database/testing';
import type { DataSource } from 'typeorm';
import { Alert } from '../../docs/guides/own-tables/alert.entity.js';
import { AlertsService, AppModule } from '../../docs/guides/own-tables/app.module.js';
import { migrations } from '../../docs/guides/own-tables/migrations.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import { withEnvironment } from '../support/environment.js';
import { asOwner } from '../support/owner.js';

const guide = join('docs', 'guides', 'own-tables');
const folder = join(guide, 'migrations');

describe("The guide's application with a table of its own", () => {
  it('has a migration that passes the gate under the file name of the CLI', async () => {
    const problems = await checkMigrations({ migrations, folder });
    expect(problems.map(({ message }) => message)).toEqual([]);
  });

  it('has the statements that the command of the page writes, with an ormconfig that reads .env', async () => {
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

  it('starts, and each user reaches their own rows only', async () => {
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

function environmentOfCli(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, TSX_TSCONFIG_PATH: resolve('test/tsconfig.json') };
}

function statementsOf(text: string): string[] {
  return [...text.matchAll(/`(.*?)`/gs)].map(([, sql = '']) => sql);
}
