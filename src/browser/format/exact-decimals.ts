import { Decimal, toColumnScale } from '../../database/entities/decimal.js';

/**
 * The table in which an exported SQLite file keeps the decimals that its doubles do not hold. The browser application never looks at
 * it; the importer takes a value from it where the double beside the entry is still the one that was written with it.
 */
export const exactDecimalsTable = 'journal_exact_decimals';

/** The statement that makes it. */
export const exactDecimalsSchema = `CREATE TABLE ${exactDecimalsTable} (
  entry_id TEXT NOT NULL,
  column_name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (entry_id, column_name)
)`;

/** The columns of the legacy journal that are doubles. */
export const decimalColumns = ['qty', 'amount', 'strike', 'underlying_price'] as const;

/** Whether the importer would make the same decimal of the double that is nearest to it. */
export function survivesAsDouble(decimal: string): boolean {
  return new Decimal(toColumnScale(new Decimal(Number(decimal)))).equals(decimal);
}
