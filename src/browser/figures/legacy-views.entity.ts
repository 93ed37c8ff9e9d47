import { ViewColumn, ViewEntity } from 'typeorm';
import type { DecimalString } from '../../model/decimal.js';

/**
 * The browser application's view `v_weekly_premium`. Unlike the original view it excludes deleted
 * entries. `LegacyReadModel.weeklyPremium` filters by account and instant.
 * `JournalRepository.premiumByWeek` and `CashReadModel.premium` use ISO weeks and include long
 * options.
 */
@ViewEntity({ name: 'v_weekly_premium', synchronize: false })
export class LegacyWeeklyPremium {
  @ViewColumn({ name: 'user_id' })
  userId!: string;

  /** SQLite's `%Y-%W` of `ts` in UTC: weeks begin on Monday; week 00 precedes the first Monday. */
  @ViewColumn({ name: 'week' })
  week!: string;

  @ViewColumn({ name: 'symbol' })
  symbol!: string | null;

  /**
   * Sum of sell_to_open, buy_to_close, expiration and option_premium: + received, − paid. Zero for
   * weeks with other entries only.
   */
  @ViewColumn({ name: 'premium' })
  premium!: DecimalString;
}

/**
 * The browser application's view `v_cost_basis`: purchases and sales netted by symbol over all
 * accounts. Unlike the original view it excludes deleted entries. `LegacyReadModel.costBasis`
 * filters by account and instant. For the cost basis of held shares use `ShareLotsReadModel`.
 */
@ViewEntity({ name: 'v_cost_basis', synchronize: false })
export class LegacyCostBasis {
  @ViewColumn({ name: 'user_id' })
  userId!: string;

  @ViewColumn({ name: 'symbol' })
  symbol!: string | null;

  /** Assigned or bought − sold; can be negative. */
  @ViewColumn({ name: 'shares' })
  shares!: DecimalString | null;

  /** Sum of the amounts of the share trades: + received, − paid. */
  @ViewColumn({ name: 'net_cash' })
  netCash!: DecimalString;

  /** −netCash ÷ shares, rounded to eight places; null if `shares` is 0. */
  @ViewColumn({ name: 'avg_cost' })
  averageCost!: DecimalString | null;
}
