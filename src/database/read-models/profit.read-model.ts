import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DecimalString } from '../entities/decimal.js';
import type { Row } from '../statements/row.js';
import { runStatement } from '../statements/run-statement.js';
import { UserScope } from '../user-scope.js';
import { checkRequest, datedRequest, dayOf, figureEntries, periodicRequest } from './figure-request.js';
import type { DatedRequest, PeriodicRequest } from './figure-request.js';
import { periodLabel, periodOf, periodOfDay } from './period-sql.js';
import { realisedOptionsSql } from './realised-options-sql.js';
import { realisedSharesSql } from './realised-shares-sql.js';
import { costMethods, shareTradesSql } from './share-trade-sql.js';
import type { CostMethod } from './share-trade-sql.js';

/** What was gained and lost for good with one symbol in one period: + gained, − lost. */
export interface RealisedProfit {
  /** `2026-W01`, `2026-01` or `2026`, as was asked for. */
  period: string;
  /** Null for fees and the like that concern none. */
  symbol: string | null;
  /** Of contracts that were closed, assigned or exercised, or that expired: premium received less premium paid. */
  options: DecimalString;
  /** Of shares that were sold: what was received less what they had cost. */
  shares: DecimalString;
  dividends: DecimalString;
  /** Mostly negative. */
  fees: DecimalString;
  /** The sum of the four. */
  total: DecimalString;
}

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
   * By period and symbol, oldest first; what was neither gained nor lost is left out. Options past their expiration are closed by
   * it, so that it matters what day it is: `today`, or else the day in `timeZone`.
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
    const period = periodOf(per, zone);
    const isOver = `expiration < ${selection.parameter(dayOf(checked))}::date`;
    const text = `
      WITH ${realisedOptionsSql(where, period, periodOfDay(per, 'expiration'), isOver)},
      ${realisedSharesSql(shareTradesSql(where), method, period)},
      realised AS (
        SELECT symbol, period, taken AS options, 0 AS shares, 0 AS dividends, 0 AS fees FROM realised_options
        UNION ALL SELECT symbol, period, 0, profit, 0, 0 FROM realised_shares
        UNION ALL
        SELECT symbol, ${period} AS period, 0, 0, ${sumOf('dividend')}, ${sumOf('fee')}
        FROM journal WHERE ${where} AND type IN ('dividend', 'fee') GROUP BY symbol, period
      )
      SELECT ${periodLabel(per, 'period')}, symbol, options, shares, dividends, fees, options + shares + dividends + fees
      FROM (
        SELECT period, symbol, ${['options', 'shares', 'dividends', 'fees'].map((name) => `round(sum(${name}), 8) AS ${name}`).join(', ')}
        FROM realised GROUP BY period, symbol
      ) sums
      WHERE options <> 0 OR shares <> 0 OR dividends <> 0 OR fees <> 0
      ORDER BY sums.period, symbol`;
    return runStatement(manager, { text, values: selection.values, map: toProfit });
  }
}

const sumOf = (type: string) => `coalesce(sum(amount) FILTER (WHERE type = '${type}'), 0)`;

function toProfit({
  fields: [period, symbol, options, shares, dividends, fees, total],
}: Row): RealisedProfit {
  return { period, symbol, options, shares, dividends, fees, total } as RealisedProfit;
}
