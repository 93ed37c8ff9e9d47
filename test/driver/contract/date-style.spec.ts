// @slow: starts an application for each test
import { afterEach, expect, it } from '@jest/globals';
import { JournalEntry, OptionPositionsReadModel, ProfitReadModel } from '../../../src/index.js';
import type { NewEntry } from '../../../src/index.js';
import { onServer } from '../../../src/testing/server/on-server.js';
import { putSold, startJournal } from '../../support/database-journal.js';
import type { JournalUnderTest } from '../../support/database-journal.js';

let under: JournalUnderTest;
afterEach(() => under.close());

it.each(['German', 'SQL, DMY', 'Postgres, MDY'])(
  'Dates are read correctly from a database with the style %s',
  async (style) => {
    under = await startJournal(async ({ url }) => {
      const name = new URL(url).pathname.slice(1);
      await onServer(url, (client) => client.query(`ALTER DATABASE ${name} SET datestyle = '${style}'`));
      return {};
    });
    const put = {
      accountId: 'acct-1',
      symbol: 'AAPL',
      strike: '180' as const,
      expiration: '2026-03-20',
      meta: { leg: 'put' },
    };
    await under.scope.run(await under.newUser(), async () => {
      const entries: NewEntry[] = [
        { ...put, ts: new Date('2026-01-05T12:00:00Z'), type: 'sell_to_open', qty: '2', amount: '500' },
        { ...put, ts: new Date('2026-02-10T12:00:00Z'), type: 'buy_to_close', qty: '1', amount: '-50' },
      ];
      const [opened] = await under.journal.append(entries);
      const today = '2026-03-01';
      // SQL of the application; the driver resets the session afterwards.
      await under.dataSource.query('SELECT 1');

      expect(await under.journal.get(opened?.id ?? '')).toEqual(opened);
      expect(await under.get(OptionPositionsReadModel).list({ today })).toMatchObject([
        { expiration: '2026-03-20', openedOn: '2026-01-05' },
      ]);
      expect(await under.get(ProfitReadModel).realised({ per: 'month', today })).toMatchObject([
        { period: '2026-02', options: '200.00000000' },
      ]);
    });
    const [shown] = await under.owner.query<{ DateStyle: string }[]>('SHOW datestyle');
    expect(shown?.DateStyle).toMatch(/^ISO/);
  },
);

it.each([
  [`SET DateStyle TO 'SQL, DMY'`, true],
  [`SET DateStyle TO 'SQL, DMY'`, false],
  [`SET LOCAL client_encoding TO 'LATIN1'`, true],
  [`SET LOCAL client_encoding TO 'LATIN1'`, false],
])(
  'Dates and texts are read and stored correctly in a unit of work whose SQL runs %s (fast: %s)',
  async (text, fastPath) => {
    under = await startJournal({ fastPath });
    const { journal, dataSource, scope } = under;
    await scope.run(await under.newUser(), async () => {
      const entries = dataSource.getRepository(JournalEntry);
      const [appended, inUnit, byTypeOrm] = await scope.transaction(async () => {
        await dataSource.query(text);
        const first = await journal.append(putSold({ id: 'café', notes: 'Café' }));
        await dataSource.query(text);
        return [first, await journal.get('café'), await entries.find()];
      });

      const stored = await journal.get('café');
      expect(stored).toMatchObject({ notes: 'Café', expiration: '2026-01-16' });
      expect([appended, inUnit]).toEqual([stored, stored]);
      expect(byTypeOrm).toEqual([stored]);
    });
  },
);
