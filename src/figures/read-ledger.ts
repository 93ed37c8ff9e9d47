import { storedIds } from '../journal/find-entries.js';
import { readRows } from '../driver/statements/run-statement.js';
import type { UserScope } from '../isolation/user-scope.js';
import { todayOf, endOn, figureEntries, figurePlan, type DatedRequest } from './figure-request.js';
import { dayOf } from './ledger/calendar.js';
import { assignFees, EntryVersions } from './ledger/fee-trades.js';
import { Holdings } from './ledger/holdings.js';
import { postEntries } from './ledger/ledger.js';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import type { CostMethod } from './ledger/lots.js';
import { ledgerRowsSql, LedgerReader, type LedgerContent } from './ledger/read-entries.js';
import type { LedgerReport } from './ledger/report.js';
import { TaxRules } from './ledger/tax-rules.js';
import { Trading } from './ledger/trading.js';

interface LedgerOptions extends LedgerContent {
  readonly report?: LedgerReport;
  /** Default `average`. */
  readonly method?: CostMethod | undefined;
  /** Closes the options that have expired, without cash. */
  readonly expires?: boolean;
}

/**
 * Reads the entries of the user in scope, posts them to a new ledger, and returns its holdings.
 * Posts all accounts and symbols: a transfer or a corporate action moves lots between them.
 *
 * @param request a checked request, whose account and symbol are ignored
 */
export async function readLedger(
  scope: UserScope,
  request: DatedRequest,
  options: LedgerOptions,
): Promise<Holdings> {
  const { report = {}, method = 'average', basis } = options;
  const today = todayOf(request);
  const holdings = new Holdings(method);
  const entries = await readEntries(scope, { ...request, today }, holdings, options);
  const tax = basis === 'tax' ? new TaxRules(report, holdings) : undefined;
  // Only by tax the entries contain fees.
  const findIds = (ids: readonly string[]) => storedIds(scope, ids, request.asOf);
  const { others, unassigned } = await assignFees(entries, () => readVersions(scope), findIds);
  for (const fee of unassigned) report.unassignedFee?.(fee);
  const trading = new Trading(tax ?? report, dayOf(today));
  postEntries([...others, ...unassigned], holdings, trading, tax);
  if (options.expires === true) for (const position of holdings.positions()) trading.expire(position);
  return holdings;
}

async function readVersions(scope: UserScope): Promise<EntryVersions> {
  const versions = new EntryVersions();
  await readRows(scope.manager, {
    text: `
    SELECT original_entry_id, id FROM journal WHERE user_id = $1 AND original_entry_id IS NOT NULL`,
    values: [scope.userId],
    plan: 'generic',
    map: (row) => versions.add(row.text(0) as string, row.text(1) as string),
  });
  return versions;
}

/**
 * Reads the entries of the ledger of the user in scope, in any order, and reports income.
 *
 * @param request a checked request, whose account and symbol are ignored
 * @param holdings receives the holdings and contracts of the entries
 */
export async function readEntries(
  scope: UserScope,
  request: DatedRequest,
  holdings: Holdings,
  { report = {}, ...content }: Omit<LedgerOptions, 'method' | 'expires'> = {},
): Promise<LedgerEntry[]> {
  const { asOf, on, timeZone = 'UTC' } = request;
  const selection = figureEntries(scope.userId, { asOf });
  const zone = selection.parameter(timeZone);
  endOn(selection, on, zone);
  const reader = new LedgerReader(holdings, report);
  await readRows(scope.manager, {
    text: ledgerRowsSql(selection, zone, todayOf(request), content),
    values: selection.values,
    plan: figurePlan({ asOf, on }),
    map: (row) => reader.read(row),
  });
  return reader.entries;
}
