import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DecimalString } from '../entities/decimal.js';
import type { Row } from '../statements/row.js';
import { runStatement } from '../statements/run-statement.js';
import { UserScope } from '../user-scope.js';
import { isOptionLeg } from './entry-kinds.js';
import { ratio, ratioUp } from './exact-ratio.js';
import { checkRequest, datedRequest, dayOf, figureEntries } from './figure-request.js';
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
  /** Net premium of the options of this account and symbol since the beginning: + received, − paid. */
  netPremium: DecimalString;
  /**
   * The lowest strike at which a call can be assigned without a loss: cost less net premium, a share, rounded up to eight places;
   * zero if the premium has paid for the shares.
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
   * What is held, by account and symbol. The rules are in docs/guides/read-models.md; what the browser application showed
   * instead is `LegacyReadModel.lots`.
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
    const text = `
      WITH held AS (${checked.method === 'fifo' ? fifoLotsSql(trades) : averageLotsSql(trades)}),
      premiums AS (
        SELECT account_id, coalesce(symbol, '') AS symbol, sum(amount) AS premium
        FROM journal WHERE ${where} AND ${isOptionLeg} GROUP BY 1, 2
      ), calls AS (
        SELECT account_id, coalesce(symbol, '') AS symbol, sum(short) AS short
        FROM (${optionPositionsSql(notExpired)}) positions WHERE leg IS DISTINCT FROM 'put' GROUP BY 1, 2
      ), lots AS (
        SELECT account_id, held.symbol, shares, cost, coalesce(premium, 0.00000000) AS premium, coalesce(short, 0.00000000) AS short
        FROM (SELECT account_id, coalesce(symbol, '') AS symbol, shares, cost FROM held WHERE shares > 0) held
          LEFT JOIN premiums USING (account_id, symbol) LEFT JOIN calls USING (account_id, symbol)
      )
      SELECT account_id, nullif(symbol, ''), shares, cost, ${ratio('cost', 'shares')}, premium,
        ${ratioUp('cost - premium', 'shares')}, floor(shares * 0.01) - short
      FROM lots ORDER BY account_id, nullif(symbol, '')`;
    return runStatement(manager, { text, values: selection.values, map: toLot });
  }
}

function toLot({ fields }: Row): ShareLot {
  const [accountId, symbol, shares, totalCost, averageCost, netPremium, minimumStrike, capacity] = fields;
  return {
    ...{ accountId, symbol, shares, totalCost, averageCost, netPremium, minimumStrike },
    ...{ coveredCallCapacity: capacity },
  } as ShareLot;
}
