import { entryColumns } from '../../model/journal-entry.entity.js';
import { isDecimalColumn } from '../../model/entry-column.js';
import { Decimal, toColumnScale } from '../../model/decimal.js';

/** The columns of the browser application's journal, the six audit columns last. */
export const journalColumns = entryColumns.filter(({ inBrowser }) => inBrowser).map(({ name }) => name);

/**
 * The columns of an exported journal. `day` and `recorded` are not columns of the browser
 * application.
 */
export const exportedColumns = entryColumns.map(({ name }) => name);

/**
 * Table of an exported SQLite file for values that the browser application's columns cannot hold:
 * decimals that are not doubles, columns that the application lacks, and types that it does not
 * know. The application never reads the table. The importer takes a decimal or a type from the
 * table only if the row still has the value that the export wrote instead of it.
 */
export const keptValuesTable = 'journal_exact_decimals';

export const keptValuesSchema = `CREATE TABLE ${keptValuesTable} (
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
  .filter((column) => column.inBrowser && isDecimalColumn(column))
  .map(({ name }) => name);

/** The content columns that the browser application lacks. */
export const keptColumns = entryColumns
  .filter(({ inBrowser, part }) => !inBrowser && part === 'content')
  .map(({ name }) => name);

/** Whether the importer would restore the decimal from its nearest double. */
export function survivesAsDouble(decimal: string): boolean {
  return new Decimal(toColumnScale(new Decimal(Number(decimal)))).equals(decimal);
}

const quarterHour = 15 * 60_000;

/** Whether the instant is midnight in some time zone: all offsets are multiples of 15 minutes. */
export function isPossibleMidnight(instant: Date): boolean {
  return instant.getTime() % quarterHour === 0;
}
