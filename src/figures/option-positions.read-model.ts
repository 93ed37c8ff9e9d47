import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DecimalString } from '../model/decimal.js';
import type { Row } from '../driver/row.js';
import { runStatement } from '../driver/run-statement.js';
import { UserScope } from '../isolation/user-scope.js';
import { ratio } from './exact-ratio.js';
import { checkRequest, datedRequest, dayOf, figureEntries, figurePlan } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import { optionPositionsSql } from './option-position-sql.js';

/** Whether an option is a put or a call. */
export type OptionLeg = 'put' | 'call';

/** Contracts of one option that an account holds or owes. A contract is of 100 shares. */
export interface OptionPosition {
  accountId: string;
  symbol: string | null;
  /** Null where no entry says it. */
  leg: OptionLeg | null;
  strike: DecimalString | null;
  /** `YYYY-MM-DD` */
  expiration: string | null;
  /** Contracts sold and neither bought back nor assigned; never negative. */
  short: DecimalString;
  /** Contracts bought and neither sold nor exercised; never negative. */
  long: DecimalString;
  /**
   * Premium a share received on opening the short side, rounded to eight places; null if it was
   * never opened.
   */
  averageShortPremium: DecimalString | null;
  /**
   * Premium a share paid on opening the long side, rounded to eight places; null if it was never
   * opened.
   */
  averageLongPremium: DecimalString | null;
  /**
   * Day of the first opening, `YYYY-MM-DD`: the day that the trader typed, or else the day of `ts`
   * in UTC.
   */
  openedOn: string;
  /**
   * From today to the expiration: 0 on the last day, negative afterwards; null without an
   * expiration.
   */
  daysToExpiration: number | null;
  /**
   * Strike × 100 × contracts of short puts, which assignment would cost; null for anything else.
   */
  collateral: DecimalString | null;
  /**
   * Whether the expiration day is over. The contracts are nobody's any more, although no entry
   * closed them.
   */
  isExpired: boolean;
}

/** `open`: not past the expiration day. `expired`: past it, and closed by no entry. */
export const positionStatuses = ['open', 'expired', 'all'] as const;
export type PositionStatus = (typeof positionStatuses)[number];

export interface PositionsRequest extends DatedRequest {
  /** `open` unless given. */
  status?: PositionStatus;
}

const positionsRequest = datedRequest.extend({
  status: z.enum(positionStatuses, `must be one of ${positionStatuses.join(', ')}`).optional(),
});

/** The option positions of the user in scope, derived from the journal. */
@Injectable()
export class OptionPositionsReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Positions with contracts left, by account, symbol, expiration, strike and leg. The rules are in
   * docs/guides/read-models.md; what the browser application showed instead is
   * `LegacyReadModel.positions`.
   *
   * @throws InvalidInputError
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

/** What is left out here need not be added up. */
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
