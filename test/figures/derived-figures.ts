import { CashReadModel, LegacyCostBasis, LegacyReadModel, LegacyWeeklyPremium } from '../../src/index.js';
import type { JournalEntry } from '../../src/index.js';
import { BalancesModel, PeriodCashModel } from '../oracles/cash.model.js';
import { LegacyModel } from '../oracles/legacy.model.js';
import { dayOf, followOneAnother, isKnown } from '../oracles/rules.js';
import type { Per } from '../oracles/rules.js';
import type { JournalUnderTest } from '../support/database-journal.js';

/** The parameters of the figures. */
export interface Question {
  accountId?: string;
  symbol?: string;
  asOf?: Date;
  /** Date of the cash figures. The browser application's figures have no date. */
  on?: string;
  per: Per;
  timeZone: string;
}

const kinds = ['premium', 'dividends', 'fees'] as const;

/** Cash figures and the browser application's figures, from the read models. */
export async function figuresOf(
  under: JournalUnderTest,
  question: Question,
): Promise<Record<string, unknown>> {
  const { per, timeZone, on, ...entries } = question;
  const ofDay = { ...entries, timeZone, ...(on !== undefined && { on }) };
  const cash = under.get(CashReadModel);
  const figures: Record<string, unknown> = {
    balances: await cash.balances(ofDay),
  };
  for (const kind of kinds) figures[kind] = await cash[kind]({ ...ofDay, per });
  const legacy = under.get(LegacyReadModel);
  figures['legacy positions'] = await legacy.positions(entries);
  figures['legacy lots'] = await legacy.lots(entries);
  figures['weekly premium'] = (await legacy.weeklyPremium(entries)).map(withoutUser);
  figures['cost basis'] = (await legacy.costBasis(entries)).map(withoutUser);
  // The views take no parameters.
  if (Object.keys(entries).length > 0) return figures;
  const order = { symbol: 'ASC' } as const;
  const weeks = await under.dataSource
    .getRepository(LegacyWeeklyPremium)
    .find({ order: { week: 'ASC', ...order } });
  const costs = await under.dataSource.getRepository(LegacyCostBasis).find({ order });
  figures['v_weekly_premium'] = weeks.map(withoutUser);
  figures['v_cost_basis'] = costs.map(withoutUser);
  return figures;
}

const withoutUser = ({ userId: _, ...row }: { userId: string }) => row;

/**
 * The figures of {@link figuresOf}, calculated by the oracles from all entries, deleted ones
 * included.
 */
export function modelledFigures(all: readonly JournalEntry[], question: Question): Record<string, unknown> {
  const { accountId, symbol, asOf, on, per, timeZone } = question;
  const balances = new BalancesModel();
  const cash = kinds.map((kind) => [kind, new PeriodCashModel(kind, { per, timeZone })] as const);
  const ordered = all
    .filter((entry) => isKnown(entry, asOf))
    .filter((entry) => accountId === undefined || entry.accountId === accountId)
    .filter((entry) => symbol === undefined || entry.symbol === symbol)
    .sort(followOneAnother);
  for (const entry of ordered.filter((entry) => on === undefined || dayOf(entry, timeZone) <= on))
    for (const model of [balances, ...cash.map(([, model]) => model)]) model.add(entry);
  const legacy = new LegacyModel(ordered);
  const isOfAll = accountId === undefined && symbol === undefined && asOf === undefined;
  return {
    'legacy positions': legacy.positions(),
    'legacy lots': legacy.lots(),
    'weekly premium': legacy.weeklyPremium(),
    'cost basis': legacy.costBasis(),
    ...(isOfAll && { v_weekly_premium: legacy.weeklyPremium(), v_cost_basis: legacy.costBasis() }),
    balances: balances.balances(),
    ...Object.fromEntries(cash.map(([kind, model]) => [kind, model.sums()])),
  };
}
