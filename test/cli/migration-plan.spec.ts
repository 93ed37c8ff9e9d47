// @slow: starts a process for each command
import { copyFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { localStorageDump } from '../support/browser-storage.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder } from '../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const command = new JournalDbCommand();

const fixture = (name: string) => resolve('test', 'fixtures', 'import', name);

/** The commands of the migration plan: the trial, the import, and the deletion of the user. */
async function plannedCommands(): Promise<string[][]> {
  const plan = await readFile(resolve('docs', 'reference', 'migration-plan.md'), 'utf8');
  return plan
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('npx journal-db '))
    .map((line) => line.split(' ').slice(2));
}

const [soldPut, editedPut, putEnd, fee] = [
  'jrnl_ctztsievc5mwpaatc0',
  'd7ddb04b-a454-4d93-a45c-2a280b54d883',
  'jrnl_rjohxlea7jnmwpaatc0',
  'jrnl_78crwp7dgcmrt1zr40',
];

/**
 * Local storage of a trader who corrected the expiration of this put, and bought an option that the
 * journal contains as a fee.
 */
const localStorage = {
  theme: 'dark',
  wheel_dte_overrides: {
    'BRK.B_470_2026-12-18T00:00:00.000Z': {
      ...{ ticker: 'BRK.B', strike: 470, overrideExpiration: '2026-12-24' },
      timestamp: Date.parse('2026-11-25T12:00:00.000Z'),
    },
  },
  'journal.v1': [
    {
      ...{ id: 'second-1', when: '2026-07-20T10:00:00.000Z', kind: 'buy_close', symbol: 'AAPL', type: 'C' },
      ...{ contracts: 1, strike: 300, premium: 1.2, fees: 0.7, side: 'B' },
    },
  ],
};

/** Runs a command of the plan for a trader in London, with the exported files in place. */
async function run(planned: string[], email: string): Promise<unknown> {
  const given: Record<string, string> = {
    'options-tracker.db': files.path('options-tracker.db'),
    'local-storage.json': await files.writeBytes(localStorageDump(localStorage)),
    'trader@example.com': email,
    'America/Denver': 'Europe/London',
  };
  const args = planned.map((argument) => given[argument] ?? argument);
  const { code, stdout, stderr } = await command.run([...args, '--json'], { DATABASE_URL: application.url });
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
  return JSON.parse(stdout) as unknown;
}

async function live(email: string): Promise<{ n: number; amount: number }> {
  const [row] = await application.sql(
    `SELECT count(*)::integer AS n, sum(amount)::float8 AS amount
     FROM journal JOIN users ON users.id = user_id WHERE email = $1 AND deleted_at IS NULL`,
    [email],
  );
  return row as { n: number; amount: number };
}

/** The figures of the browser application in the second week. */
async function shown(): Promise<{ n: number; amount: unknown }> {
  const text = await readFile(fixture('london-week2.expected.json'), 'utf8');
  const { counts, totals } = JSON.parse(text) as { counts: { live: number }; totals: { net: number } };
  return { n: counts.live, amount: expect.closeTo(totals.net, 6) };
}

describe('the commands of the migration plan', () => {
  it('check, import, import again a week later, and revert the imports', async () => {
    const email = application.newEmail();
    const [trial = [], importing = [], deleting = []] = await plannedCommands();
    await copyFile(fixture('london-week1.sqlite'), files.path('options-tracker.db'));
    const before = await application.snapshot();
    expect(await run(trial, email)).toMatchObject({ dryRun: true, user: { created: true } });
    expect(await application.snapshot()).toEqual(before);
    expect(await run(importing, email)).toMatchObject({
      entries: { read: 92, inserted: 92, rejected: 0 },
      localStorage: {
        expirations: [{ amended: [soldPut, putEnd], notApplied: [] }],
        purchases: [{ fee, outcome: 'amended' }],
        notTaken: [{ key: 'theme' }],
      },
    });

    await copyFile(fixture('london-week2.sqlite'), files.path('options-tracker.db'));
    expect(await run(importing, email)).toMatchObject({
      localStorage: {
        expirations: [{ amended: [editedPut], unchanged: [putEnd] }],
        purchases: [{ fee, outcome: 'unchanged' }],
      },
    });
    expect(await live(email)).toEqual(await shown());
    const after = await application.rowsOf(email);
    expect(await run(importing, email)).toMatchObject({
      entries: { inserted: 0 },
      localStorage: { expirations: [{ amended: [] }] },
    });
    expect(await application.rowsOf(email)).toEqual(after);

    await run([...deleting, '--yes'], email);
    expect(await application.snapshot()).toEqual(before);
  });
});

describe('the journals of two browsers', () => {
  it('are stored for one user without the second example', async () => {
    const email = application.newEmail();
    await application.import(fixture('london-week1.sqlite'), email, { timeZone: 'Europe/London' });
    const second = { timeZone: 'Australia/Sydney', skipInvalid: true };
    const report = await application.import(fixture('sydney-roll.sqlite'), email, second);
    expect(report.rejected).toMatchObject([{ id: 'seed-1', column: 'ts' }]);
    expect(report.entries).toMatchObject({ inserted: report.entries.read - 1 });
    expect(
      await application.sql(
        `SELECT symbol, type, amount::float8, meta->>'note' AS note FROM journal JOIN users ON users.id = user_id
         WHERE email = $1 AND journal.id = 'seed-1'`,
        [email],
      ),
    ).toEqual([{ symbol: 'AAPL', type: 'dividend', amount: 5, note: 'Welcome seed' }]);
  });
});
