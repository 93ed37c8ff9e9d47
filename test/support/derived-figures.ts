import {
  CashReadModel,
  LegacyCostBasis,
  LegacyReadModel,
  LegacyWeeklyPremium,
  OptionPositionsReadModel,
  ProfitReadModel,
  ShareLotsReadModel,
} from '../../src/index.js';
import type { CostMethod, FigurePeriod, JournalEntry } from '../../src/index.js';
import { BalancesModel, PeriodCashModel } from '../oracles/cash.model.js';
import { LegacyModel } from '../oracles/legacy.model.js';
import { OptionPositionsModel } from '../oracles/option-positions.model.js';
import { ProfitModel } from '../oracles/profit.model.js';
import { followOneAnother, isKnown } from '../oracles/rules.js';
import { ShareLotsModel } from '../oracles/share-lots.model.js';
import type { JournalUnderTest } from './database-journal.js';

/** What the figures are asked for. */
export interface Question {
  accountId?: string;
  symbol?: string;
  asOf?: Date;
  today: string;
  per: FigurePeriod;
  timeZone: string;
  method: CostMethod;
}

const statuses = ['open', 'expired', 'all'] as const;
const kinds = ['premium', 'dividends', 'fees'] as const;

/** Every figure as the read models have it. */
export async function figuresOf(
  under: JournalUnderTest,
  question: Question,
): Promise<Record<string, unknown>> {
  const { today, per, timeZone, method, ...entries } = question;
  const [positions, lots] = [under.get(OptionPositionsReadModel), under.get(ShareLotsReadModel)];
  const [cash, profit] = [under.get(CashReadModel), under.get(ProfitReadModel)];
  const figures: Record<string, unknown> = {
    lots: await lots.list({ ...entries, today, method }),
    balances: await cash.balances(entries),
    realised: await profit.realised({ ...entries, today, per, timeZone, method }),
  };
  for (const status of statuses)
    figures[`positions, ${status}`] = await positions.list({ ...entries, today, status });
  for (const kind of kinds) figures[kind] = await cash[kind]({ ...entries, per, timeZone });
  const legacy = under.get(LegacyReadModel);
  figures['legacy positions'] = await legacy.positions(entries);
  figures['legacy lots'] = await legacy.lots(entries);
  figures['weekly premium'] = (await legacy.weeklyPremium(entries)).map(withoutUser);
  figures['cost basis'] = (await legacy.costBasis(entries)).map(withoutUser);
  // The views take no question.
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

/** Every figure as the model has it, from all entries that there ever were. */
export function modelledFigures(all: readonly JournalEntry[], question: Question): Record<string, unknown> {
  const { accountId, symbol, asOf, today, per, timeZone, method } = question;
  const positions = new OptionPositionsModel();
  const lots = new ShareLotsModel(method);
  const balances = new BalancesModel();
  const profit = new ProfitModel({ per, timeZone, today, method });
  const cash = kinds.map((kind) => [kind, new PeriodCashModel(kind, { per, timeZone })] as const);
  const ordered = all
    .filter((entry) => isKnown(entry, asOf))
    .filter((entry) => accountId === undefined || entry.accountId === accountId)
    .filter((entry) => symbol === undefined || entry.symbol === symbol)
    .sort(followOneAnother);
  for (const entry of ordered)
    for (const model of [positions, lots, balances, profit, ...cash.map(([, model]) => model)])
      model.add(entry);
  const legacy = new LegacyModel(ordered);
  const isOfAll = accountId === undefined && symbol === undefined && asOf === undefined;
  return {
    'legacy positions': legacy.positions(),
    'legacy lots': legacy.lots(),
    'weekly premium': legacy.weeklyPremium(),
    'cost basis': legacy.costBasis(),
    ...(isOfAll && { v_weekly_premium: legacy.weeklyPremium(), v_cost_basis: legacy.costBasis() }),
    lots: lots.lots(today),
    balances: balances.balances(),
    realised: profit.realised(),
    ...Object.fromEntries(
      statuses.map((status) => [`positions, ${status}`, positions.positions(today, status)]),
    ),
    ...Object.fromEntries(cash.map(([kind, model]) => [kind, model.sums()])),
  };
}
