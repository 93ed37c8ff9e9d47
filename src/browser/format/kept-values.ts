import { entryColumns, isDecimalColumn } from '../../model/entry-column.js';
import { Decimal, toColumnScale } from '../../model/decimal.js';

/**
 * The columns of the browser application's journal, the six audit columns last. The list is final:
 * the SQLite export keeps the values of any other content column beside the journal.
 */
export const browserColumns = [
  'id',
  'ts',
  'account_id',
  'symbol',
  'type',
  'qty',
  'amount',
  'strike',
  'expiration',
  'underlying_price',
  'notes',
  'meta',
  'deleted_at',
  'edited_by',
  'edit_reason',
  'original_entry_id',
  'created_at',
  'updated_at',
] as const;

/** Whether the browser application's journal has a column. */
export function isInBrowser({ name }: { name: string }): boolean {
  return (browserColumns as readonly string[]).includes(name);
}

/** The columns of an exported journal, in the order of the entity. */
export const exportedColumns = entryColumns.map(({ name }) => name);

/**
 * Table of an exported SQLite file for values that the browser application's columns cannot hold:
 * decimals that are not doubles, columns that the application lacks, types that it does not know,
 * and the recording order where `created_at` does not show it. The application never reads the
 * table. The importer takes a decimal or a type from the table only if the row still has the value
 * that the export wrote instead of it.
 */
export const keptValuesTable = 'journal_exact_decimals';

export const keptValuesSchema = `CREATE TABLE IF NOT EXISTS ${keptValuesTable} (
  entry_id TEXT NOT NULL,
  column_name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (entry_id, column_name)
)`;

/**
 * Table of an exported SQLite file for the closed accounts: the browser application's `accounts`
 * have no `closed_at`.
 */
export const closedAccountsTable = 'closed_accounts';

export const closedAccountsSchema = `CREATE TABLE ${closedAccountsTable} (
  account_id TEXT PRIMARY KEY,
  closed_at TEXT NOT NULL
)`;

/** The columns of exact decimals. */
export const decimalColumns = entryColumns.filter(isDecimalColumn).map(({ name }) => name);

/** The decimal columns that are doubles in the browser application. */
export const doubleColumns = entryColumns
  .filter((column) => isInBrowser(column) && isDecimalColumn(column))
  .map(({ name }) => name);

/** The content columns that the browser application lacks. */
export const keptColumns = entryColumns
  .filter((column) => column.part === 'content' && !isInBrowser(column))
  .map(({ name }) => name);

/** Whether the importer would restore the decimal from its nearest double. */
export function survivesAsDouble(decimal: string): boolean {
  return new Decimal(toColumnScale(new Decimal(Number(decimal)))).equals(decimal);
}

const quarterHour = 15 * 60_000;

/**
 * Whether the instant is midnight in some time zone: since 1972 all offsets are multiples of 15
 * minutes.
 */
export function isPossibleMidnight(instant: Date): boolean {
  return instant.getTime() % quarterHour === 0;
}
