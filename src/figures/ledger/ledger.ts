import type { Holdings } from './holdings.js';
import { compareEntries, isOfOption, isOptionPremium, type LedgerEntry } from './ledger-entry.js';
import { resolveLegs } from './legs.js';
import { Options } from './options.js';
import { Shares } from './shares.js';
import type { TaxRules } from './tax-rules.js';
import type { Trading } from './trading.js';

/**
 * Posts a user's entries in their order: opens, closes and moves the lots of every account.
 * docs/reference/figure-rules.md defines each step.
 *
 * @param entries in any order; sorted in place
 * @param tax assigns the premium of assigned options to share trades; without it, share trades get
 *   no premium
 */
export function postEntries(
  entries: LedgerEntry[],
  holdings: Holdings,
  trading: Trading,
  tax?: TaxRules,
): void {
  const [options, shares] = [new Options(holdings, trading), new Shares(holdings, trading)];
  resolveLegs(entries);
  entries.sort(compareEntries);
  // Shares depend on options by the premium of an assignment. Options do not depend on shares.
  for (const entry of entries) {
    if (isOfOption(entry)) options.post(entry);
  }
  tax?.assignPremium(entries);
  for (const entry of entries) {
    if (entry.type === 'fee') trading.report.income?.(entry, 'fees', entry.amount);
    else if (isOptionPremium(entry.type)) {
      entry.holding.premium += entry.amount;
      if (entry.type === 'buy_to_open') tax?.boughtCalls(entry);
    } else if (!isOfOption(entry)) shares.post(entry);
  }
  tax?.finish();
}
