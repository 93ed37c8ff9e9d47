// @slow: starts an application for each test
import { afterEach, expect, it } from '@jest/globals';
import { onServer } from '../../../src/testing/server/on-server.js';
import { putSold, startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';

let under: JournalUnderTest;
afterEach(() => under.close());

it.each([true, false])(
  'Nulls are stored as nulls in a unit of work whose SQL turns array_nulls off (fast: %s)',
  async (fastPath) => {
    under = await startJournal({ fastPath });
    await under.scope.run(await under.newUser(), async () => {
      await under.scope.transaction(async (manager) => {
        await manager.query('SET array_nulls TO off');
        await under.journal.load([putSold({ notes: 'NULL' }), putSold({ id: 'silent', notes: null })]);
      });

      expect((await under.journal.get('silent')).notes).toBeNull();
    });
  },
);

it('Nulls are stored as nulls in a database whose array_nulls is off', async () => {
  under = await startJournal(async ({ url }) => {
    const name = new URL(url).pathname.slice(1);
    await onServer(url, (client) => client.query(`ALTER DATABASE ${name} SET array_nulls = off`));
    return {};
  });
  await under.scope.run(await under.newUser(), async () => {
    const load = (name: string) =>
      under.journal.load([
        putSold({ id: `${name}-1`, notes: 'NULL' }),
        putSold({ id: `${name}-2`, notes: null }),
      ]);
    await load('before');
    // SQL of the application; the driver resets the session afterwards.
    await under.dataSource.query('SELECT 1');
    await load('after');

    for (const name of ['before', 'after']) {
      expect((await under.journal.get(`${name}-1`)).notes).toBe('NULL');
      expect((await under.journal.get(`${name}-2`)).notes).toBeNull();
    }
  });
});
