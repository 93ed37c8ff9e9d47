import type { EntryType } from '../../src/index.js';
import type { LedgerEntry } from '../oracles/ledger.model.js';
import { ledgerEntry } from './ledger-journals.js';

// Short notation for journals and figures that are calculated by hand.

export type LedgerRow = [
  day: string,
  type: EntryType,
  qty: number | null,
  amount: number,
  different?: Partial<LedgerEntry>,
];

/**
 * Entries `e1`, `e2`… at 15:00 UTC of the given days, recorded in this order.
 *
 * @example ledgerOf(['2026-01-05', 'assignment_shares', 100, -1000])
 */
export function ledgerOf(...rows: LedgerRow[]): LedgerEntry[] {
  return rows.map(([day, type, qty, amount, different], index) =>
    ledgerEntry({
      ...{ id: `e${index + 1}`, ts: new Date(`${day}T15:00:00Z`), recorded: String(index), type },
      qty: qty === null ? null : (String(qty) as `${number}`),
      amount: String(amount) as `${number}`,
      ...different,
    }),
  );
}

/** Removes trailing zeros from decimals: `'1.50000000'` → `'1.5'`. */
export function plain<T extends object>(rows: readonly T[]): Record<string, unknown>[] {
  const trimmed = (value: unknown) =>
    typeof value === 'string' && /^-?\d+\.\d{8}$/.test(value) ? value.replace(/\.?0+$/, '') : value;
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, trimmed(value)])),
  );
}
