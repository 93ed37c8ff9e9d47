import { Decimal } from '../model/decimal.js';
import type { UnplacedEntries } from '../browser/import/report/import-report.js';
import type { ExplainedUnmatched, UnmatchedReason } from '../figures/explain-unmatched.js';
import { money, numbers, quantity, table } from './table.js';

/** Number of entries that a section shows. */
const maxRows = 20;

/** The sections of an import's report about entries that the figures cannot place. */
export function unplacedText({ unmatched, unassignedFees }: UnplacedEntries): string[] {
  return [...unmatchedText(unmatched), ...feesText(unassignedFees)];
}

function unmatchedText(unmatched: readonly ExplainedUnmatched[]): string[] {
  if (unmatched.length === 0) return [];
  const rows = unmatched
    .slice(0, maxRows)
    .map((entry) => [
      ...[entry.id, entry.day, entry.type, whatOf(entry), quantity(entry.quantity), money(entry.cash)],
      ...[reasons[entry.reason], nearText(entry)],
    ]);
  const amounts = [numbers('quantity'), numbers('cash')];
  const columns = ['id', 'day', 'type', 'of', ...amounts, 'why', 'one day away'];
  const head = 'Without a counterpart in the journal; figures count their cash only:';
  return [[head, table(columns, rows), ...more(unmatched.length)].join('\n')];
}

const reasons: Record<UnmatchedReason, string> = {
  notOpened: 'never opened',
  closedTooOften: 'closed more often than opened',
  notHeld: 'not held',
  withoutQuantity: 'no quantity',
};

function whatOf({ symbol, expiration, strike, leg }: ExplainedUnmatched): string {
  return [symbol, expiration, quantity(strike), leg].filter((part) => part !== null).join(' ');
}

function nearText({ near }: ExplainedUnmatched): string {
  if (near === null) return '';
  const verb = near.differsBy === 'expiration' ? 'expiring' : 'opened';
  return `${quantity(near.contracts)} open, ${verb} ${near.day}`;
}

function feesText(fees: UnplacedEntries['unassignedFees']): string[] {
  if (fees.length === 0) return [];
  const rows = fees
    .slice(0, maxRows)
    .map(({ id, day, accountId, symbol, amount }) => [id, day, accountId, symbol, money(amount)]);
  const total = Decimal.sum(...fees.map(({ amount }) => amount)).toFixed(8);
  const head = `Fees that belong to no trade (${fees.length}, ${money(total)} in all):`;
  const columns = ['id', 'day', 'account', 'symbol', numbers('amount')];
  return [[head, table(columns, rows), ...more(fees.length)].join('\n')];
}

function more(count: number): string[] {
  return count > maxRows ? [`And ${count - maxRows} more; --json lists all.`] : [];
}
