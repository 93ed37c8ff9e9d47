import type {
  ExpirationOutcome,
  LocalStorageReport,
  PurchaseOutcome,
} from '../browser/import/report/local-storage-report.js';
import { money, numbers, quantity, table } from './table.js';

/** The sections of an import's report about a dump of localStorage. */
export function localStorageText(report: LocalStorageReport | null): string[] {
  if (report === null) return [];
  const { expirations, purchases, notTaken, unreadable } = report;
  return [
    ...section('Corrected expirations', expirationsTable, expirations),
    ...section('Options bought, which SQLite has as fees', purchasesTable, purchases),
    ...section('Found in localStorage, and not imported', notTakenTable, notTaken),
    ...section('Not as the browser application writes it, and not imported', unreadableTable, unreadable),
  ];
}

function section<T>(title: string, print: (items: readonly T[]) => string, items: readonly T[]): string[] {
  return items.length === 0 ? [] : [`${title}:\n${print(items)}`];
}

function expirationsTable(expirations: readonly ExpirationOutcome[]): string {
  const rows = expirations.map(({ symbol, strike, from, to, amended, unchanged, notApplied }) => {
    return [symbol, quantity(strike), from, to, amended.length, unchanged.length, reasonsText(notApplied)];
  });
  const columns = ['symbol', numbers('strike'), 'from', 'to', numbers('amended'), numbers('there already')];
  return table([...columns, 'not applied'], rows);
}

/** Number of entries that a cell names. */
const maxReasons = 3;

function reasonsText(notApplied: ExpirationOutcome['notApplied']): string {
  const shown = notApplied
    .slice(0, maxReasons)
    .map(({ id, reason }) => (id === null ? reason : `${id}: ${reason}`));
  const more = notApplied.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more entries; --json lists all`] : [])].join('; ');
}

function purchasesTable(purchases: readonly PurchaseOutcome[]): string {
  const rows = purchases.map(
    ({ boughtAt, symbol, leg, contracts, strike, expiration, amount, ...became }) => [
      boughtAt.slice(0, 10),
      symbol,
      leg,
      quantity(strike),
      expiration ?? 'unknown',
      quantity(contracts),
      money(amount),
      outcomes[became.outcome],
      became.reason,
    ],
  );
  const contract = ['bought (UTC)', 'symbol', 'leg', numbers('strike'), 'expiration', numbers('contracts')];
  return table([...contract, numbers('amount'), 'what was done', 'why'], rows);
}

const outcomes: Record<PurchaseOutcome['outcome'], string> = {
  amended: 'fee amended to buy_to_open',
  unchanged: 'there already',
  notApplied: 'not applied; the fee stays',
};

function notTakenTable(keys: LocalStorageReport['notTaken']): string {
  return table(
    ['key', numbers('items'), 'what'],
    keys.map(({ key, items, what }) => [key, items, what]),
  );
}

function unreadableTable(items: LocalStorageReport['unreadable']): string {
  return table(
    ['key', 'item', 'why'],
    items.map(({ key, item, reason }) => [key, item, reason]),
  );
}
