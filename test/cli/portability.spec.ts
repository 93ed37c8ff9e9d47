// @slow 30 s: starts a process for each test
import { once } from 'node:events';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CommandRefusedError } from '../../src/cli/command-refused.error.js';
import { deleteUser } from '../../src/cli/delete-user.command.js';
import { exportFile } from '../../src/cli/export.command.js';
import { seed } from '../../src/cli/seed.command.js';
import type { SeedCommandOptions } from '../../src/cli/seed.command.js';
import { ImportApplication } from '../support/import-application.js';
import { called, JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder } from '../support/legacy-journals.js';
import { waitingForLock } from '../support/waiting-for-lock.js';
import { whileOpen } from '../support/while-open.js';

const application = new ImportApplication();
const command = new JournalDbCommand();
const files = new LegacyFolder();
const environment = () => ({ DATABASE_URL: application.url });
const run = (args: string[], more: Record<string, string> = {}) =>
  command.run(args, { ...environment(), ...more });

describe('journal-db seed', () => {
  const seven = { users: 2, entries: 40, seed: 7 };
  const again = (options: SeedCommandOptions = seven, more: Record<string, string> = {}) =>
    called(() => seed({ ...environment(), ...more }, options));
  const rows = () =>
    application.sql(
      `SELECT email, (to_jsonb(journal) - 'user_id')::text AS row FROM journal JOIN users ON users.id = user_id
       WHERE email LIKE '%.seed-7@%' ORDER BY email, journal.id`,
    );

  it('creates equal users with equal journals in each database, and adds nothing when repeated', async () => {
    const first = await run(['seed', '--users', '2', '--entries', '40', '--seed', '7', '--json']);
    const added = await rows();
    const second = await again();
    const kept = await rows();
    await application.sql(`DELETE FROM users WHERE email LIKE '%.seed-7@%'`);
    await again();

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
    expect(second.error).toBeUndefined();
    expect(second.printed).toMatch(/trader-2\.seed-7@example\.com +│ +0 │ +40/);
    expect(added).toHaveLength(80);
    expect(kept).toEqual(added);
    // The rows equal the earlier ones, including the ids of entries and all timestamps.
    expect(await rows()).toEqual(added);
  });

  it('does not change a journal with another number of entries, and names the remedy', async () => {
    const before = await application.snapshot();
    const { error } = await again({ ...seven, entries: 41 });

    expect(error).toBeInstanceOf(CommandRefusedError);
    expect(String(error)).toContain('trader-1.seed-7@example.com has another journal already');
    expect(String(error)).toContain('Give another --seed');
    expect(await application.snapshot()).toEqual(before);
  });

  it('does not add entries to a user whose address has changed', async () => {
    const journalOf = (id: unknown) =>
      application.sql('SELECT to_jsonb(journal)::text AS row FROM journal WHERE user_id = $1 ORDER BY id', [
        id,
      ]);
    const [user] = await application.sql(`SELECT id FROM users WHERE email = 'trader-1.seed-7@example.com'`);
    await application.sql(`UPDATE users SET email = 'renamed@example.com' WHERE id = $1`, [user?.['id']]);
    const before = await journalOf(user?.['id']);
    const { error, printed } = await again();

    expect(error).toBeUndefined();
    expect(printed).toMatch(/trader-1\.seed-7@example\.com +│ +40 │ +0/);
    expect(before).toHaveLength(40);
    expect(await journalOf(user?.['id'])).toEqual(before);
  });

  it('refuses production unless an option allows it', async () => {
    const before = await application.snapshot();
    const production = { NODE_ENV: 'production', DATABASE_PRIVILEGE_CHECK: 'off' };
    const eight = { ...seven, seed: 8 };
    const refused = await again(eight, production);
    const after = await application.snapshot();

    expect(String(refused.error)).toMatch(/This would add sample users to a production database; .* --yes/);
    expect(after).toEqual(before);
    expect((await again({ ...eight, yes: true }, production)).error).toBeUndefined();
  });
});

// The users of the tests below.
beforeAll(async () => {
  const { error } = await called(() => seed(environment(), { users: 3, entries: 40, seed: 9 }));
  expect(error).toBeUndefined();
});

describe('journal-db export', () => {
  const user = 'trader-1.seed-9@example.com';
  const args = (file: string, ...more: string[]) => ['export', '--user', user, ...more, file];
  const names = () => readdir(dirname(files.path('x')));

  it('writes a file, prints its content, and does not overwrite it', async () => {
    const file = files.path('journal.db');
    const made = await run(args(file, '--format', 'sqlite', '--as-of', '2027-01-01T00:00:00Z'));
    const options = { user, format: 'csv', json: true } as const;
    const again = await called(() => exportFile(environment(), file, options));

    expect([made.code, made.stderr]).toEqual([0, 'Exporting: 100 % of 40 entries\n']);
    expect(made.stdout).toBe(
      `Exported the journal of ${user}, as it was known at 2027-01-01T00:00:00.000Z, to ${file} (sqlite): ` +
        '2 accounts, 40 entries, 4 of them deleted.\n',
    );
    expect(again.error).toMatchObject({
      code: 'EXPORT_FILE',
      message: expect.stringContaining('exists already'),
    });
    expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3');
    const forced = await called(() => exportFile(environment(), file, { ...options, force: true }));
    expect(JSON.parse(forced.printed)).toMatchObject({ file, format: 'csv', entries: 40, asOf: null });
  });

  it('streams a journal that exceeds its memory, and removes the file after an interruption or a full disk', async () => {
    await application.sql(
      `INSERT INTO journal (user_id, id, ts, account_id, type, amount, notes)
       SELECT users.id, 'x-' || n, '2026-01-01', 'acct-1', 'fee', -n, repeat('note ', 500) FROM users, generate_series(1, 25000) n WHERE email = $1`,
      [user],
    );
    const before = await names();
    const { child, ended } = command.start(args(files.path('cut'), '--format', 'json'), environment());
    let printed = '';
    child.stderr?.on('data', (text: string) => {
      printed += text;
      if (/Exporting: [1-9]/.test(printed) && !child.killed) child.kill('SIGINT');
    });
    await Promise.all([once(child, 'exit'), ended]);
    const small = { NODE_OPTIONS: '--max-old-space-size=80' };
    const streamed = files.path('streamed');
    const whole = await run(args(streamed, '--format', 'ndjson'), small);
    const script = `ulimit -f 2048; trap '' XFSZ; "$@"`;
    const full = await command.shell(script, args(files.path('full'), '--format', 'json'), environment());

    await application.sql(`DELETE FROM journal WHERE starts_with(id, 'x-')`);

    expect(child.signalCode).toBe('SIGINT');
    expect(printed).toContain('The export was interrupted; the output is incomplete.');
    expect(printed).not.toContain('100 %');
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('Nothing was exported')]);
    expect(await names()).toEqual([...before, 'streamed'].sort());
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('25040 entries')]);
  });

  it('refuses the name of standard output, which a rename would replace', async () => {
    const script = `"$@" > '${files.path('redirected')}'`;
    const { code, stderr } = await command.shell(
      script,
      args('/dev/stdout', '--format', 'json', '--force'),
      environment(),
    );

    expect([code, stderr]).toEqual([1, expect.stringContaining('/dev/stdout is not a regular file')]);
    expect((await lstat('/dev/stdout')).isSymbolicLink()).toBe(true);
  });
});

describe('journal-db delete-user', () => {
  const user = 'trader-2.seed-9@example.com';
  const other = 'trader-3.seed-9@example.com';

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('refuses to run without a terminal for confirmation, and names the option', async () => {
    const before = await application.snapshot();
    const asked = await run(['delete-user', user, '--export', files.path('not-made')]);

    expect([asked.code, asked.stdout]).toEqual([1, '']);
    expect(asked.stderr).toMatch(/^Nothing was deleted: there is no terminal .* --yes to delete trader-2/);
    expect(await application.snapshot()).toEqual(before);
    await expect(readFile(files.path('not-made'))).rejects.toThrow('ENOENT');
  });

  it('exports, deletes, and prints that no data is left', async () => {
    const rows = await application.rowsOf(user);
    const file = files.path('last.ndjson');
    const args = ['delete-user', user, '--yes', '--export', file];
    const { code, stdout, stderr } = await run(args);
    const again = await called(() => deleteUser(environment(), user, { format: 'json', yes: true }));
    const successor = application.newEmail();
    await application.import(file, successor);

    expect([code, stderr]).toEqual([0, 'Exporting: 100 % of 40 entries\n']);
    expect(stdout).toMatch(/^Exported the journal of trader-2.*\nDeleted trader-2.seed-9@example.com\. /);
    expect(stdout).toMatch(/journal +│ user_id +│ +40 +│ +0 │/);
    expect(stdout).toMatch(/accounts +│ user_id +│ +2 +│ +0 │/);
    expect(stdout).toMatch(/users +│ id +│ +1 +│ +0 │/);
    expect(again.error).toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(await application.rowsOf(user)).toEqual([]);
    expect(await application.rowsOf(successor)).toEqual(rows);
  });

  it('deletes nothing after a signal, during confirmation or while waiting for a lock', async () => {
    const before = await application.snapshot();
    // A terminal without a user.
    const silent = `import { PassThrough } from 'node:stream';
      Object.defineProperty(process, 'stdin', { value: Object.assign(new PassThrough(), { isTTY: true }) });`;
    const terminal = `--import=data:text/javascript,${encodeURIComponent(silent)}`;
    const asking = command.start(['delete-user', other], { ...environment(), NODE_OPTIONS: terminal });
    asking.child.stderr?.on('data', (text: string) => {
      if (text.includes('Type the email address')) asking.child.kill('SIGTERM');
    });
    const asked = await asking.ended;
    const patient = { ...environment(), DATABASE_LOCK_TIMEOUT_MS: '0' };
    const lock = 'SELECT FROM users WHERE email = $1 FOR UPDATE';
    const [held, waited] = await whileOpen(application.owner, lock, [other], async () => {
      const deleting = command.start(['delete-user', other, '--yes'], patient);
      await waitingForLock(application.url);
      deleting.child.kill('SIGINT');
      return [deleting, await deleting.ended];
    });

    expect([asking.child.signalCode, held.child.signalCode]).toEqual(['SIGTERM', 'SIGINT']);
    for (const { stdout, stderr } of [asked, waited]) {
      expect(stdout).toBe('');
      expect(stderr).toMatch(/The deletion was interrupted; nothing was deleted\.\n$/);
    }
    expect(await application.snapshot()).toEqual(before);
  });

  it('asks at a terminal, and proceeds only after the complete address', async () => {
    const asked = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const input = jest.spyOn(process, 'stdin', 'get');
    const deleteAndAnswer = (text: string) => {
      const terminal = Object.assign(new PassThrough(), { isTTY: true });
      terminal.write(`${text}\n`);
      input.mockReturnValue(terminal as unknown as typeof process.stdin);
      return called(() => deleteUser(environment(), other, { format: 'json' }));
    };
    for (const text of ['y', 'yes', '', 'trader-2.seed-9@example.com'])
      expect(await deleteAndAnswer(text)).toMatchObject({
        error: { message: `Nothing was deleted: that is not ${other}.` },
      });
    expect(await application.rowsOf(other)).toHaveLength(40);
    const { error } = await deleteAndAnswer(` ${other.toUpperCase()} `);
    const [question] = asked.mock.calls.map(([text]) => String(text));

    expect(error).toBeUndefined();
    expect(question).toMatch(
      /Rows of trader-3[^]*accounts +│ +2 │ deleted with[^]*journal +│ +40 │[^]*cannot be undone/,
    );
    expect(await application.rowsOf(other)).toEqual([]);
  });
});
