// @slow 20 s: starts several processes for each test
import { cp, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrations as migrationClasses } from '../../src/index.js';
import { onServer } from '../../src/testing/server/on-server.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { copyRepository } from '../support/repository-copy.js';
import { runCommand } from '../support/run-command.js';
import type { CommandResult } from '../support/run-command.js';

let repository: string;
let migrations: string;
let database: TestDatabase;

beforeAll(async () => {
  repository = await realpath(await mkdtemp(join(tmpdir(), 'migration-test-')));
  migrations = join(repository, 'src', 'migrations');
  await copyRepository(repository);
});
afterAll(() => rm(repository, { recursive: true, force: true }));

beforeEach(async () => {
  const sources = join(repository, 'src');
  await rm(sources, { recursive: true });
  await cp('src', sources, { recursive: true });
  database = await createTestDatabase({ empty: true });
});
afterEach(() => database.drop());

function npmRun(script: string, ...args: string[]): Promise<CommandResult> {
  const command = ['run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])];
  return runCommand('npm', command, { cwd: repository, env: { DATABASE_URL: database.url } });
}

async function names(sql: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await onServer(database.url, (client) => client.query<{ name: string }>(sql, values));
  return rows.map(({ name }) => name);
}

function columnsOf(table: string): Promise<string[]> {
  return names(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1`, [table]);
}

/** The migrations that are applied, in their order. */
function recorded(): Promise<string[]> {
  return names('SELECT name FROM migrations ORDER BY id');
}

/** The migration with this description, and the list of all migrations. */
async function madeMigration(description: string) {
  const [file = ''] = (await readdir(migrations)).filter((name) => name.endsWith(`_${description}.ts`));
  const [, timestamp] = /^(\d{14})_/.exec(file) ?? [];
  return {
    timestamp: timestamp ?? '',
    text: await readFile(join(migrations, file), 'utf8'),
    index: await readFile(join(migrations, 'index.ts'), 'utf8'),
  };
}

async function addNicknameToUsers(): Promise<void> {
  const file = join(repository, 'src', 'model', 'user.entity.ts');
  const column = `  @Column({ type: 'text', nullable: true })\n  nickname?: string | null;\n}\n`;
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\}\n$/, column));
}

describe('npm run migration:run, migration:show and migration:revert', () => {
  it('apply, list and revert the migrations of the TypeScript sources', async () => {
    const applied = await npmRun('migration:run');
    expect(applied.stdout).toContain('InitialSchema20261122120000 has been executed successfully');
    expect(applied.code).toBe(0);
    expect(await columnsOf('journal')).toContain('amount');
    expect((await npmRun('migration:show')).stdout).toMatch(/\[X\] \d+ InitialSchema20261122120000/);

    expect(await npmRun('migration:revert')).toMatchObject({ code: 0 });
    expect(await recorded()).toEqual(migrationClasses.slice(0, -1).map(({ name }) => name));
  });
});

describe('npm run migration:create', () => {
  it('creates an empty migration, with a timestamp and an entry in the list, that runs', async () => {
    const result = await npmRun('migration:create', 'some_name');
    expect(result.stdout).toMatch(/^Wrote src\/migrations\/\d{14}_some_name\.ts /m);
    expect(result.code).toBe(0);
    const { timestamp, text, index } = await madeMigration('some_name');
    expect(result.stdout).toContain(`test/migrations/cases/${timestamp}.ts`);
    expect(text).toContain(`export class SomeName${timestamp} implements MigrationInterface`);
    expect(text).toContain(`  name = 'SomeName${timestamp}';`);
    expect(index).toContain(`import { SomeName${timestamp} } from './${timestamp}_some_name.js';`);
    expect(index.indexOf(`SomeName${timestamp},`)).toBeGreaterThan(
      index.indexOf('InitialSchema20261122120000,'),
    );
    expect((await npmRun('migration:run')).stdout).toContain(`SomeName${timestamp} has been executed`);
  });

  it('refuses a description that is not in snake_case or exists, and writes nothing', async () => {
    const before = await readdir(migrations);
    const given = ['Some Name', '../elsewhere', '', 'initial_schema'];
    const results = await Promise.all(given.map((each) => npmRun('migration:create', each)));

    const wrongForm = (text: string) =>
      `The description "${text}" must be lower-case letters and digits in snake_case, such as add_notes.\n`;
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
      [1, wrongForm('Some Name')],
      [1, wrongForm('../elsewhere')],
      [1, wrongForm('')],
      [1, 'The migration 20261122120000_initial_schema.ts exists already; choose another description.\n'],
    ]);
    expect(await readdir(migrations)).toEqual(before);
  });
});

describe('npm run migration:generate', () => {
  it('fails and writes nothing when the entities and the database agree', async () => {
    const before = await readdir(migrations);
    const { code, stdout, stderr } = await npmRun('migration:generate', 'nothing_new');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('No changes in database schema were found');
    expect(await readdir(migrations)).toEqual(before);
  });

  it('writes the difference between the entities and the database, and the migration runs', async () => {
    await addNicknameToUsers();
    expect(await npmRun('migration:generate', 'add_nickname')).toMatchObject({ code: 0 });
    const { timestamp, text, index } = await madeMigration('add_nickname');
    expect(text.match(/ADD "\w+" \w+|DROP COLUMN "\w+"/g)).toEqual([
      'ADD "nickname" text',
      'DROP COLUMN "nickname"',
    ]);
    expect(index).toContain(`AddNickname${timestamp},`);

    // The command runs the new migration before it compares the entities with the database.
    const again = await npmRun('migration:generate', 'once_more');
    expect(again.code).toBe(1);
    expect(again.stdout + again.stderr).toContain('No changes in database schema were found');
    expect(await columnsOf('users')).toContain('nickname');
  });
});
