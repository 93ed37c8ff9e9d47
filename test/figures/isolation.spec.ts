import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CashReadModel,
  LegacyCostBasis,
  LegacyReadModel,
  LegacyWeeklyPremium,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
  UserScopeMissingError,
} from '../../src/index.js';
import type { NewEntry } from '../../src/index.js';
import { putSold, startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { as, createLogin, dropLogin } from '../support/isolation.js';

const today = '2026-01-10';
const ts = new Date('2026-01-06');

/** Entries that give every figure at least one row. */
const trades: NewEntry[] = [
  putSold({ id: 'put' }),
  {
    id: 'shares',
    ts,
    accountId: 'acct-1',
    symbol: 'AAPL',
    type: 'assignment_shares',
    qty: '300',
    amount: '-30',
  },
  { id: 'sale', ts, accountId: 'acct-1', symbol: 'AAPL', type: 'share_sale', qty: '100', amount: '20' },
  { id: 'dividend', ts, accountId: 'acct-1', symbol: 'AAPL', type: 'dividend', amount: '3' },
  { id: 'fee', ts, accountId: 'acct-1', type: 'fee', amount: '-1' },
];

type Figure = (under: JournalUnderTest) => Promise<readonly object[]>;

const figures: Record<string, Figure> = {
  'option positions': (under) => under.get(OptionPositionsReadModel).list({ today }),
  'share lots': (under) => under.get(ShareLotsReadModel).list({ today }),
  'share lots, first in, first out': (under) => under.get(ShareLotsReadModel).list({ today, method: 'fifo' }),
  premium: (under) => under.get(CashReadModel).premium({ per: 'week' }),
  dividends: (under) => under.get(CashReadModel).dividends({ per: 'week' }),
  fees: (under) => under.get(CashReadModel).fees({ per: 'week' }),
  balances: (under) => under.get(CashReadModel).balances(),
  'realised profit': (under) => under.get(ProfitReadModel).realised({ per: 'year', today }),
  'unassigned fees': (under) => under.get(ProfitReadModel).unassignedFees(),
  'legacy positions': (under) => under.get(LegacyReadModel).positions(),
  'legacy lots': (under) => under.get(LegacyReadModel).lots(),
  'minimum strikes': (under) => under.get(LegacyReadModel).minimumStrikes(),
  'weekly premium': (under) => under.get(LegacyReadModel).weeklyPremium(),
  'cost basis': (under) => under.get(LegacyReadModel).costBasis(),
  'a view entity without a condition': (under) => under.dataSource.getRepository(LegacyWeeklyPremium).find(),
  'the other view entity': (under) => under.dataSource.getRepository(LegacyCostBasis).find(),
  'the view by SQL': (under) => under.dataSource.query('SELECT * FROM v_weekly_premium'),
  'the other view by SQL': (under) => under.dataSource.query('SELECT * FROM v_cost_basis'),
};
const names = Object.keys(figures);

describe("The figures, with a login that is only a member of the package's roles,", () => {
  let under: JournalUnderTest;
  let login: string;
  let anna: string;
  let bob: string;
  let carol: string;
  const ask = (userId: string, name: string) => under.scope.run(userId, async () => figures[name]?.(under));

  beforeAll(async () => {
    login = await createLogin();
    under = await startJournal(({ url }) => ({ url: as(url, login) }));
    [anna, bob, carol] = [await under.newUser(), await under.newUser(), await under.newUser()];
    for (const user of [anna, bob]) await under.scope.run(user, () => under.journal.append(trades));
    const more = putSold({ id: 'more', amount: '1000' });
    await under.scope.run(bob, () => under.journal.append([more, ...trades.slice(1).map(again)]));
  });
  afterAll(async () => {
    await under.close();
    await dropLogin(login);
  });

  const again = (entry: NewEntry) => ({ ...entry, id: `${entry.id}-2` });

  it.each(names)('of the kind %s contain only data of the user in scope', async (name) => {
    const [annas, bobs, carols] = [await ask(anna, name), await ask(bob, name), await ask(carol, name)];
    const amounts = (rows: readonly object[] | undefined) =>
      (rows ?? []).map((row) => JSON.stringify(row).replaceAll(/"user_?[iI]d":"[^"]*"/g, ''));

    expect(annas?.length).toBeGreaterThan(0);
    expect(carols).toEqual([]);
    expect(amounts(bobs)).not.toEqual(amounts(annas));
    // Equal to the figures before Bob had entries.
    await under.scope.run(bob, () => under.journal.append(again({ ...putSold(), id: `${name} more` })));
    expect(await ask(anna, name)).toEqual(annas);
  });

  it.each(names)('of the kind %s are rejected outside of a scope', async (name) => {
    await expect(figures[name]?.(under)).rejects.toThrow(UserScopeMissingError);
  });

  it('include the writes of their unit of work, which other users do not see', async () => {
    const fees = () => under.get(CashReadModel).fees({ per: 'year' });
    const before = await under.scope.run(anna, fees);
    await under.scope
      .run(anna, () =>
        under.scope.transaction(async () => {
          await under.journal.append({ ts, accountId: 'acct-1', type: 'fee', amount: '-5' });
          expect(await fees()).toEqual([{ period: '2026', symbol: null, count: 2, amount: '-6.00000000' }]);
          throw new Error('taken back');
        }),
      )
      .catch(() => undefined);
    expect(await under.scope.run(anna, fees)).toEqual(before);
    expect(before).toEqual([{ period: '2026', symbol: null, count: 1, amount: '-1.00000000' }]);
  });
});
