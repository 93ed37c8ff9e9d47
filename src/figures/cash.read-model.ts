import { Injectable } from '@nestjs/common';
import type { DecimalString } from '../model/decimal.js';
import { optionPremiumTypes, type EntryType } from '../model/entry-type.js';
import type { Row } from '../driver/contract/row.js';
import { readRows } from '../driver/statements/run-statement.js';
import { UserScope } from '../isolation/user-scope.js';
import { literalList } from '../model/sql-text.js';
import {
  checkRequest,
  dayRequest,
  endOn,
  figureEntries,
  figurePlan,
  periodicRequest,
} from './figure-request.js';
import type { DayRequest, PeriodicRequest } from './figure-request.js';
import { periodLabel, periodOf } from '../journal/period-sql.js';

/** Sum of one kind of entries of one symbol in one period. */
export interface PeriodCash {
  /** `2026-01-05`, `2026-W01`, `2026-01`, `2026-Q1` or `2026`, by the request's `per`. */
  period: string;
  symbol: string | null;
  /** Number of entries. */
  count: number;
  /** Decimal string with eight places: + received, − paid. */
  amount: DecimalString;
}

/** Sum of the entries of one account. */
export interface CashBalance {
  accountId: string;
  /** Number of entries. */
  count: number;
  /** Sum of their amounts since the first entry, with eight places: + received, − paid. */
  balance: DecimalString;
}

export interface CashRequest extends DayRequest, PeriodicRequest {}

/** The rule of a CashRequest. */
export const cashRequest = dayRequest.extend(periodicRequest);

/**
 * Cash flows and balances of the user in scope, derived from the journal by each call.
 *
 * Every method throws InvalidInputError for an invalid request, and UserScopeMissingError outside
 * `UserScope.run`.
 *
 * ```ts
 * await cash.premium({ per: 'week', timeZone: 'America/Denver' });
 * // [{ period: '2026-W01', symbol: 'AAPL', count: 1, amount: '312.00000000' }, …]
 * ```
 */
@Injectable()
export class CashReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Option premium by period and symbol, oldest first. Premium counts in the period in which it was
   * received or paid; `ProfitReadModel` counts it in the period in which it is realised.
   */
  async premium(request: CashRequest): Promise<PeriodCash[]> {
    return this.#byPeriod(optionPremiumTypes, request);
  }

  /** Dividends by period and symbol, oldest first. */
  async dividends(request: CashRequest): Promise<PeriodCash[]> {
    return this.#byPeriod(['dividend'], request);
  }

  /** Fees by period and symbol, oldest first: − paid, + refunded. */
  async fees(request: CashRequest): Promise<PeriodCash[]> {
    return this.#byPeriod(['fee'], request);
  }

  /**
   * The balance of every account that has entries, ordered by account; with `on` at the end of that
   * day, otherwise of all entries, those of future days included.
   *
   * ```ts
   * await cash.balances({ on: '2025-12-31', timeZone: 'America/New_York' });
   * // [{ accountId: 'acct-1', count: 412, balance: '20278.00000000' }]
   * ```
   */
  async balances(request: DayRequest = {}): Promise<CashBalance[]> {
    const checked = checkRequest(dayRequest, request);
    const { on, timeZone = 'UTC' } = checked;
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    if (on !== undefined) endOn(selection, on, selection.parameter(timeZone));
    const { where, values } = selection;
    const text = `SELECT account_id, count(*), sum(amount) FROM journal WHERE ${where} GROUP BY account_id ORDER BY account_id`;
    const map = ({ fields: [accountId, count, balance] }: Row) =>
      ({ accountId, count: Number(count), balance }) as CashBalance;
    return readRows(manager, { text, values, plan: figurePlan(checked), map });
  }

  async #byPeriod(types: readonly EntryType[], request: CashRequest): Promise<PeriodCash[]> {
    const checked = checkRequest(cashRequest, request);
    const { per, on, timeZone = 'UTC' } = checked;
    const { manager, userId } = this.scope;
    const selection = figureEntries(userId, checked);
    const zone = selection.parameter(timeZone);
    endOn(selection, on, zone);
    const period = periodOf(per, zone);
    const text = `
      SELECT ${periodLabel(per, 'period')}, symbol, count, amount
      FROM (
        SELECT ${period} AS period, symbol, count(*) AS count, sum(amount) AS amount
        FROM journal WHERE ${selection.where} AND type IN (${literalList(types)}) GROUP BY 1, 2
      ) sums
      ORDER BY sums.period, symbol`;
    const map = ({ fields: [name, symbol, count, amount] }: Row) =>
      ({ period: name, symbol, count: Number(count), amount }) as PeriodCash;
    return readRows(manager, { text, values: selection.values, plan: figurePlan(checked), map });
  }
}
