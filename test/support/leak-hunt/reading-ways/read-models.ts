import { expect } from '@jest/globals';
import {
  CashReadModel,
  LegacyReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../../../src/index.js';
import type { ReadingWays } from '../trader.js';
import { sumOf } from './repositories.js';

/** Reads by the read models. All entries of a hunt are fees. */
export const readModelWays: ReadingWays = {
  'cash.balances': async ({ hunted, model }) => {
    const balances = await hunted.get(CashReadModel).balances();
    const [count, sum] = [balances.map((balance) => balance.count), balances.map(({ balance }) => balance)];
    expect([total(count), total(sum)]).toEqual([model.liveRows.length, sumOf(model.liveRows)]);
  },

  'profit.realised': async ({ hunted, model }) => {
    const profits = await hunted.get(ProfitReadModel).realised({ per: 'year' });
    expect(total(profits.map(({ fees }) => fees))).toBe(sumOf(model.liveRows));
  },

  'positions.list and lots.list': async ({ hunted }) => {
    expect(await hunted.get(OptionPositionsReadModel).list({ status: 'all' })).toEqual([]);
    expect(await hunted.get(ShareLotsReadModel).list({ method: 'fifo' })).toEqual([]);
  },

  'the views': async (trader) => {
    const { hunted, model, userId } = trader;
    const seen = [
      ...(await trader.query('SELECT user_id AS "userId" FROM v_weekly_premium')),
      ...(await trader.query('SELECT user_id AS "userId" FROM v_cost_basis')),
      ...(await hunted.get(LegacyReadModel).costBasis()),
    ];
    expect(new Set(seen.map((row) => row['userId' as keyof typeof row]))).toEqual(
      new Set(model.liveRows.length > 0 ? [userId] : []),
    );
  },
};

function total(values: readonly (number | string)[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value), 0);
}
