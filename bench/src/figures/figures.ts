import type { Type } from '@nestjs/common';
import {
  CashReadModel,
  LegacyReadModel,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from 'trading-journal-database';
import type { JournalEntry } from 'trading-journal-database';
import { today } from '../database/material.js';
import { BalancesModel, PeriodCashModel } from '../../dist/oracles/test/oracles/cash.model.js';
import { LegacyModel } from '../../dist/oracles/test/oracles/legacy.model.js';
import { followOneAnother } from '../../dist/oracles/test/oracles/rules.js';

type Get = <T>(token: Type<T>) => T;
type Entries = AsyncIterable<JournalEntry>;

/** A figure from its read model, and from an oracle on a stream if there is one. */
export interface Figure {
  title: string;
  read: (get: Get) => Promise<unknown>;
  model?: (entries: Entries) => Promise<unknown>;
}

const titles = {
  positions: 'positions',
  lots: 'lots',
  weeklyPremium: 'v_weekly_premium',
  costBasis: 'v_cost_basis',
};

export const figures: readonly Figure[] = [
  {
    title: 'open option positions',
    read: (get) => get(OptionPositionsReadModel).list({ today }),
  },
  ...(['average', 'fifo'] as const).map((method) => ({
    title: `share lots, ${method}`,
    read: (get: Get) => get(ShareLotsReadModel).list({ today, method }),
  })),
  ...(['week', 'month'] as const).map((per) => ({
    title: `premium by ${per}`,
    read: (get: Get) => get(CashReadModel).premium({ per }),
    model: (entries: Entries) =>
      through(entries, new PeriodCashModel('premium', { per }), (model) => model.sums()),
  })),
  ...(['dividends', 'fees'] as const).map((kind) => ({
    title: `${kind} by month`,
    read: (get: Get) => get(CashReadModel)[kind]({ per: 'month' }),
    model: (entries: Entries) =>
      through(entries, new PeriodCashModel(kind, { per: 'month' }), (model) => model.sums()),
  })),
  {
    title: 'cash balances',
    read: (get) => get(CashReadModel).balances(),
    model: (entries) => through(entries, new BalancesModel(), (model) => model.balances()),
  },
  ...(['week', 'month', 'year'] as const).map((per) => ({
    title: `realised profit by ${per}`,
    read: (get: Get) => get(ProfitReadModel).realised({ per, today }),
  })),
  {
    title: 'realised profit by year, by tax',
    read: (get) => get(ProfitReadModel).realised({ per: 'year', basis: 'tax', today }),
  },
  { title: 'closed lots', read: (get) => get(ProfitReadModel).closedLots({ today }) },
  ...(['positions', 'lots', 'weeklyPremium', 'costBasis'] as const).map((figure) => ({
    title: `as the browser application had it: ${titles[figure]}`,
    read: async (get: Get) => (await get(LegacyReadModel)[figure]()).map(withoutUser),
    model: async (entries: Entries) => {
      const all: JournalEntry[] = [];
      for await (const entry of entries) all.push(entry);
      return new LegacyModel(all)[figure]();
    },
  })),
];

async function through<Model extends { add(entry: JournalEntry): void }, T>(
  entries: Entries,
  model: Model,
  figureOf: (model: Model) => T,
): Promise<T> {
  let sameInstant: JournalEntry[] = [];
  const add = () => {
    for (const entry of sameInstant.sort(followOneAnother)) model.add(entry);
  };
  for await (const entry of entries) {
    if (sameInstant[0] !== undefined && sameInstant[0].ts < entry.ts) {
      add();
      sameInstant = [];
    }
    sameInstant.push(entry);
  }
  add();
  return figureOf(model);
}

/** Removes the user id, which the oracle does not return. */
function withoutUser<T extends object>(row: T): Omit<T, 'userId'> {
  const { userId: _, ...figure } = row as T & { userId?: string };
  return figure;
}
