// @slow 30 s: starts a process for each test
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { generateLegacyDatabase } from '../../src/testing/browser/legacy-database.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder, legacyEntry } from '../support/legacy-journals.js';
import { until } from '../support/until.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const command = new JournalDbCommand();
const environment = () => ({ DATABASE_URL: application.url });
const newUser = () => ['--user', application.newEmail(), '--create-user', '--time-zone', 'America/Denver'];

describe('an interrupted import', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('writes nothing after %s', async (signal) => {
    const file = files.path(`${signal}.db`);
    await writeFile(file, await generateLegacyDatabase({ trades: 3000 }));
    const before = await application.snapshot();
    const { child, ended } = command.start(['import', file, ...newUser()], environment());
    let printed = '';
    child.stderr?.on('data', (text: string) => {
      printed += text;
      if (/Loading: [1-9]/.test(text)) child.kill(signal);
    });
    await Promise.all([once(child, 'exit'), ended]);
    expect(child.signalCode).toBe(signal);
    expect(printed).not.toContain('Loading: 100');
    await transactionsGone();
    expect(await application.snapshot()).toEqual(before);
  });
});

/** PostgreSQL detects a dead client only at its next read or write. */
async function transactionsGone(): Promise<void> {
  const open = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'`;
  await until(async () => (await application.sql(open)).length === 0);
}

describe('an early end of the consumer', () => {
  const journal = Array.from({ length: 3000 }, (_, index) =>
    legacyEntry(`e-${index}`, { amount: 0.1 + 0.2 }),
  );

  it.each([
    ['of the report', '{ "$@"; echo "ended with $?" >&2; } | head -n 1', /^\{\n$/],
    [
      'of the progress',
      '{ { "$@"; echo "ended with $?" >&3; } 2>&1 >/dev/null | head -n 1; } 3>&2',
      /^Checking/,
    ],
  ])('%s does not stop the import', async (_, script, stdout) => {
    const file = await files.write({ journal });
    const args = ['import', file, ...newUser(), '--json'];
    const result = await command.shell(script, args, environment());
    expect(result.stdout).toMatch(stdout);
    expect(result.stderr).toContain('ended with 0');
    expect(result.stderr).not.toMatch(/EPIPE|Error/);
    const email = args[3] ?? '';
    expect((await application.journalOf(email)).length).toBe(3000);
  });
});

describe('a full disk', () => {
  it.each([
    ['of standard output', '"$@" >/dev/full; echo "ended with $?" >&2', 3],
    ['of standard error', '"$@" 2>/dev/full >/dev/null; echo "ended with $?" >&2', 0],
  ])('%s does not stop the import', async (_, script, exitCode) => {
    const args = ['import', await files.write({ journal: [legacyEntry('fee')] }), ...newUser()];
    const { stderr } = await command.shell(script, args, environment());
    expect(stderr).toContain(`ended with ${exitCode}`);
    expect(stderr.includes('standard output (ENOSPC)')).toBe(exitCode === 3);
    expect(stderr).not.toContain('at Writable');
    expect((await application.journalOf(args[3] ?? '')).length).toBe(1);
  });
});
