// @slow 20 s: imports tens of thousands of entries
import { expect, it } from '@jest/globals';
import type { ImportReport } from '../../src/browser/import/report/import-report.js';
import { generateLegacyDatabase } from '../../src/testing/browser/legacy-database.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder } from '../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const command = new JournalDbCommand();

it('30,000 entries are imported with a heap far smaller than the journal', async () => {
  const file = await files.writeBytes(await generateLegacyDatabase({ trades: 9_000 }));
  const args = [
    'import',
    file,
    '--user',
    'trader@example.com',
    '--create-user',
    '--time-zone',
    'America/Denver',
  ];
  const { code, stdout, stderr } = await command.run([...args, '--json', '--no-check-figures'], {
    DATABASE_URL: application.url,
    NODE_OPTIONS: '--max-old-space-size=76',
  });
  expect([code, stderr]).toEqual([0, expect.stringContaining('Loading: 100 %')]);
  const { entries, verification } = JSON.parse(stdout) as ImportReport;
  expect(entries.inserted).toBe(entries.read);
  expect(entries.read).toBeGreaterThan(30_000);
  expect(verification.matches).toBe(true);
});
