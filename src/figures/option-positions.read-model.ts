import { Injectable } from '@nestjs/common';
import type { DecimalString } from '../model/decimal.js';
import { UserScope } from '../isolation/user-scope.js';
import { compareBytes } from './ledger/byte-order.js';
import { dayOf, dayText, isExpired, type Day } from './ledger/calendar.js';
import { checkRequest, concerns, datedRequest, todayOf, withOneDay } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import type { OptionLeg, OptionPosition as OpenPosition } from './ledger/holdings.js';
import type { LotSide } from './ledger/lots.js';
import { isOfOption } from './ledger/ledger-entry.js';
import { readLedger } from './read-ledger.js';
import { UnmatchedEntries, type UnmatchedEntry } from './ledger/unmatched.js';
import { decimalOf, unitsPerWhole, quotient, unitsOf } from './ledger/units.js';
import { oneOf } from '../model/input-check.js';

export type { OptionLeg } from './ledger/holdings.js';

/**
 * Position of an account in one option. Contracts, prices and money are decimal strings with eight
 * places.
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
   * Average premium per share received for the open short contracts, rounded to eight places. Null
   * without short contracts.
   */
  averageShortPremium: DecimalString | null;
  /**
   * Average premium per share paid for the open long contracts, rounded to eight places. Null
   * without long contracts.
   */
  averageLongPremium: DecimalString | null;
  /** Day of the oldest opening of the open contracts, `YYYY-MM-DD`. */
  openedOn: string;
  /** Calendar days from today to the expiration: 0 on the expiration day, then negative. */
  daysToExpiration: number | null;
  /** Cash for the assignment of all short puts: strike × multiplier × contracts; or null. */
  collateral: DecimalString | null;
  /** Cash of a contract = price × multiplier: 100 for most. Null if the open contracts differ. */
  multiplier: DecimalString | null;
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

/** The rule of a PositionsRequest. */
export const positionsRequest = withOneDay(
  datedRequest.extend({
    status: oneOf(positionStatuses).optional(),
  }),
);

/** Option positions of the user in scope, derived from the journal by each call. */
@Injectable()
export class OptionPositionsReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Returns the positions that have contracts left, ordered by account, symbol, expiration, strike
   * and leg. Rules: docs/guides/figures/positions.md. `LegacyReadModel.positions` follows the
   * browser application's rules instead.
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
    const { status = 'open' } = checked;
    // Read the clock once: the day may end during the call.
    const todayText = todayOf(checked);
    const today = dayOf(todayText);
    const expired = status === 'open' ? 'nothing' : 'entries';
    const holdings = await readLedger(this.scope, { ...checked, today: todayText }, { expired });
    return [...holdings.positions()]
      .filter(({ contract, short, long }) => {
        if (!concerns(checked, contract.holding) || (short.pieces === 0n && long.pieces === 0n)) return false;
        return status === 'all' || isExpired(contract.expiration, today) === (status === 'expired');
      })
      .sort(byOption)
      .map((position) => toPosition(position, today));
  }

  /**
   * Returns the option entries that close more contracts than are open at their instant, in the
   * order of the ledger.
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async unmatched(request: DatedRequest = {}): Promise<UnmatchedEntry[]> {
    const checked = checkRequest(withOneDay(datedRequest), request);
    const report = new UnmatchedEntries((entry) => isOfOption(entry) && concerns(checked, entry.holding));
    await readLedger(this.scope, checked, { report });
    return report.rows();
  }
}

function byOption(left: OpenPosition, right: OpenPosition): number {
  const [one, other] = [left.contract, right.contract];
  return (
    compareBytes(one.holding.accountId, other.holding.accountId) ||
    compareBytes(one.holding.symbol, other.holding.symbol) ||
    compare(one.expiration, other.expiration) ||
    compare(strikeOf(left), strikeOf(right)) ||
    compareBytes(left.leg, right.leg)
  );
}

function strikeOf({ contract: { strike } }: OpenPosition): bigint | null {
  return strike === null ? null : unitsOf(strike);
}

/** Null last. */
function compare<T extends number | bigint>(one: T | null, other: T | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return Number(one > other) - Number(one < other);
}

function toPosition({ contract, leg, short, long }: OpenPosition, today: Day): OptionPosition {
  const { holding, strike, expiration } = contract;
  const lots = [...short.lots, ...long.lots].filter(({ pieces }) => pieces > 0n);
  const multipliers = new Set(lots.map(({ multiplier }) => multiplier));
  const openedOn = lots.reduce((first, { openedBy }) => Math.min(first, openedBy.day), Infinity);
  return {
    accountId: holding.accountId,
    symbol: holding.symbol,
    leg,
    strike: strike as DecimalString | null,
    expiration: expiration === null ? null : dayText(expiration),
    short: decimalOf(short.pieces),
    long: decimalOf(long.pieces),
    averageShortPremium: averagePremium(short),
    averageLongPremium: averagePremium(long),
    openedOn: dayText(openedOn),
    daysToExpiration: expiration === null ? null : expiration - today,
    collateral: leg === 'put' && strike !== null && short.pieces > 0n ? collateralOf(short, strike) : null,
    multiplier: multipliers.size === 1 ? decimalOf(lots[0]?.multiplier as bigint) : null,
    isExpired: isExpired(expiration, today),
  };
}

/** Contracts × multiplier of all lots, in units of units. */
function priced({ lots }: LotSide): bigint {
  return lots.reduce((sum, { pieces, multiplier }) => sum + pieces * multiplier, 0n);
}

function averagePremium(side: LotSide): DecimalString | null {
  const shares = priced(side);
  return shares === 0n ? null : decimalOf(quotient(side.amount * unitsPerWhole * unitsPerWhole, shares));
}

function collateralOf(short: LotSide, strike: string): DecimalString {
  return decimalOf(quotient(unitsOf(strike) * priced(short), unitsPerWhole * unitsPerWhole));
}
