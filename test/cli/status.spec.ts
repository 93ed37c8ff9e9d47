// @slow: starts a process for each test
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from '../../src/index.js';
import { createTestDatabase } from '../../src/testing/server/test-database.js';
import type { TestDatabase } from '../../src/testing/server/test-database.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { migrateFurther, newer } from '../support/newer-release.js';
import { asOwner } from '../support/owner.js';

const names = migrations.map(({ name }) => name);
const command = new JournalDbCommand();

describe('journal-db status', () => {
  let database: TestDatabase;
  let empty: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    empty = await createTestDatabase({ empty: true });
  });
  afterAll(async () => {
    await database.drop();
    await empty.drop();
  });

  const run = (args: string[], { url } = database) => command.run(['status', ...args], { DATABASE_URL: url });

  it('of an up-to-date database ends with 0', async () => {
    const { code, stdout, stderr } = await run(['--drift']);

    expect(stdout).toBe(
      `Applied:\n${names.map((name) => `  ${name}\n`).join('')}\n` +
        'No drift: the schema is what the migrations of this release make.\n',
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  it('of an empty database lists every migration as pending, changes nothing, and ends with 1', async () => {
    const { code, stdout } = await run(['--drift'], empty);
    const tables = await asOwner(empty.settings, (owner) =>
      owner.query<unknown[]>(`SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`),
    );

    expect(code).toBe(1);
    expect(stdout).toContain(`Pending:\n${names.map((name) => `  ${name}\n`).join('')}`);
    expect(stdout).toMatch(/Drift, 7 differences \(some may come from migrations that are pending/);
    expect(stdout).toContain('  table journal is missing: CREATE TABLE journal (');
    expect(tables).toEqual([]);
  });

  it('reports drift in words and ends with 1, only with the option', async () => {
    await asOwner(database.settings, (owner) => owner.query('GRANT DELETE ON journal TO journal_user'));
    const asked = await run(['--drift']);
    const notAsked = await run([]);

    expect(asked.stdout).toContain(
      'Drift, 1 difference:\n  unexpected grant of DELETE on journal to journal_user\n',
    );
    expect([asked.code, notAsked.code]).toEqual([1, 0]);
    expect(notAsked.stdout).not.toContain('rift');
  });

  it('prints the complete status as JSON', async () => {
    const { code, stdout } = await run(['--drift', '--json']);

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      isFit: false,
      migrations: { applied: names, pending: [], unknown: [], breaking: [] },
      drift: [
        {
          difference: 'unexpected',
          kind: 'grant',
          name: 'DELETE to journal_user',
          relation: 'journal',
          property: null,
          expected: null,
          found: 'GRANT DELETE ON journal TO journal_user',
          message: 'unexpected grant of DELETE on journal to journal_user',
        },
      ],
    });
  });

  it('of a database of a newer, incompatible release names the migration and ends with 1', async () => {
    await migrateFurther(database.settings, newer);
    const { code, stdout } = await run([]);

    expect(code).toBe(1);
    expect(stdout).toMatch(/Unknown to this release .*:\n {2}AddNickname20281001120000\n/);
    expect(stdout).toMatch(
      /^Older releases.*must not start after these migrations: RenameNotesBreaksOlderReleases20281002120000\./m,
    );
  });

  it('of a database that cannot be reached ends with 1 and one error in JSON', async () => {
    const env = { DATABASE_URL: 'postgresql://me@127.0.0.1:1/journal', DATABASE_CONNECT_RETRY_MS: '0' };
    const { code, stdout } = await command.run(['status', '--json'], env);

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'DATABASE_CONNECTION' } });
  });
});
