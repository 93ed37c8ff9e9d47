import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';

describe.each([true, false])('A statement, on the fast path: %s,', (fastPath) => {
  let under: JournalUnderTest;
  let userId: string;

  beforeAll(async () => {
    under = await startJournal({
      fastPath,
      pool: { min: 1, max: 1, idleTimeout: 10_000, connectionTimeout: 2_000 },
    });
    userId = await under.newUser();
  });
  afterAll(() => under.close());

  it('gives its connection back when the logger fails', async () => {
    const { logger } = under.dataSource;
    const page = () => under.scope.run(userId, () => under.journal.page());
    under.dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
      logQuery: () => {
        throw new Error('the log is full');
      },
    });
    await expect(page()).rejects.toThrow('the log is full');
    under.dataSource.logger = logger;

    expect(await page()).toEqual({ entries: [], next: null });
  });
});
