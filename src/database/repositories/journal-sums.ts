import type { EntityManager } from 'typeorm';
import type { DecimalString } from '../entities/decimal.js';
import { optionPremiumTypes } from '../entities/entry-type.js';
import type { EntryType } from '../entities/entry-type.js';
import { filteredEntries } from './journal-filter.js';
import type { JournalFilter } from './journal-filter.js';
import { isStorable } from './storable.js';

/** Exact sums over entries. */
export interface JournalTotals {
  count: number;
  /** Sum of the positive amounts. */
  inflow: DecimalString;
  /** Sum of the negative amounts, without their sign. */
  outflow: DecimalString;
  /** `inflow` − `outflow`. */
  net: DecimalString;
}

/** Cash from option legs in one week. */
export interface WeeklyPremium {
  /** ISO 8601 week of `ts` in UTC, such as `2026-W01`. */
  week: string;
  count: number;
  /** + received, − paid. */
  premium: DecimalString;
}

/** Count and exact sum of the entries of one account, type and symbol. */
export interface ControlSum {
  accountId: string;
  type: EntryType;
  symbol: string | null;
  count: number;
  amount: DecimalString;
}

const count = 'count(*)::integer';
const sum = 'coalesce(sum(entry.amount), 0::numeric(20,8))::text';

/** Inflow, outflow and net of the entries that pass the filter. */
export async function totals(
  manager: EntityManager,
  userId: string,
  filter: JournalFilter,
): Promise<JournalTotals> {
  const [row] = await filteredEntries(manager, userId, filter)
    .select(count, 'count')
    .addSelect(
      'coalesce(sum(entry.amount) FILTER (WHERE entry.amount > 0), 0::numeric(20,8))::text',
      'inflow',
    )
    .addSelect(
      'coalesce(-sum(entry.amount) FILTER (WHERE entry.amount < 0), 0::numeric(20,8))::text',
      'outflow',
    )
    .addSelect(sum, 'net')
    .getRawMany<JournalTotals>();
  if (row === undefined) throw new Error('an aggregate returned no row');
  return row;
}

/** Premium by week, oldest first. */
export function premiumByWeek(
  manager: EntityManager,
  userId: string,
  filter: JournalFilter,
): Promise<WeeklyPremium[]> {
  return filteredEntries(manager, userId, filter)
    .andWhere('entry.type IN (:...premiumTypes)', { premiumTypes: optionPremiumTypes })
    .select(`to_char(entry.ts AT TIME ZONE 'UTC', 'IYYY-"W"IW')`, 'week')
    .addSelect(count, 'count')
    .addSelect(sum, 'premium')
    .groupBy('week')
    .orderBy('week')
    .getRawMany<WeeklyPremium>();
}

/** The control sums of the entries with these ids, deleted ones included. */
export function controlSums(
  manager: EntityManager,
  userId: string,
  ids: readonly string[],
): Promise<ControlSum[]> {
  return filteredEntries(manager, userId, { status: 'all' })
    .andWhere('entry.id = ANY(:ids)', { ids: ids.filter(isStorable) })
    .select('entry.accountId', 'accountId')
    .addSelect('entry.type', 'type')
    .addSelect('entry.symbol', 'symbol')
    .addSelect(count, 'count')
    .addSelect(sum, 'amount')
    .groupBy('entry.accountId, entry.type, entry.symbol')
    .getRawMany<ControlSum>();
}
