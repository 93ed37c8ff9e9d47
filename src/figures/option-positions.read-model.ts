import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import type { Row } from '../driver/row.js';
import { runStatement } from '../driver/run-statement.js';
import { UserScope } from '../isolation/user-scope.js';
import { ratio } from './lots.js';
import { checkRequest, datedRequest, dayOf, figureEntries, figurePlan } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import { optionPositionsSql } from './option-position-sql.js';

/** Whether an option is a put or a call. */
export type OptionLeg = 'put' | 'call';

/**
 * Position of an account in one option. Contracts, prices and money are decimal strings with eight
 * places. A contract covers 100 shares.
 */
export interface OptionPosition {
  accountId: string;
  symbol: string | null;
  /** Null if no entry of the option states it, or entries state both. */
  leg: OptionLeg | null;
  strike: DecimalString | null;
  /** `YYYY-MM-DD`. */
  expiration: string | null;
  /** Contracts sold to open and neither bought back nor assigned; not negative. */
  short: DecimalString;
  /** Contracts bought to open and neither sold nor exercised; not negative. */
  long: DecimalString;
  /**
   * Average premium per share received for opening the short side, rounded to eight places; not
   * negative. Null if the short side was never opened.
   */
  averageShortPremium: DecimalString | null;
  /**
   * Average premium per share paid for opening the long side, rounded to eight places; not
   * negative. Null if the long side was never opened.
   */
  averageLongPremium: DecimalString | null;
  /** Day of the first opening, `YYYY-MM-DD`: the entry's `day`, or the UTC day of its `ts`. */
  openedOn: string;
  /** Calendar days from today to the expiration: 0 on the expiration day, then negative. */
  daysToExpiration: number | null;
  /** Cash needed if all short puts are assigned: strike × 100 × contracts. Otherwise null. */
  collateral: DecimalString | null;
  /** True after the expiration day: the contracts have ceased to exist without a closing entry. */
  isExpired: boolean;
}

/**
 * `open`: not past the expiration day, or without one. `expired`: past the expiration day, with
 * contracts that no entry closed.
 */
export const positionStatuses = ['open', 'expired', 'all'] as const;
export type PositionStatus = (typeof positionStatuses)[number];

export interface PositionsRequest extends DatedRequest {
  /** Default `open`. */
  status?: PositionStatus;
}

const positionsRequest = datedRequest.extend({
  status: z.enum(positionStatuses, `must be one of ${positionStatuses.join(', ')}`).optional(),
});

/** Option positions of the user in scope, derived from the journal by each call. */
@Injectable()
export class OptionPositionsReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Returns the positions that have contracts left, ordered by account, symbol, expiration, strike
   * and leg. Rules: docs/guides/read-models.md. `LegacyReadModel.positions` follows the browser
   * application's rules instead.
   *
   * ```ts
   * await positions.list({ symbol: 'AAPL', status: 'all' });
   * // [{ leg: 'put', strike: '180.00000000', short: '2.00000000',
   * //    averageShortPremium: '2.45000000', collateral: '36000.00000000', … }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async list(request: PositionsRequest = {}): Promise<OptionPosition[]> {
    const checked = checkRequest(positionsRequest, request);
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    let today = '';
    selection.and((parameter) => {
      today = `${parameter(dayOf(checked))}::date`;
      return ofStatus(checked.status ?? 'open', today);
    });
    const text = `
      SELECT account_id, symbol, leg, strike, expiration, short, long,
        CASE WHEN short_opened > 0 THEN ${ratio('short_premium', '(short_opened * 100)')} END,
        CASE WHEN long_opened > 0 THEN ${ratio('long_premium', '(long_opened * 100)')} END,
        opened_on, expiration - ${today},
        CASE WHEN leg = 'put' AND short > 0 THEN round(strike * 100 * short, 8) END, coalesce(expiration < ${today}, false)
      FROM (${optionPositionsSql(selection.where)}) positions
      WHERE short > 0 OR long > 0
      ORDER BY account_id, symbol, expiration, strike, leg`;
    return runStatement(manager, {
      text,
      values: selection.values,
      plan: figurePlan(checked),
      map: toPosition,
    });
  }
}

/** Filters entries before they are aggregated: all entries of a position have one expiration. */
function ofStatus(status: PositionStatus, today: string): string {
  if (status === 'open') return `(expiration >= ${today} OR expiration IS NULL)`;
  return status === 'expired' ? `expiration < ${today}` : `${today} IS NOT NULL`;
}

function toPosition({ fields }: Row): OptionPosition {
  const [accountId, symbol, leg, strike, expiration, short, long, shortPremium, longPremium, ...rest] =
    fields;
  const [openedOn, days, collateral, isExpired] = rest;
  return {
    ...{ accountId, symbol, leg, strike, expiration, short, long },
    ...{ averageShortPremium: shortPremium, averageLongPremium: longPremium, openedOn },
    ...{ daysToExpiration: days === null ? null : Number(days), collateral, isExpired: isExpired === 't' },
  } as OptionPosition;
}
