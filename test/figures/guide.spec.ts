import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import {
  CashReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import { startJournal } from '../support/database-journal.js';
import type { JournalUnderTest } from '../support/database-journal.js';
import { guideExample } from '../support/guide-examples.js';

/** Figures by what the guide calls them, in the order of its columns. */
type Figures = Record<string, (string | null)[]>;

const asked: Record<string, (under: JournalUnderTest) => Promise<Figures>> = {
  'long options': async (under) => {
    const [position] = await under.get(OptionPositionsReadModel).list({ today: '2026-01-13' });
    expect(position).toMatchObject({ leg: 'call', short: '0.00000000', collateral: null });
    const profits = await under.get(ProfitReadModel).realised({ per: 'month', today: '2026-03-21' });
    return {
      'calls long': [position?.long ?? null],
      'average premium': [position?.averageLongPremium ?? null],
      ...Object.fromEntries(profits.map(({ period, options }) => [`realised profit, ${period}`, [options]])),
    };
  },

  'dividends, fees and balances': async (under) => {
    const cash = under.get(CashReadModel);
    const figures: Figures = {};
    for (const kind of ['dividends', 'fees'] as const)
      for (const { period, symbol, amount } of await cash[kind]({ per: 'month' }))
        figures[`${kind}, ${period}, ${symbol ?? 'no symbol'}`] = [amount];
    for (const { accountId, balance } of await cash.balances()) figures[`balance, ${accountId}`] = [balance];
    return figures;
  },

  shares: async (under) => {
    const figures: Figures = {};
    for (const method of ['average', 'fifo'] as const) {
      const [lot] = await under.get(ShareLotsReadModel).list({ method });
      expect(lot).toMatchObject({ shares: '-10.00000000', proceeds: '2000.00000000' });
      for (const { period, shares } of await under.get(ProfitReadModel).realised({ per: 'month', method }))
        (figures[period] ??= []).push(shares);
    }
    return figures;
  },
};

describe('The guide to the read models has an example', () => {
  let under: JournalUnderTest;

  beforeAll(async () => {
    under = await startJournal();
  });
  afterAll(() => under.close());

  it.each(Object.entries(asked))('of %s, whose figures are those of its entries', async (name, ask) => {
    const { entries, figures } = guideExample(name);
    const found = await under.scope.run(await under.newUser(), async () => {
      await under.journal.append(entries);
      return ask(under);
    });

    expect(Object.entries(found).map(([label, row]) => [label, row.map(plain)])).toEqual(
      Object.entries(figures).map(([label, row]) => [label, row.map(({ figure }) => figure)]),
    );
  });

  it.each(Object.keys(asked))('of %s, whose arithmetic is right', async (name) => {
    for (const { arithmetic, figure } of Object.values(guideExample(name).figures).flat()) {
      const sql = arithmetic
        .replaceAll('×', '*')
        .replaceAll('÷', '/')
        .replaceAll(/[\d.]+/g, '$&::numeric');
      const [row]: { result: string }[] = await under.owner.query(`SELECT ${sql} AS result`);
      expect([arithmetic, plain(row?.result ?? null)]).toEqual([arithmetic, figure]);
    }
  });
});

/** As the guide writes numbers. */
const plain = (value: string | null) => (value === null ? null : new Decimal(value).toString());
