import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import type { Row } from '../driver/row.js';
import { runStatement } from '../driver/run-statement.js';
import { UserScope } from '../isolation/user-scope.js';
import { isOptionLeg } from '../journal/entry-kinds.js';
import { ratio, ratioUp } from './lots.js';
import { checkRequest, datedRequest, dayOf, figureEntries, figurePlan } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import { optionPositionsSql } from './option-position-sql.js';
import { averageLotsSql, costMethods, fifoLotsSql, shareTradesSql } from './share-trade-sql.js';
import type { CostMethod } from './share-trade-sql.js';

/**
 * Shares of one symbol held in an account. Shares and money are decimal strings with eight places.
 */
export interface ShareLot {
  accountId: string;
  symbol: string | null;
  /** Positive; fractions are possible. */
  shares: DecimalString;
  /** Cost basis of the shares held; not negative. */
  totalCost: DecimalString;
  /** totalCost ÷ shares, rounded to eight places. */
  averageCost: DecimalString;
  /** All option premium of this account and symbol since the first entry: + received, − paid. */
  netPremium: DecimalString;
  /**
   * Lowest strike at which an assigned call recovers the cost: (totalCost − netPremium) ÷ shares,
   * rounded up to eight places; zero if the premium exceeds the cost.
   */
  minimumStrike: DecimalString;
  /** Whole contracts of calls that the shares can still cover; negative: contracts not covered. */
  coveredCallCapacity: DecimalString;
}

export interface LotsRequest extends DatedRequest {
  /** Cost-basis method; default `average`. */
  method?: CostMethod;
}

const lotsRequest = datedRequest.extend({
  method: z.enum(costMethods, `must be one of ${costMethods.join(', ')}`).optional(),
});

/** Shares held by the user in scope, derived from the journal by each call. */
@Injectable()
export class ShareLotsReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Returns one lot per account and symbol that holds shares, ordered by account and symbol. Rules:
   * docs/guides/read-models.md. `LegacyReadModel.lots` follows the browser application's rules.
   *
   * ```ts
   * await shareLots.list({ accountId: 'acct-1', method: 'fifo' });
   * // [{ symbol: 'AAPL', shares: '150.00000000', totalCost: '24500.00000000',
   * //    averageCost: '163.33333333', minimumStrike: '161.66666667', … }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async list(request: LotsRequest = {}): Promise<ShareLot[]> {
    const checked = checkRequest(lotsRequest, request);
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    const { where } = selection;
    const today = `${selection.parameter(dayOf(checked))}::date`;
    const trades = shareTradesSql(where);
    const notExpired = `${where} AND (expiration >= ${today} OR expiration IS NULL)`;
    // UNION ALL and GROUP BY instead of joins: the planner chooses a join by estimated row counts,
    // which a generic plan gets wrong.
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
