import { exportedColumns } from '../../format/kept-values.js';
import { FileProblem } from './file-problem.js';

/** The known columns of a table, and the columns that every version of the application has. */
export interface LegacyTable {
  readonly name: 'accounts' | 'journal';
  readonly columns: readonly string[];
  readonly required: readonly string[];
  /** Columns of exports of this package that an import ignores: the database generates them. */
  readonly own?: readonly string[];
}

/** Only exports of this package have `closed_at`. */
export const accountsTable: LegacyTable = {
  name: 'accounts',
  columns: ['id', 'name', 'closed_at'],
  required: ['id', 'name'],
  own: ['created_at', 'updated_at'],
};

/**
 * Old databases lack the six audit columns. Only exports of this package have columns that the
 * browser application does not know.
 */
export const journalTable: LegacyTable = {
  name: 'journal',
  columns: exportedColumns,
  required: ['id', 'ts', 'account_id', 'type', 'amount'],
};

/**
 * The known columns that the file has, in the order of the table.
 *
 * @throws FileProblem with the missing required columns
 */
export function knownColumns(table: LegacyTable, found: ReadonlySet<string>): string[] {
  const missing = table.required.filter((column) => !found.has(column));
  if (missing.length > 0) {
    const columns = `${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}`;
    throw new FileProblem(
      `has a \`${table.name}\` without the ${columns}, so it is not a journal of the browser application; give its ` +
        'database, `options-tracker.db`',
    );
  }
  return table.columns.filter((column) => found.has(column));
}

/** Unknown columns of the file, such as `journal.strategy`, which are not read. */
export function unreadColumns(table: LegacyTable, found: ReadonlySet<string>): string[] {
  const known = new Set([...table.columns, ...(table.own ?? [])]);
  return [...found].filter((column) => !known.has(column)).map((column) => `${table.name}.${column}`);
}
