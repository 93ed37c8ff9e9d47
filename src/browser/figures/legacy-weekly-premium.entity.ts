import { ViewColumn, ViewEntity } from 'typeorm';
import type { DecimalString } from '../../model/decimal.js';

/**
 * The browser application's view `v_weekly_premium` over entries that are not deleted: its own
 * counted those too, which was a fault. `LegacyReadModel.weeklyPremium` has it of one account too,
 * and as known at an instant. `JournalRepository.premiumByWeek` and `CashReadModel.premium` have
 * ISO weeks and the long side.
 */
@ViewEntity({ name: 'v_weekly_premium', synchronize: false })
export class LegacyWeeklyPremium {
  @ViewColumn({ name: 'user_id' })
  userId!: string;

  /**
   * Of `ts` in UTC as SQLite's `%Y-%W` has it: weeks begin on Monday, and the days before the first
   * one are week 00.
   */
  @ViewColumn()
  week!: string;

  @ViewColumn()
  symbol!: string | null;

  /**
   * Of sell_to_open, buy_to_close, expiration and option_premium; zero for weeks with nothing but
   * other entries.
   */
  @ViewColumn()
  premium!: DecimalString;
}
