// @slow: starts a process for each test
import { describe, expect, it } from '@jest/globals';
import { bought, corrected, cost, localStorageDump, soldPut } from '../support/browser-storage.js';
import { ImportApplication } from '../support/import-application.js';
import { JournalDbCommand } from '../support/import-cli.js';
import { LegacyFolder } from '../support/legacy-journals.js';

const files = new LegacyFolder();
const application = new ImportApplication();
const command = new JournalDbCommand();

async function run(dump: string) {
  const file = await files.write({ journal: [...soldPut('put'), cost('fee')] });
  const storage = await files.writeBytes(dump);
  const user = ['--user', application.newEmail(), '--create-user', '--time-zone', 'America/Denver'];
  return command.run(['import', file, '--local-storage', storage, ...user], {
    DATABASE_URL: application.url,
  });
}

describe('journal-db import --local-storage', () => {
  it('prints the applied items and the unused items', async () => {
    const wheel_dte_overrides = { ...corrected('2025-12-19'), broken: 7 };
    const { code, stdout } = await run(
      localStorageDump({ wheel_dte_overrides, 'journal.v1': [bought, { kind: 'sell_put' }], theme: 'dark' }),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ AAPL +│ +150 +│ 2025-12-15 +│ 2025-12-19 +│ +2 +│ +0 +│/);
    expect(stdout).toMatch(
      /│ 2025-11-25 +│ TSLA +│ call +│ +400 │ unknown +│ +1 │ -250\.70 │ fee amended to buy/,
    );
    expect(stdout).toMatch(/│ journal\.v1 +│ +1 +│ trades that the journal/);
    expect(stdout).toMatch(/│ theme +│ +1 +│ view setting/);
    expect(stdout).toMatch(/│ wheel_dte_overrides +│ broken +│/);
  });

  it('ends with one clear sentence and exit code 1, and writes nothing, if the dump cannot be read', async () => {
    const before = await application.snapshot();
    const { code, stdout, stderr } = await run('{"theme":');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^The dump of localStorage is not JSON; it must be a JSON object .* Nothing was written\.$/m,
    );
    expect(await application.snapshot()).toEqual(before);
  });
});
