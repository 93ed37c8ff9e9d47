import { entryColumns } from '../../model/journal-entry.entity.js';
import { Decimal, toColumnScale } from '../../model/decimal.js';

/**
 * The table in which an exported SQLite file keeps what the browser application's columns do not
 * hold: decimals that are no doubles, and days. The application never reads the table. The importer
 * takes a decimal from the table only if the entry's double is unchanged since the export.
 */
export const keptValuesTable = 'journal_exact_decimals';

/** The statement that makes it. */
export const keptValuesSchema = `CREATE TABLE ${keptValuesTable} (
  entry_id TEXT NOT NULL,
  column_name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (entry_id, column_name)
)`;

/** The columns of the legacy journal that are doubles. */
export const decimalColumns = entryColumns
  .filter(({ kind }) => kind === 'amount' || kind === 'quantity')
  .map(({ name }) => name);

/** Whether the importer would make the same decimal of the double that is nearest to it. */
export function survivesAsDouble(decimal: string): boolean {
  return new Decimal(toColumnScale(new Decimal(Number(decimal)))).equals(decimal);
}
