import { Injectable } from '@nestjs/common';
import type { DecimalString } from '../../model/decimal.js';
import type { LegacyCostBasis, LegacyWeeklyPremium } from './legacy-views.entity.js';
import type { Row } from '../../driver/contract/row.js';
import { readRows } from '../../driver/statements/run-statement.js';
import { UserScope } from '../../isolation/user-scope.js';
import { opensShort } from '../../journal/type-conditions.js';
import { checkRequest, dayRequest, figureEntries, figureRequest } from '../../figures/figure-request.js';
import type { DayRequest, FigureRequest } from '../../figures/figure-request.js';
import { costBasisSql, lotsSql, ratio, weeklyPremiumSql } from './legacy-views-sql.js';
import { minimumStrikeHistory, type MinimumStrike } from './minimum-strikes.js';

/** A short option position by the browser application's rules. */
export interface LegacyPosition {
  symbol: string | null;
  strike: DecimalString | null;
  /** `YYYY-MM-DD`. */
  expiration: string | null;
  /** Contracts; positive. */
  qty: DecimalString;
  /** Average premium per share, rounded to eight places; not negative. */
  entry: DecimalString;
  /** UTC day of the newest opening, `YYYY-MM-DD`. */
  opened: string;
}

/** Shares by the browser application's rules. */
export interface LegacyLot {
  symbol: string | null;
  /** Number of shares; positive. */
  qty: DecimalString;
  /** Average cost, rounded to eight places. */
  costPerShare: DecimalString;
}

/**
 * The browser application's results by its own rules, including their errors, for comparison only:
 * `positions` keeps expired options and ignores long ones; `lots` sells shares before it buys them.
 * Deleted entries are excluded. Differences: docs/guides/figures/browser-application.md.
 *
 * Only minimum strikes take `on`: the other figures of the browser application counted all entries.
 *
 * Every method throws InvalidInputError for an invalid request, and UserScopeMissingError outside
 * `UserScope.run`.
 */
@Injectable()
export class LegacyReadModel {
  constructor(private readonly scope: UserScope) {}

  /**
   * Short positions by symbol, strike and expiration; puts and calls of all accounts are merged.
   * Includes positions past their expiration day.
   */
  async positions(request: FigureRequest = {}): Promise<LegacyPosition[]> {
    const opened = `sum(qty) FILTER (WHERE ${opensShort})`;
    const closed = `sum(qty) FILTER (WHERE type = 'buy_to_close' OR type = 'expiration' AND meta->'assigned' = 'true')`;
    const sql = (where: string) => `
      SELECT symbol, strike, expiration, opened - closed, ${ratio('premium', '(opened * 100)')}, newest
      FROM (
        SELECT symbol, strike, expiration, ${opened} AS opened, coalesce(${closed}, 0) AS closed,
          sum(abs(amount)) FILTER (WHERE ${opensShort}) AS premium, (max(ts) FILTER (WHERE ${opensShort}) AT TIME ZONE 'UTC')::date AS newest
        FROM journal
        WHERE ${where} AND qty > 0 AND type IN ('sell_to_open', 'option_premium', 'buy_to_close', 'expiration')
        GROUP BY symbol, strike, expiration
      ) positions
      WHERE opened > closed
      ORDER BY symbol, expiration, strike`;
    return this.#read(request, sql, ['symbol', 'strike', 'expiration', 'qty', 'entry', 'opened']);
  }

  /**
   * Shares by symbol over all accounts, at average cost. Trades apply from the newest to the
   * oldest, as in the browser application: once shares were sold, the result is not the real
   * holding.
   */
  async lots(request: FigureRequest = {}): Promise<LegacyLot[]> {
    const sql = (where: string) => `
      SELECT symbol, shares, ${ratio('cost', 'shares')}
      FROM (${lotsSql(where)}) lots
      WHERE shares > 0 ORDER BY symbol`;
    return this.#read(request, sql, ['symbol', 'qty', 'costPerShare']);
  }

  /** The rows of the view `v_weekly_premium`, by week and symbol, from the requested entries. */
  async weeklyPremium(request: FigureRequest = {}): Promise<LegacyWeeklyPremium[]> {
    return this.#read(request, weeklyPremiumSql, ['userId', 'week', 'symbol', 'premium']);
  }

  /** The rows of the view `v_cost_basis`, by symbol, from the requested entries. */
  async costBasis(request: FigureRequest = {}): Promise<LegacyCostBasis[]> {
    return this.#read(request, costBasisSql, ['userId', 'symbol', 'shares', 'netCash', 'averageCost']);
  }

  /**
   * The minimum strike of every symbol with shares, ordered by symbol; with `on` at
   * the end of that day. It is the average cost less the average premium of the short calls that no
   * entry has closed, expired calls included. The minimum strike of `ShareLotsReadModel` counts all
   * premium since the first entry.
   *
   * ```ts
   * await legacy.minimumStrikes({ on: '2026-10-25', timeZone: 'Europe/London' });
   * // [{ symbol: 'VOD', day: '2026-10-25', shares: '200.00000000', averageCost: '9.50000000',
   * //    premium: '0.31000000', minimumStrike: '9.19000000' }]
   * ```
   */
  async minimumStrikes(request: DayRequest = {}): Promise<MinimumStrike[]> {
    const rows = await this.minimumStrikeHistory(request);
    return rows.filter((row, index) => row.minimumStrike !== null && row.symbol !== rows[index + 1]?.symbol);
  }

  /**
   * The minimum strikes day by day: a row for each day on which the shares or calls of a symbol
   * changed, ordered by symbol and day; with `on` until that day. The row of a day on which the
   * last share was sold has no minimum strike. The browser application kept some of these rows in
   * `ticker_min_strikes`.
   */
  async minimumStrikeHistory(request: DayRequest = {}): Promise<MinimumStrike[]> {
    return minimumStrikeHistory(this.scope, checkRequest(dayRequest, request));
  }

  /** @param properties the property of each column, in the order of the columns */
  async #read<T>(
    request: FigureRequest,
    sql: (where: string) => string,
    properties: readonly (keyof T & string)[],
  ): Promise<T[]> {
    const { where, values } = figureEntries(this.scope.userId, checkRequest(figureRequest, request));
    const map = ({ fields }: Row) =>
      Object.fromEntries(properties.map((property, index) => [property, fields[index]])) as T;
    return readRows(this.scope.manager, { text: sql(where), values, map, plan: 'custom' });
  }
}
