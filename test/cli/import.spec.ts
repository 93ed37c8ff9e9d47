// @slow 30 s: starts a process for each test
import { describe, expect, it } from '@jest/globals';
import type { ImportReport } from '../../src/browser/import/report/import-report.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder, legacyEntry } from '../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const command = new JournalDbCommand();

const environment = () => ({ DATABASE_URL: application.url });
const journal = [
  legacyEntry('e-1', { amount: 1039.9999999999998, expiration: '2025-12-15T07:00:00.000Z' }),
  legacyEntry('e-2', { account_id: 'acct-gone' }),
];
const invalid = [...journal, legacyEntry('bad', { type: 'gift' })];

function newUser(): string[] {
  return ['--user', application.newEmail(), '--create-user', '--time-zone', 'America/Denver'];
}

describe('journal-db import', () => {
  it('prints its report to stdout, its progress as plain lines to stderr, and ends with 0', async () => {
    const file = await files.write({ journal });
    const { code, stdout, stderr } = await command.run(['import', file, ...newUser()], environment());
    expect(code).toBe(0);
    expect(stderr.split('\n')).toEqual(['Checking: 100 % of 2 entries', 'Loading: 100 % of 2 entries', '']);
    expect(stdout).toMatch(/^Imported .*sqlite.* for trader-1@example\.com, a new user\./);
    expect(stdout).toMatch(/acct-gone +│ entries only/);
    expect(stdout).toContain('e-1: 1039.9999999999998 → 1040.00000000');
    expect(stdout).toContain('e-1: 2025-12-15T07:00:00.000Z → 2025-12-15');
    expect(stdout).toMatch(/2025-12-15 +│ row 1 /);
    expect(stdout).toContain('Entries of accounts that the file lacks:\nacct-gone: row 2');
    expect(stdout).toContain('equal, rounded by 0.0000000000002');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'Verified: counts and exact sums are equal. Amounts were rounded to eight decimals in row 1.',
    );
    expect(stdout).not.toContain('\u001b');
  });

  it('prints only JSON to stdout with --json', async () => {
    const file = await files.write({ journal });
    const { code, stdout } = await command.run(['import', file, ...newUser(), '--json'], environment());
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as ImportReport;
    expect(report).toMatchObject({ file, entries: { inserted: 2 }, verification: { matches: true } });
  });

  it('accepts a file that it imported before, and reports no new entries', async () => {
    const file = await files.write({ journal });
    const args = ['import', file, ...newUser(), '--json'];
    await command.run(args, environment());
    const { code, stdout } = await command.run(args, environment());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      user: { created: false },
      entries: { inserted: 0, unchanged: 2 },
    });
  });

  it('writes nothing with --dry-run', async () => {
    const before = await application.snapshot();
    const file = await files.write({ journal });
    const { code, stdout } = await command.run(['import', file, ...newUser(), '--dry-run'], environment());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Tried out, and rolled back, the import of/);
    expect(await application.snapshot()).toEqual(before);
  });

  it('ends with 1, lists the rows and writes nothing if some are rejected', async () => {
    const before = await application.snapshot();
    const file = await files.write({ journal: invalid });
    const { code, stdout, stderr } = await command.run(['import', file, ...newUser()], environment());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/journal +│ +3 +│ bad +│ type +│ "gift" +│ must be one of/);
    expect(stderr).toContain('nothing was written');
    expect(stderr).toContain('Option: --skip-invalid.');
    expect(await application.snapshot()).toEqual(before);
  });

  it('ends with 1 and prints the rows as JSON if some are rejected, with --json', async () => {
    const file = await files.write({ journal: invalid });
    const { code, stdout } = await command.run(['import', file, ...newUser(), '--json'], environment());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'IMPORT_REJECTED', rejected: [{ row: 3, id: 'bad', column: 'type', value: '"gift"' }] },
    });
  });

  it('imports the other rows with --skip-invalid, lists the skipped rows, and ends with 2', async () => {
    const file = await files.write({ journal: invalid });
    const { code, stdout } = await command.run(
      ['import', file, ...newUser(), '--skip-invalid'],
      environment(),
    );
    expect(code).toBe(2);
    expect(stdout).toMatch(/Rejected:\n[^]*│ bad +│ type/);
    expect(stdout.trimEnd().split('\n').slice(-6)).toEqual([
      'NOT COMPLETE: 1 of 3 entries were left out.',
      'The entries that were left out add up to -0.65.',
      'Counts and exact sums of the other entries are equal. Amounts were rounded to eight decimals in row 1.',
      'In the file: 3 entries of 1038.6999999999998, of which 3 live ones of 1038.6999999999998.',
      'Stored:      2 entries of 1039.35, of which 2 live ones of 1039.35.',
      'Difference:  1 entries of -0.6500000000002, of which 1 live ones of -0.6500000000002.',
    ]);
    expect(stdout).not.toContain('Verified');
  });

  it('ends with 2 and prints the totals and the skipped rows, with --skip-invalid and --json', async () => {
    const file = await files.write({ journal: invalid });
    const { code, stdout } = await command.run(
      ['import', file, ...newUser(), '--skip-invalid', '--json'],
      environment(),
    );
    expect(code).toBe(2);
    const { entries, rejected, totals } = JSON.parse(stdout) as ImportReport;
    expect(entries).toEqual({ read: 3, inserted: 2, unchanged: 0, rejected: 1 });
    expect(rejected).toMatchObject([{ row: 3, id: 'bad', column: 'type', value: '"gift"' }]);
    expect(totals).toEqual({
      file: { entries: 3, amount: '1038.6999999999998', live: 3, liveAmount: '1038.6999999999998' },
      stored: { entries: 2, amount: '1039.35000000', live: 2, liveAmount: '1039.35000000' },
      difference: { entries: 1, amount: '-0.6500000000002', live: 1, liveAmount: '-0.6500000000002' },
      leftOut: '-0.65000000',
      withoutAmount: 0,
    });
  });
});

describe('a file that is not a journal', () => {
  it.each([
    ['not there', () => Promise.resolve(files.path('nowhere.db')), /no such file|does not exist|not found/i],
    ['truncated', async () => files.writeBytes(await half({ journal })), /truncated/],
  ])('causes one clear sentence and exit code 1, and nothing is written: %s', async (_, write, message) => {
    const before = await application.snapshot();
    const file = await write();
    const { code, stdout, stderr } = await command.run(['import', file, ...newUser()], environment());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(`${file}: `);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(await application.snapshot()).toEqual(before);
  });
});

async function half(content: Parameters<LegacyFolder['write']>[0]): Promise<Uint8Array> {
  const { legacyBytes } = await import('../support/legacy-journals.js');
  const bytes = await legacyBytes(content, 'sqlite');
  return bytes.subarray(0, bytes.length / 2);
}
