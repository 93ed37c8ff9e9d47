import Table from 'cli-table3';
import { Decimal } from '../model/decimal.js';
import { oneLine } from './printing.js';

/** A column of a table: its heading, and `right` for numbers. */
export type Column = string | { heading: string; align: 'right' };

/** Rows as a plain-text table. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const printed = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column.heading)),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : column.align)),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) printed.push(row.map((cell) => (cell === null ? '' : oneLine(String(cell)))));
  return printed.toString();
}

/** A column of numbers. */
export function numbers(heading: string): Column {
  return { heading, align: 'right' };
}

/** An exact decimal without the zeros that say nothing. */
export function quantity(decimal: string | null): string | null {
  return decimal === null ? null : decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

/** An exact decimal as people read money: at least two decimals, and no zeros beyond them. */
export function money(decimal: string | null): string | null {
  return decimal === null ? null : decimal.replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** An exact decimal to the cent, rounded half away from zero, with its thousands told apart. */
export function cents(decimal: string | null): string | null {
  return decimal === null ? null : grouped(new Decimal(decimal).toFixed(2));
}

/** To the cent, rounded up: for what must not be less. */
export function centsUp(decimal: string): string {
  return grouped(new Decimal(decimal).toFixed(2, Decimal.ROUND_CEIL));
}

function grouped(amount: string): string {
  return amount.replace(/^-0\.00$/, '0.00').replace(/\B(?=(\d{3})+\.)/g, ',');
}
