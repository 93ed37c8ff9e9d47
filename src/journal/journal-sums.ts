import type { DecimalString } from '../model/decimal.js';
import type { EntryType } from '../model/entry-type.js';
import { isOptionLeg } from './type-conditions.js';
import { periodLabel, periodOf } from './period-sql.js';
import type { UserScope } from '../isolation/user-scope.js';
import type { Row } from '../driver/contract/row.js';
import { readRows } from '../driver/statements/run-statement.js';
import { arrayLiteral } from './entry-selection.js';
import { fromEntriesByIds } from './find-entries.js';
import { checkFilter, filteredEntries, planOf, type JournalFilter } from './journal-filter.js';
import { isStorable } from '../model/storable.js';

/** Exact sums of amounts. */
export interface JournalTotals {
  count: number;
  /** The sum of the positive amounts: money received. */
  inflow: DecimalString;
  /** The sum of the negative amounts with the sign dropped: money paid. Never negative. */
  outflow: DecimalString;
  /** `inflow` − `outflow`. */
  net: DecimalString;
}

/** Premium of option legs in one week. */
export interface WeeklyPremium {
  /** ISO 8601 week, such as `2026-W01`: of `day`, or of `ts` in UTC for an entry without a day. */
  week: string;
  /** The number of entries. */
  count: number;
  /** Positive is received, negative is paid. */
  premium: DecimalString;
}

/** Count and exact sum of the entries of one state, account, type and symbol. */
export interface ControlSum {
  /** True for live entries, false for deleted ones. */
  live: boolean;
  accountId: string;
  type: EntryType;
  symbol: string | null;
  count: number;
  amount: DecimalString;
}

const sum = 'coalesce(sum(amount), 0::numeric(20,8))';

/** @throws InvalidInputError */
export async function totals({ manager, userId }: UserScope, filter: JournalFilter): Promise<JournalTotals> {
  const checked = checkFilter(filter);
  const { where, values } = filteredEntries(userId, checked);
  const text = `
    SELECT count(*), coalesce(sum(amount) FILTER (WHERE amount > 0), 0::numeric(20,8)),
      coalesce(-sum(amount) FILTER (WHERE amount < 0), 0::numeric(20,8)), ${sum}
    FROM journal WHERE ${where}`;
  const map = ({ fields: [count, inflow, outflow, net] }: Row) =>
    ({ count: Number(count), inflow, outflow, net }) as JournalTotals;
  // Without a filter the generic plan is an index-only scan of the covering index.
  const plan = planOf(checked);
  const [row] = await readRows(manager, { text, values, map, plan });
  return row as JournalTotals;
}

/** @throws InvalidInputError */
export function premiumByWeek(
  { manager, userId }: UserScope,
  filter: JournalFilter,
): Promise<WeeklyPremium[]> {
  const checked = checkFilter(filter);
  const { where, values } = filteredEntries(userId, checked);
  const text = `
    SELECT ${periodLabel('week', 'week')}, count, premium FROM (
      SELECT ${periodOf('week', "'UTC'")} AS week, count(*) AS count, sum(amount) AS premium
      FROM journal WHERE ${where} AND ${isOptionLeg} GROUP BY 1
    ) weeks ORDER BY weeks.week`;
  const map = ({ fields: [week, count, premium] }: Row) =>
    ({ week, count: Number(count), premium }) as WeeklyPremium;
  return readRows(manager, { text, values, map, plan: planOf(checked) });
}

export function controlSums({ manager, userId }: UserScope, ids: readonly string[]): Promise<ControlSum[]> {
  const text = `
    SELECT deleted_at IS NULL, account_id, type, symbol, count(*), ${sum}
    ${fromEntriesByIds}
    GROUP BY 1, account_id, type, symbol`;
  const values = [userId, arrayLiteral([...new Set(ids.filter(isStorable))])];
  const map = ({ fields: [live, accountId, type, symbol, count, amount] }: Row) =>
    ({ live: live === 't', accountId, type, symbol, count: Number(count), amount }) as ControlSum;
  return readRows(manager, { text, values, map });
}
