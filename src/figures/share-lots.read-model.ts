import { Injectable } from '@nestjs/common';
import type { DecimalString } from '../model/decimal.js';
import { UserScope } from '../isolation/user-scope.js';
import { compareBytes } from './ledger/byte-order.js';
import { dayOf, dayText, isExpired, type Day } from './ledger/calendar.js';
import { checkRequest, concerns, datedRequest, method, todayOf, withOneDay } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import type { Holding } from './ledger/holdings.js';
import type { CostMethod } from './ledger/lots.js';
import { isOfOption } from './ledger/ledger-entry.js';
import { readLedger } from './read-ledger.js';
import { UnmatchedEntries, type UnmatchedEntry } from './ledger/unmatched.js';
import { decimalOf, unitsPerWhole, quotient, floorQuotient } from './ledger/units.js';

/**
 * Shares of one symbol held in an account. Shares and money are decimal strings with eight places.
 */
export interface ShareLot {
  accountId: string;
  symbol: string | null;
  /** + held, − sold short; fractions are possible. */
  shares: DecimalString;
  /** Cost basis of the shares held. */
  totalCost: DecimalString;
  /** totalCost ÷ shares held, rounded to eight places; null if none are held. */
  averageCost: DecimalString | null;
  /** Received for the shares that are sold short. */
  proceeds: DecimalString;
  /** proceeds ÷ shares sold short, rounded to eight places; null if none are. */
  averageProceeds: DecimalString | null;
  /** All option premium of this account and symbol since the first entry: + received, − paid. */
  netPremium: DecimalString;
  /**
   * Lowest strike at which an assigned call recovers the cost: (totalCost − netPremium) ÷ shares,
   * rounded up to eight places; zero if the premium exceeds the cost. Null if no shares are held.
   */
  minimumStrike: DecimalString | null;
  /**
   * Highest strike at which an assigned put covers the short shares without a loss: (proceeds +
   * netPremium) ÷ shares, rounded down to eight places, not negative. Null without short shares.
   */
  maximumStrike: DecimalString | null;
  /** Whole contracts of calls that the shares can still cover; negative: contracts not covered. */
  coveredCallCapacity: DecimalString;
}

/** Shares of one symbol in an account that were acquired, or sold short, together. */
export interface OpenLot {
  accountId: string;
  symbol: string | null;
  /** The id of the entry that opened the lot. */
  entryId: string;
  /** `YYYY-MM-DD`. Corporate actions and transfers keep it. */
  acquiredOn: string;
  /** + held, − sold short. */
  shares: DecimalString;
  /** Cost of shares held, or proceeds of shares sold short. */
  amount: DecimalString;
}

export interface LotsRequest extends DatedRequest {
  /** Cost-basis method; default `average`. */
  method?: CostMethod;
}

/** The rule of a LotsRequest. */
export const lotsRequest = withOneDay(datedRequest.extend({ method }));

/** Shares of the user in scope, derived from the journal by each call. */
@Injectable()
export class ShareLotsReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Returns one row per account and symbol in which shares are held or sold short, ordered by
   * account and symbol. Rules: docs/guides/figures/lots.md. `LegacyReadModel.lots` follows the
   * browser application's rules.
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
    // Read the clock once: the day may end during the call.
    const today = todayOf(checked);
    return (await this.#holdings({ ...checked, today })).map((holding) => toShareLot(holding, dayOf(today)));
  }

  /**
   * Returns the single lots, ordered by account, symbol and acquisition, long lots first. With
   * `method: 'average'` an account and symbol has at most one long lot.
   *
   * ```ts
   * await shareLots.open({ method: 'fifo', on: '2025-12-31', timeZone: 'America/New_York' });
   * // [{ symbol: 'AAPL', entryId: 'buy-1', acquiredOn: '2025-03-03', shares: '100.00000000', … }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async open(request: LotsRequest = {}): Promise<OpenLot[]> {
    const holdings = await this.#holdings(checkRequest(lotsRequest, request));
    return holdings.flatMap(({ accountId, symbol, long, short }) =>
      [...long.lots, ...short.lots.map((lot) => ({ ...lot, pieces: -lot.pieces }))]
        .filter(({ pieces }) => pieces !== 0n)
        .map(({ openedBy, acquiredOn, pieces, amount }) => ({
          ...{ accountId, symbol, entryId: openedBy.id, acquiredOn: dayText(acquiredOn) },
          ...{ shares: decimalOf(pieces), amount: decimalOf(amount) },
        })),
    );
  }

  /**
   * Returns the entries on shares without a counterpart, in the order of the ledger: transfers of
   * shares that the account does not hold, cash of corporate actions without a holding, and trades
   * without a quantity. A sale of more shares than are held opens a short position instead.
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async unmatched(request: LotsRequest = {}): Promise<UnmatchedEntry[]> {
    const checked = checkRequest(lotsRequest, request);
    const report = new UnmatchedEntries((entry) => !isOfOption(entry) && concerns(checked, entry.holding));
    await readLedger(this.scope, checked, { report, method: checked.method });
    return report.rows();
  }

  async #holdings(checked: LotsRequest): Promise<Holding[]> {
    const options = { method: checked.method, expired: 'premium' } as const;
    const holdings = await readLedger(this.scope, checked, options);
    return [...holdings]
      .filter(
        (holding) => concerns(checked, holding) && (holding.long.pieces > 0n || holding.short.pieces > 0n),
      )
      .sort(
        (left, right) =>
          compareBytes(left.accountId, right.accountId) || compareBytes(left.symbol, right.symbol),
      );
  }
}

function toShareLot({ accountId, symbol, long, short, premium, contracts }: Holding, today: Day): ShareLot {
  const [held, sold, totalCost, proceeds] = [long.pieces, short.pieces, long.amount, short.amount];
  const covered = [...contracts.values()]
    .filter(({ expiration }) => !isExpired(expiration, today))
    .flatMap(({ positions }) => positions)
    .filter(({ leg }) => leg !== 'put')
    .flatMap((position) => position.short.lots)
    .reduce((sum, { pieces, deliverable }) => sum + pieces * deliverable, 0n);
  const capacity = floorQuotient(
    (held - sold) * unitsPerWhole - covered,
    100n * unitsPerWhole * unitsPerWhole,
  );
  return {
    ...{ accountId, symbol, shares: decimalOf(held - sold) },
    totalCost: decimalOf(totalCost),
    averageCost: held === 0n ? null : decimalOf(quotient(totalCost * unitsPerWhole, held)),
    proceeds: decimalOf(proceeds),
    averageProceeds: sold === 0n ? null : decimalOf(quotient(proceeds * unitsPerWhole, sold)),
    netPremium: decimalOf(premium),
    minimumStrike:
      held === 0n
        ? null
        : decimalOf(notNegative(-floorQuotient((premium - totalCost) * unitsPerWhole, held))),
    maximumStrike:
      sold === 0n ? null : decimalOf(notNegative(floorQuotient((proceeds + premium) * unitsPerWhole, sold))),
    coveredCallCapacity: decimalOf(capacity * unitsPerWhole),
  };
}

function notNegative(units: bigint): bigint {
  return units > 0n ? units : 0n;
}
