import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JournalExportModule, JournalExportService } from '../../../src/index.js';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';
import { startSwitchingProxy } from '../../support/switching-proxy.js';
import type { SwitchingProxy } from '../../support/switching-proxy.js';

describe('An export', () => {
  let under: JournalUnderTest;
  let proxy: SwitchingProxy;

  beforeAll(async () => {
    under = await startJournal(
      async ({ url }) => {
        proxy = await startSwitchingProxy(url);
        return { url: proxy.url };
      },
      [JournalExportModule],
    );
  });
  afterAll(async () => {
    await under.close();
    await proxy.close();
  });

  it('whose COMMIT is not answered fails as an export: it has stored nothing', async () => {
    const email = 'anna@example.com';
    await under.users.create({ email });
    const destination = new Writable({ write: (_, __, done) => done() });
    const dropped = proxy.dropAtEndOfTransaction('ISOLATION LEVEL REPEATABLE READ');
    const exporting = under.get(JournalExportService).write({ email, format: 'csv' }, destination);

    await expect(exporting).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
    await dropped;
    expect(destination.destroyed).toBe(true);
  });
});
