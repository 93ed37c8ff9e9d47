import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Row } from '../driver/row.js';
import { runStatement } from '../driver/run-statement.js';
import { UserScope } from '../isolation/user-scope.js';
import { Calendar } from './calendar.js';
import {
  checkRequest,
  datedRequest,
  dayOf,
  figureEntries,
  figurePlan,
  periodicRequest,
} from './figure-request.js';
import type { DatedRequest, PeriodicRequest } from './figure-request.js';
import { localTime, periodOf } from '../journal/period-sql.js';
import { ProfitBook } from './profit-book.js';
import type { RealisedProfit } from './profit-book.js';
import { RealisedOptions } from './realised-options.js';
import { RealisedShares } from './realised-shares.js';
import { costMethods } from './share-trade-sql.js';
import type { CostMethod } from './share-trade-sql.js';
import { unitsOf } from './units.js';

export type { RealisedProfit } from './profit-book.js';

export interface ProfitRequest extends DatedRequest, PeriodicRequest {
  /** Cost-basis method for shares; default `average`. Options are always first in, first out. */
  method?: CostMethod;
}

const profitRequest = datedRequest.extend({
  ...periodicRequest,
  method: z.enum(costMethods, `must be one of ${costMethods.join(', ')}`).optional(),
});

/** Realised profit and loss of the user in scope, derived from the journal by each call. */
@Injectable()
export class ProfitReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Returns realised profit by period and symbol, oldest first. Leaves out rows in which every sum
   * is zero. Expiration closes contracts, so the result depends on the current day (`today`, or the
   * day in `timeZone`). Rules: docs/guides/read-models.md.
   *
   * ```ts
   * await profits.realised({ per: 'month', method: 'fifo', timeZone: 'America/Denver' });
   * // [{ period: '2026-02', symbol: 'AAPL', options: '370.00000000', shares: '0.00000000',
   * //    dividends: '0.00000000', fees: '-0.65000000', total: '369.35000000' }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async realised(request: ProfitRequest): Promise<RealisedProfit[]> {
    const checked = checkRequest(profitRequest, request);
    const { per, timeZone = 'UTC', method = 'average' } = checked;
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    const { where } = selection;
    const zone = selection.parameter(timeZone);
    const day = `${localTime(zone)}::date`;
    // The database sums fees and dividends. Options and shares are matched here, row by row: first
    // in, first out in SQL needs several sorts of all entries. Memory holds one object per entry
    // that opens or closes contracts or trades shares.
    const text = `
      SELECT 'option' AS kind, * FROM (${RealisedOptions.rows(where, day)}) options
      UNION ALL SELECT 'share' AS kind, * FROM (${RealisedShares.rows(where, day)}) shares
      UNION ALL
      SELECT type, ${periodOf(per, zone)}::date, sum(amount), symbol, ${Array(9).fill('NULL').join(', ')}
      FROM journal WHERE ${where} AND type IN ('dividend', 'fee') GROUP BY 1, 2, 4`;
    const calendar = new Calendar(per);
    const book = new ProfitBook();
    const options = new RealisedOptions(book, calendar, dayOf(checked));
    const shares = new RealisedShares(book, calendar, method);
    const map = (row: Row) => {
      const kind = row.ascii(0);
      if (kind === 'option') return options.take(row, 1);
      if (kind === 'share') return shares.take(row, 1);
      const [period, amount] = [calendar.periodOf(row.ascii(1) as string), unitsOf(row.ascii(2) as string)];
      book.add(period, row.text(3), kind === 'fee' ? 'fees' : 'dividends', amount);
    };
    await runStatement(manager, { text, values: selection.values, plan: figurePlan(checked), map });
    options.close();
    shares.sell();
    return book.rows();
  }
}
