import { expect, it } from '@jest/globals';
import { startJournal } from '../support/database-journal.js';

it.each(['runMigrations', 'undoLastMigration'] as const)(
  'the DataSource of an application refuses %s, and explains how to run migrations',
  async (method) => {
    const under = await startJournal();
    try {
      await expect(under.dataSource[method]()).rejects.toThrow(
        /does not own the tables.*runMigrations\(settings\)/,
      );
      expect(await under.dataSource.showMigrations()).toBe(false);
    } finally {
      await under.close();
    }
  },
);
