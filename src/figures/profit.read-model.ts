import { Injectable } from '@nestjs/common';
import { UserScope } from '../isolation/user-scope.js';
import {
  checkRequest,
  concerns,
  datedRequest,
  dayRequest,
  method,
  periodicRequest,
  withOneDay,
} from './figure-request.js';
import type { DatedRequest, DayRequest, PeriodicRequest } from './figure-request.js';
import { ClosedLots, type ClosedLot } from './closed-lots.js';
import type { CostMethod } from './ledger/lots.js';
import { readLedger } from './read-ledger.js';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import { unassignedFee, type UnassignedFee } from './ledger/unassigned-fees.js';
import { UnmatchedEntries, type UnmatchedEntry } from './ledger/unmatched.js';
import { ProfitBook, type RealisedProfit } from './profit-book.js';
import { oneOf } from '../model/input-check.js';

export type { RealisedProfit } from './profit-book.js';
export type { ClosedLot } from './closed-lots.js';

/**
 * Bases of profit. `cash`: the premium of an option is realised by itself, and a fee counts on its
 * day. `tax`: the rules of IRS Publication 550, by which the premium of an assigned option and the
 * fees of a trade belong to the cost or the proceeds of the shares.
 */
export const profitBases = ['cash', 'tax'] as const;
export type ProfitBasis = (typeof profitBases)[number];

export interface ClosedLotsRequest extends DatedRequest {
  /** Which shares a sale closes; default `fifo`. Options are always first in, first out. */
  method?: CostMethod;
}

export interface ProfitRequest extends DatedRequest, PeriodicRequest {
  /** Default `cash`. */
  basis?: ProfitBasis;
  /**
   * Which shares a sale closes; default `average` by cash and `fifo` by tax. Options are always
   * first in, first out.
   */
  method?: CostMethod;
}

const basis = oneOf(profitBases).optional();
/** The rule of a ProfitRequest. */
export const profitRequest = withOneDay(datedRequest.extend({ ...periodicRequest, basis, method }));
/** The rule of a ClosedLotsRequest. */
export const closedLotsRequest = withOneDay(datedRequest.extend({ method }));

/** Realised profit and loss of the user in scope, derived from the journal by each call. */
@Injectable()
export class ProfitReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Returns realised profit by period and symbol, oldest first. Leaves out rows in which every sum
   * is zero. Expiration closes contracts, so the result depends on the current day (`today`, `on`,
   * or the day in `timeZone`). Rules: docs/guides/figures/profit.md.
   *
   * ```ts
   * await profits.realised({ per: 'month', method: 'fifo', timeZone: 'America/Denver' });
   * // [{ period: '2026-02', symbol: 'AAPL', options: '370.00000000', shares: '0.00000000',
   * //    dividends: '0.00000000', fees: '-0.65000000', …, total: '369.35000000' }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async realised(request: ProfitRequest): Promise<RealisedProfit[]> {
    const checked = checkRequest(profitRequest, request);
    const { per, basis = 'cash', method = basis === 'tax' ? 'fifo' : 'average' } = checked;
    const book = new ProfitBook(per, basis, (holding) => concerns(checked, holding));
    await readLedger(this.scope, checked, { report: book, method, basis, incomePer: per, expires: true });
    return book.rows();
  }

  /**
   * Returns every lot that was closed, with the columns of Form 8949, by the tax rules: ordered by
   * closing day. Purchases after `on` replace no shares of a wash sale: for a year, take an `on`
   * 30 days later. It is no tax advice; docs/guides/figures/tax.md lists what is not covered.
   *
   * ```ts
   * await profits.closedLots({ timeZone: 'America/New_York' });
   * // [{ description: '100 sh. AAPL', acquired: '2025-03-03', sold: '2026-02-10', term: 'short',
   * //    proceeds: '17000.00000000', basis: '16200.00000000', gain: '800.00000000', … }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async closedLots(request: ClosedLotsRequest = {}): Promise<ClosedLot[]> {
    const checked = checkRequest(closedLotsRequest, request);
    const { method = 'fifo' } = checked;
    const lots = new ClosedLots((holding) => concerns(checked, holding));
    const options = { report: lots, method, basis: 'tax', expires: true } as const;
    await readLedger(this.scope, checked, options);
    return lots.rows();
  }

  /**
   * Returns the entries without a counterpart, on options and on shares, in the order of the
   * ledger. Their cash is in no profit.
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async unmatched(request: ClosedLotsRequest = {}): Promise<UnmatchedEntry[]> {
    const checked = checkRequest(closedLotsRequest, request);
    const report = new UnmatchedEntries(({ holding }) => concerns(checked, holding));
    await readLedger(this.scope, checked, { report, method: checked.method });
    return report.rows();
  }

  /**
   * Returns the fees that belong to no trade, in the order of the ledger: profit by tax has them in
   * `fees`, and no closed lot has them in its basis or proceeds. A fee whose id is
   * `<id of a trade>:fee` belongs to that trade.
   *
   * ```ts
   * await profits.unassignedFees({ on: '2025-12-31' });
   * // [{ id: 'f-9', accountId: 'acct-1', symbol: null, day: '2025-06-30', amount: '-9.00000000' }]
   * ```
   *
   * @throws InvalidInputError for an invalid request
   * @throws UserScopeMissingError outside `UserScope.run`
   */
  async unassignedFees(request: DayRequest = {}): Promise<UnassignedFee[]> {
    const checked = checkRequest(dayRequest, request);
    const fees: LedgerEntry[] = [];
    const report = { unassignedFee: (fee: LedgerEntry) => fees.push(fee) };
    await readLedger(this.scope, checked, { report, basis: 'tax' });
    return fees.filter(({ holding }) => concerns(checked, holding)).map(unassignedFee);
  }
}
