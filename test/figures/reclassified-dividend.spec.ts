import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CashReadModel, ProfitReadModel } from '../../src/index.js';
import { buyShares, dividend, sellShares } from '../../src/trades/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';

let under: JournalUnderTest;
beforeAll(async () => {
  under = await startJournal();
});
afterAll(() => under.close());

it('A dividend that is amended to a return of capital lowers the basis of shares sold after it', async () => {
  const trade = (day: string) => ({ ts: new Date(`${day}T15:00:00Z`), accountId: 'acct-1', symbol: 'ZZA' });
  await under.scope.run(await under.newUser(), async () => {
    await under.journal.append([
      ...buyShares({ ...trade('2025-01-06'), shares: '100', price: '50' }),
      ...dividend({ ...trade('2025-06-02'), id: 'dividend', amount: '60' }),
      ...sellShares({ ...trade('2025-09-02'), shares: '50', price: '52' }),
    ]);
    await under.journal.amend(
      'dividend',
      { type: 'return_of_capital' },
      { reason: 'reclassified by the fund' },
    );

    const [lot] = await under.get(ProfitReadModel).closedLots({ on: '2026-01-30' });
    // (5000 − 60) × 50 ÷ 100
    expect(lot).toMatchObject({ basis: '2470.00000000', gain: '130.00000000' });
    expect(await under.get(CashReadModel).dividends({ per: 'year' })).toEqual([]);
  });
});
