import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import type { Row } from '../driver/row.js';
import { runStatement } from '../driver/run-statement.js';
import { UserScope } from '../isolation/user-scope.js';
import { isOptionLeg } from '../journal/entry-kinds.js';
import { ratio, ratioUp } from './exact-ratio.js';
import { checkRequest, datedRequest, dayOf, figureEntries, figurePlan } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import { optionPositionsSql } from './option-position-sql.js';
import { averageLotsSql, costMethods, fifoLotsSql, shareTradesSql } from './share-trade-sql.js';
import type { CostMethod } from './share-trade-sql.js';

/** The shares of one symbol that an account holds. */
export interface ShareLot {
  accountId: string;
  symbol: string | null;
  /** Above zero. */
  shares: DecimalString;
  /** What these shares cost, exact to eight places. */
  totalCost: DecimalString;
  /** A share, rounded to eight places. */
  averageCost: DecimalString;
  /**
   * Net premium of the options of this account and symbol since the beginning: + received, − paid.
   */
  netPremium: DecimalString;
  /**
   * The lowest strike at which a call can be assigned without a loss: cost less net premium, a
   * share, rounded up to eight places; zero if the premium has paid for the shares.
   */
  minimumStrike: DecimalString;
  /** How many more calls can be sold that these shares cover; negative if more are sold already. */
  coveredCallCapacity: DecimalString;
}

export interface LotsRequest extends DatedRequest {
  /** `average` unless given. */
  method?: CostMethod;
}

const lotsRequest = datedRequest.extend({
  method: z.enum(costMethods, `must be one of ${costMethods.join(', ')}`).optional(),
});

/** The shares that the user in scope holds, derived from the journal. */
@Injectable()
export class ShareLotsReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * What is held, by account and symbol. The rules are in docs/guides/read-models.md; what the
   * browser application showed instead is `LegacyReadModel.lots`.
   *
   * @throws InvalidInputError
   */
  async list(request: LotsRequest = {}): Promise<ShareLot[]> {
    const checked = checkRequest(lotsRequest, request);
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    const { where } = selection;
    const today = `${selection.parameter(dayOf(checked))}::date`;
    const trades = shareTradesSql(where);
    const notExpired = `${where} AND (expiration >= ${today} OR expiration IS NULL)`;
    // Put together by grouping and not by joins: these depend on how many rows are expected, which
    // one plan for all users gets wrong.
    const text = `
      SELECT account_id, symbol, shares, cost, ${ratio('cost', 'shares')}, premium,
        ${ratioUp('cost - premium', 'shares')}, floor(shares * 0.01) - short
      FROM (
        SELECT account_id, symbol, sum(shares) AS shares, sum(cost) AS cost,
          coalesce(sum(premium), 0.00000000) AS premium, coalesce(sum(short), 0.00000000) AS short
        FROM (
          SELECT account_id, symbol, shares, cost, NULL::numeric AS premium, NULL::numeric AS short
          FROM (${checked.method === 'fifo' ? fifoLotsSql(trades) : averageLotsSql(trades)}) held
          UNION ALL
          SELECT account_id, symbol, NULL, NULL, sum(amount), NULL FROM journal WHERE ${where} AND ${isOptionLeg} GROUP BY 1, 2
          UNION ALL
          SELECT account_id, symbol, NULL, NULL, NULL, sum(short)
          FROM (${optionPositionsSql(notExpired)}) positions WHERE leg IS DISTINCT FROM 'put' GROUP BY 1, 2
        ) parts
        GROUP BY 1, 2
      ) lots
      WHERE shares > 0
      ORDER BY account_id, symbol`;
    return runStatement(manager, { text, values: selection.values, plan: figurePlan(checked), map: toLot });
  }
}

function toLot({ fields }: Row): ShareLot {
  const [accountId, symbol, shares, totalCost, averageCost, netPremium, minimumStrike, capacity] = fields;
  return {
    ...{ accountId, symbol, shares, totalCost, averageCost, netPremium, minimumStrike },
    ...{ coveredCallCapacity: capacity },
  } as ShareLot;
}
