import Table from 'cli-table3';
import { Decimal } from '../model/decimal.js';
import { oneLine } from './printing.js';

export type TableRow = readonly (string | number | null)[];

/**
 * Formats rows as a plain-text table.
 *
 * @param columns headings; `>` before a heading aligns the column to the right, for numbers
 */
export function table(columns: readonly string[], rows: readonly TableRow[]): string {
  const printed = new Table({
    head: columns.map((column) => column.replace(/^>/, '')),
    colAligns: columns.map((column) => (column.startsWith('>') ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) printed.push(row.map((cell) => (cell === null ? '' : oneLine(String(cell)))));
  return printed.toString();
}

/** Removes trailing zeros of a decimal. */
export function quantity(decimal: string | null): string | null {
  return decimal === null ? null : decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

/** Formats an exact amount with at least two decimals, without further trailing zeros. */
export function money(decimal: string): string {
  return decimal.replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** Rounds to cents, half away from zero, with thousands separators. */
export function cents(decimal: string | null): string | null {
  return decimal === null ? null : grouped(new Decimal(decimal).toFixed(2));
}

/** Rounds up to cents, for minimum prices, with thousands separators. */
export function centsUp(decimal: string): string {
  return grouped(new Decimal(decimal).toFixed(2, Decimal.ROUND_CEIL));
}

function grouped(amount: string): string {
  return amount.replace(/^-0\.00$/, '0.00').replace(/\B(?=(\d{3})+\.)/g, ',');
}
