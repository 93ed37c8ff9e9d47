import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { deleteUser } from '../../src/cli/delete-user.command.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder } from '../support/legacy-journals.js';

const application = new ImportApplication();
const command = new JournalDbCommand();
const files = new LegacyFolder();
const run = (args: string[], environment: Record<string, string> = {}) =>
  command.run(args, { DATABASE_URL: application.url, ...environment });

describe('journal-db seed', () => {
  const seed = (entries: string, ...args: string[]) => [
    'seed',
    '--users',
    '2',
    '--entries',
    entries,
    ...args,
  ];
  const rows = () =>
    application.sql(
      `SELECT to_jsonb(journal)::text AS row FROM journal JOIN users ON users.id = user_id
       WHERE email LIKE '%.seed-7@%' ORDER BY user_id, journal.id`,
    );

  it('adds the same users with the same journals wherever it runs, and nothing twice', async () => {
    const first = await run(seed('40', '--seed', '7', '--json'));
    const added = await rows();
    const again = await run(seed('40', '--seed', '7'));
    const kept = await rows();
    await application.sql(`DELETE FROM users WHERE email LIKE '%.seed-7@%'`);
    await run(seed('40', '--seed', '7'));

    expect([first.code, JSON.parse(first.stdout)]).toEqual([
      0,
      {
        users: [
          { email: 'trader-1.seed-7@example.com', inserted: 40, unchanged: 0 },
          { email: 'trader-2.seed-7@example.com', inserted: 40, unchanged: 0 },
        ],
      },
    ]);
    expect(first.stderr).toMatch(/Adding: 50 % of 80 entries\n(.*\n)*Adding: 100 % of 80 entries/);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/trader-2\.seed-7@example\.com +│ +0 │ +40/);
    expect(added).toHaveLength(80);
    expect(kept).toEqual(added);
    // After a deletion, as in another database: ids of users and all instants included.
    expect(await rows()).toEqual(added);
  });

  it('leaves a journal as it is that is of another number of entries, and says what to do', async () => {
    const before = await application.snapshot();
    const { code, stderr } = await run(seed('41', '--seed', '7'));

    expect(code).toBe(1);
    expect(stderr).toContain('trader-1.seed-7@example.com has another journal already');
    expect(stderr).toContain('Give another --seed');
    expect(await application.snapshot()).toEqual(before);
  });

  it('refuses production unless told otherwise, and a number that is none', async () => {
    const before = await application.snapshot();
    const production = { NODE_ENV: 'production', DATABASE_PRIVILEGE_CHECK: 'off' };
    const refused = await run(seed('40', '--seed', '8'), production);
    const wrong = await run(seed('0'));

    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^This would add sample users to a database of production; .* --yes/);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('whole number, 1 or more')]);
    expect(await application.snapshot()).toEqual(before);
    expect((await run(seed('40', '--seed', '8', '--yes'), production)).code).toBe(0);
  });
});

describe('journal-db export', () => {
  const user = 'trader-1.seed-7@example.com';
  const args = (file: string, ...more: string[]) => ['export', '--user', user, ...more, file];
  const names = () => readdir(dirname(files.path('x')));

  it('makes a file, says what it holds, and does not replace it', async () => {
    const file = files.path('journal.db');
    const made = await run(args(file, '--format', 'sqlite', '--as-of', '2027-01-01T00:00:00Z'));
    const again = await run(args(file, '--format', 'csv', '--json'));

    expect([made.code, made.stderr]).toEqual([0, 'Exporting: 100 % of 40 entries\n']);
    expect(made.stdout).toBe(
      `Exported the journal of ${user}, as it was known at 2027-01-01T00:00:00.000Z, to ${file} (sqlite): ` +
        '2 accounts, 40 entries, 1 of them deleted.\n',
    );
    expect([again.code, JSON.parse(again.stdout)]).toEqual([
      1,
      { error: { code: 'EXPORT_FILE', message: expect.stringContaining('exists already') } },
    ]);
    expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3');
    const forced = await run(args(file, '--format', 'csv', '--json', '--force'));
    expect(JSON.parse(forced.stdout)).toMatchObject({ file, format: 'csv', entries: 40, asOf: null });
  });

  it.each([
    [['--format', 'xml'], /sqlite, json, ndjson, csv/],
    [['--format', 'json', '--as-of', 'yesterday'], /an instant such as/],
  ])('refuses %p', async (more, message) => {
    const file = files.path('refused');
    const { code, stderr } = await run(args(file, ...more));

    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(await names()).not.toContain('refused');
  });

  it('leaves nothing of a file when it is interrupted, or when the disk is full', async () => {
    await application.sql(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount)
       SELECT users.id, 'x-' || n, '2026-01-01', 'acct-1', 'fee', -n FROM users, generate_series(1, 60000) n WHERE email = $1`,
      [user],
    );
    const before = await names();
    const environment = { DATABASE_URL: application.url };
    const { child, ended } = command.start(args(files.path('cut'), '--format', 'json'), environment);
    let printed = '';
    child.stderr?.on('data', (text: string) => {
      printed += text;
      if (/Exporting: [1-9]/.test(printed) && !child.killed) child.kill('SIGINT');
    });
    await Promise.all([once(child, 'exit'), ended]);
    const script = `ulimit -f 2048; trap '' XFSZ; "$@"`;
    const full = await command.shell(script, args(files.path('full'), '--format', 'json'), environment);

    expect(child.signalCode).toBe('SIGINT');
    expect(printed).toContain('The export was interrupted; nothing of it is left.');
    expect(printed).not.toContain('100 %');
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('Nothing was exported')]);
    expect(await names()).toEqual(before);
  });
});

describe('journal-db delete-user', () => {
  const user = 'trader-2.seed-7@example.com';

  it('does not act without a terminal to ask at, nor for a CSV, and says what to give', async () => {
    const before = await application.snapshot();
    const asked = await run(['delete-user', user, '--export', files.path('not-made')]);
    const csv = await run([
      'delete-user',
      user,
      '--yes',
      '--export',
      files.path('not-made'),
      '--format',
      'csv',
    ]);

    expect([asked.code, asked.stdout]).toEqual([1, '']);
    expect(asked.stderr).toMatch(/^Nothing was deleted: there is no terminal .* --yes to delete trader-2/);
    expect([csv.code, csv.stderr]).toEqual([1, expect.stringMatching(/sqlite, json, ndjson/)]);
    expect(await application.snapshot()).toEqual(before);
    await expect(readFile(files.path('not-made'))).rejects.toThrow('ENOENT');
  });

  it('exports, deletes, and shows that nothing is left', async () => {
    const rows = await application.rowsOf(user);
    const file = files.path('last.ndjson');
    const args = ['delete-user', user, '--yes', '--export', file, '--format', 'ndjson'];
    const { code, stdout, stderr } = await run(args);
    const again = await run([...args, '--force', '--json']);
    const other = application.newEmail();
    await application.import(file, other);

    expect([code, stderr]).toEqual([0, 'Exporting: 100 % of 40 entries\n']);
    expect(stdout).toMatch(/^Exported the journal of trader-2.*\nDeleted trader-2.seed-7@example.com\. /);
    expect(stdout).toMatch(/journal +│ user_id +│ +40 +│ +0 │/);
    expect(stdout).toMatch(/accounts +│ user_id +│ +2 +│ +0 │/);
    expect(stdout).toMatch(/users +│ id +│ +1 +│ +0 │/);
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([1, { error: { code: 'USER_NOT_FOUND' } }]);
    expect(await application.rowsOf(user)).toEqual([]);
    expect(await application.rowsOf(other)).toEqual(rows);
  });

  it('asks at a terminal, and acts only on the whole address', async () => {
    const address = 'trader-1.seed-8@example.com';
    const environment = { DATABASE_URL: application.url };
    const questions: string[] = [];
    const answer = (text: string) => (question: string) => {
      questions.push(question);
      return Promise.resolve(text);
    };
    const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const options = { format: 'json' } as const;
    for (const text of ['y', 'yes', '', 'trader-2.seed-8@example.com'])
      await expect(deleteUser(environment, address, options, answer(text))).rejects.toThrow(
        `Nothing was deleted: that is not ${address}.`,
      );
    expect(await application.rowsOf(address)).toHaveLength(40);
    await deleteUser(environment, address, options, answer(` ${address.toUpperCase()} `));
    printed.mockRestore();

    expect(questions[0]).toMatch(
      /What trader-1[^]*accounts +│ +2 │ deleted with[^]*journal +│ +40 │[^]*no way back/,
    );
    expect(await application.rowsOf(address)).toEqual([]);
  });
});
