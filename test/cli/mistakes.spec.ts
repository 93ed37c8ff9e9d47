// @slow 40 s: starts a process for each test
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteUser } from '../../src/cli/delete-user.command.js';
import { exportFile } from '../../src/cli/export.command.js';
import { importFile } from '../../src/cli/import.command.js';
import { seed } from '../../src/cli/seed.command.js';
import type { Environment } from '../../src/config/database.settings.js';
import { migrations } from '../../src/index.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { ImportApplication } from '../support/import-application.js';
import { called, JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder, legacyEntry } from '../support/legacy-journals.js';
import { migrateUpTo, withQuery } from '../support/partly-migrated.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const withoutTables = new ImportApplication({ empty: true });
const command = new JournalDbCommand();

describe('wrong arguments', () => {
  it.each([
    [['import', '--user', 'a@b.c'], /missing required argument 'file'/],
    [['import', 'journal.db'], /required option '--user <email>' not specified/],
    [['import', 'journal.db', '--user'], /argument missing/],
    [['import', 'journal.db', '--user', 'a@b.c', '--force'], /unknown option '--force'/],
    [['import', 'one.db', 'two.db', '--user', 'a@b.c'], /too many arguments/],
    [['vanish'], /unknown command 'vanish'/],
    [['export', 'x.db', '--user', 'a@b.c'], /required option '--format <format>' not specified/],
    [['export', 'x.db', '--user', 'a@b.c', '--format', 'xml'], /choices are sqlite, json, ndjson, csv/],
    [['delete-user', 'a@b.c', '--format', 'csv'], /choices are sqlite, json, ndjson\./],
    [['seed', '--users', '0', '--entries', '1'], /whole number, 1 or more/],
    [['export', '', '--user', 'a@b.c', '--format', 'json'], /It must not be empty\./],
    [['delete-user', 'a@b.c', '--export', ''], /It must not be empty\./],
    [['seed', '--users', '1', '--entries', '1', '--until', '1000-01-01'], /must not be before 1985-01-01/],
    [[], /Usage: journal-db/],
  ])('%j end with 1 and a message, without a database', async (args, message) => {
    const { code, stdout, stderr } = await command.run(args, {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/x',
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('do not suppress --help and --version', async () => {
    const help = await command.run(['import', '--help'], {});
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const option of ['--user', '--time-zone', '--create-user', '--dry-run', '--skip-invalid', '--json'])
      expect(help.stdout).toContain(option);
    const version = await command.run(['--version'], {});
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a wrong environment', () => {
  const args = ['import', 'journal.db', '--user', 'a@b.c'];

  it('is listed variable by variable', async () => {
    const environment = { DATABASE_URL: 'mysql://x', DATABASE_POOL_MAX: 'many', DATABASE_TLS: 'yes' };
    const { code, stdout, stderr } = await command.run(args, environment);
    expect([code, stdout]).toEqual([1, '']);
    for (const variable of Object.keys(environment)) expect(stderr).toContain(`  ${variable} `);
    expect(stderr).not.toMatch(/ at .*\.js/);
  });

  it('is JSON on stdout with --json', async () => {
    const { code, stdout, stderr } = await command.run([...args, '--json'], { DATABASE_URL: 'mysql://x' });
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INVALID_ENVIRONMENT' } });
  });

  it('without DATABASE_URL in production does not start a server', async () => {
    const { code, stderr } = await command.run(args, { NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL is required');
    expect(await readdir(command.folder)).not.toContain('.data');
  });
});

it('an invalid .env is named, without a stack trace', async () => {
  await mkdir(join(command.folder, '.env'));
  const { code, stderr } = await command.run(['import', 'journal.db', '--user', 'a@b.c'], {});
  await rm(join(command.folder, '.env'), { recursive: true });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^The database settings .*\n +\.env must be a file.*\n$/),
  ]);
});

describe('an unusable database', () => {
  it('that cannot be reached causes one sentence, without the password', async () => {
    const url = 'postgresql://me:secret@127.0.0.1:1/journal';
    const { code, stderr } = await command.run(['import', 'journal.db', '--user', 'a@b.c'], {
      DATABASE_URL: url,
      DATABASE_CONNECT_RETRY_MS: '0',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot connect to PostgreSQL at me@127\.0\.0\.1:1\/journal\./);
    expect(stderr).not.toContain('secret');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('that refuses the login role is named, with the statement to run, and the command ends', async () => {
    const stranger = `stranger_${randomBytes(4).toString('hex')}`;
    await application.sql(`CREATE ROLE ${stranger} LOGIN PASSWORD 'password'`);
    const url = new URL(application.url);
    [url.username, url.password] = [stranger, 'password'];
    const args = ['import', 'journal.db', '--user', 'a@b.c', '--json'];
    const { code, stdout } = await command.run(args, { DATABASE_URL: url.toString() });
    await application.sql(`DROP ROLE ${stranger}`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'ROLE_REFUSED',
        message: expect.stringContaining(`GRANT journal_user TO "${stranger}"`),
      },
    });
  });

  it.each([true, false])(
    'that does not isolate users is refused in production, with the statement to run (as JSON: %s)',
    async (json) => {
      const args = ['import', 'journal.db', '--user', 'a@b.c', ...(json ? ['--json'] : [])];
      const env = { DATABASE_URL: application.url, NODE_ENV: 'production' };
      const { code, stdout, stderr } = await command.run(args, env);
      expect([code, json ? stderr : stdout]).toEqual([1, '']);
      if (json) expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNSAFE_PRIVILEGES' } });
      else expect(stderr).toMatch(/^The roles and privileges .* is a superuser.* CREATE ROLE journal_app/s);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );

  it('that is read-only is named, and no content of the journal is printed', async () => {
    const file = await files.write({ journal: [legacyEntry('e', { notes: 'a secret note' })] });
    const url = `${application.url}?options=-c%20default_transaction_read_only%3Don`;
    const args = ['import', file, '--user', 'secret@example.com', '--create-user'];
    const { code, stdout, stderr } = await command.run(args, { DATABASE_URL: url });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/read-only; connect to the primary/);
    expect(stderr).not.toMatch(/secret|INSERT INTO/);
  });

  it('that rejects a statement is quoted, and no content of the journal is printed', async () => {
    await application.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'not today'; END $$`);
    await application.sql('CREATE TRIGGER refuse BEFORE INSERT ON journal EXECUTE FUNCTION refuse()');
    const file = await files.write({ journal: [legacyEntry('e', { notes: 'a secret note' })] });
    const args = ['import', file, '--user', 'secret@example.com', '--create-user'];
    const { code, stderr } = await command.run(args, { DATABASE_URL: application.url });
    await application.sql('DROP FUNCTION refuse CASCADE');
    expect(code).toBe(1);
    expect(stderr).toMatch(/refused the import \(not today\)/);
    expect(stderr).not.toMatch(/secret|INSERT INTO/);
  });

  it.each([
    [['import', 'FILE', '--user', 'a@b.c', '--create-user']],
    [['export', 'journal.json', '--user', 'a@b.c', '--format', 'json']],
    [['delete-user', 'a@b.c', '--yes']],
    [['seed', '--users', '1', '--entries', '1']],
  ])('without tables is named: %j', async (args) => {
    const file = await files.write({ journal: [legacyEntry('e')] });
    const given = [...args.map((arg) => (arg === 'FILE' ? file : arg)), '--json'];
    const { code, stdout } = await command.run(given, { DATABASE_URL: withoutTables.url });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SCHEMA_MISSING' } });
  });
});

describe('a database that lacks a column of a pending migration', () => {
  let older: TestDatabase;
  beforeAll(async () => {
    older = await createTestDatabase({ empty: true });
    const count = migrations.findIndex(({ name }) => name.startsWith('ClosedAccounts'));
    await migrateUpTo(older.settings, count);
    await withQuery(older.settings, (query) => query(`INSERT INTO users (email) VALUES ('a@b.c')`));
  });
  afterAll(() => older.drop());

  const user = 'a@b.c';
  const commands: Record<string, (environment: Environment) => Promise<void>> = {
    import: async (environment) =>
      importFile(environment, await files.write({ journal: [legacyEntry('e')] }), { user }),
    export: (environment) => exportFile(environment, files.path('journal.json'), { user, format: 'json' }),
    'delete-user': (environment) =>
      deleteUser(environment, user, { yes: true, export: files.path('before.ndjson'), format: 'ndjson' }),
    seed: (environment) => seed(environment, { users: 1, entries: 1, seed: 1 }),
  };

  it.each(Object.entries(commands))('is named with the migrations: %s', async (_, run) => {
    const { error } = await called(() => run({ DATABASE_URL: older.url }));
    expect(error).toMatchObject({
      code: 'MIGRATIONS_PENDING',
      message: expect.stringMatching(/ClosedAccounts.* Run them first/),
    });
  });
});

it.each([
  [[], 'USER_NOT_FOUND', /nobody@example\.com.*Option: --create-user\.$/],
  [['--create-user', '--time-zone', 'Denver'], 'TIME_ZONE', /"Denver" is not a time zone/],
  [['--create-user'], 'TIME_ZONE', /Option: --time-zone America\/Denver\.$/],
])('an import with %j ends with the error %s', async (options, code, message) => {
  const journal = [legacyEntry('e', options.length === 1 ? { expiration: '2025-12-15T07:00:00.000Z' } : {})];
  const file = await files.write({ journal });
  const args = ['import', file, '--user', 'nobody@example.com', '--json', ...options];
  const result = await command.run(args, { DATABASE_URL: application.url });
  expect(result.code).toBe(1);
  const { error } = JSON.parse(result.stdout) as { error: { code: string; message: string } };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});
