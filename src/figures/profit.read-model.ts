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
  /** For shares; `average` unless given. Options are always first in, first out. */
  method?: CostMethod;
}

const profitRequest = datedRequest.extend({
  ...periodicRequest,
  method: z.enum(costMethods, `must be one of ${costMethods.join(', ')}`).optional(),
});

/** Realised profit and loss of the user in scope, derived from the journal. */
@Injectable()
export class ProfitReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * By period and symbol, oldest first; what was neither gained nor lost is left out. Options past
   * their expiration are closed by it, so that it matters what day it is: `today`, or else the day
   * in `timeZone`.
   *
   * Fees and dividends are added up by the database; options and shares are followed entry by entry
   * here, as the rows come. What is first in, first out would be several sorts of all of them
   * there. In memory are the entries that open and close contracts, and those that trade shares.
   *
   * @throws InvalidInputError
   */
  async realised(request: ProfitRequest): Promise<RealisedProfit[]> {
    const checked = checkRequest(profitRequest, request);
    const { per, timeZone = 'UTC', method = 'average' } = checked;
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    const { where } = selection;
    const zone = selection.parameter(timeZone);
    const day = `${localTime(zone)}::date`;
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
