import { runStatement } from '../driver/run-statement.js';
import type { UserScope } from '../isolation/user-scope.js';
import type { EntryType } from '../model/entry-type.js';
import { dayOf, endOn, figureEntries, figurePlan } from './figure-request.js';
import type { DatedRequest } from './figure-request.js';
import { Holdings } from './ledger/holdings.js';
import { followLedger } from './ledger/ledger.js';
import type { CostMethod } from './ledger/lots.js';
import { isOpenOption, ledgerRowsSql, LedgerReader } from './ledger/read-entries.js';
import type { LedgerReport } from './ledger/report.js';
import { TaxRules } from './ledger/tax-rules.js';
import { Trading } from './ledger/trading.js';

export interface LedgerOptions {
  readonly report: LedgerReport;
  /** Default `average`. */
  readonly method?: CostMethod | undefined;
  /** The types of income to report; none by default. */
  readonly income?: readonly EntryType[];
  /** Default `cash`. */
  readonly basis?: 'cash' | 'tax';
  /**
   * Reads only options that have not expired: adjustments and transfers keep the expiration, and
   * options do not depend on shares.
   */
  readonly openOptionsOnly?: boolean;
  /** Closes the options that have expired, for nothing. */
  readonly expires?: boolean;
}

/**
 * Follows the ledger of the user in scope. It has the entries of all accounts and symbols: a
 * transfer or a corporate action moves lots between them.
 *
 * @param request a checked request; its account and symbol do not matter here
 */
export async function readLedger(
  scope: UserScope,
  { asOf, on, timeZone = 'UTC', today }: DatedRequest,
  options: LedgerOptions,
): Promise<Holdings> {
  const { report, method = 'average', income = [], basis = 'cash' } = options;
  const day = dayOf({ asOf, on, timeZone, today });
  const request = { ...(asOf && { asOf }) };
  const selection = figureEntries(scope.userId, request);
  const zone = selection.parameter(timeZone);
  endOn(selection, on, zone);
  if (options.openOptionsOnly === true) selection.and((parameter) => isOpenOption(parameter(day)));
  const holdings = new Holdings(method);
  const reader = new LedgerReader(holdings);
  await runStatement(scope.manager, {
    text: ledgerRowsSql(selection, zone, income),
    values: selection.values,
    plan: figurePlan({ ...request, ...(on !== undefined && { on }) }),
    map: (row) => reader.read(row),
  });
  const tax = basis === 'tax' ? new TaxRules(report, holdings, method) : undefined;
  const trading = new Trading(tax ?? report, method, day);
  followLedger(reader.entries, holdings, trading, tax);
  if (options.expires === true) for (const position of holdings.positions()) trading.expire(position);
  return holdings;
}
