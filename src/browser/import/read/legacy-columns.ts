import { exportedColumns } from '../../format/journal-columns.js';
import { LegacyFileError } from './legacy-file.error.js';

/**
 * A table that is read: the columns known of it, and those that no version of the old application
 * was without.
 */
export interface LegacyTable {
  readonly columns: readonly string[];
  readonly required: readonly string[];
  /** What an export of this package has besides, and the database says itself. */
  readonly own?: readonly string[];
}

/** The columns of `accounts`. */
export const accountsTable: LegacyTable = {
  columns: ['id', 'name'],
  required: ['id', 'name'],
  own: ['created_at', 'updated_at'],
};

/**
 * The columns of `journal`. Databases made before the audit columns lack all six; only exports have
 * the last.
 */
export const journalTable: LegacyTable = {
  columns: exportedColumns,
  required: ['id', 'ts', 'account_id', 'type', 'amount'],
};

/**
 * The known columns among those that the file has, in the order of the table.
 *
 * @throws LegacyFileError that names the required columns which are missing.
 */
export function knownColumns(
  path: string,
  name: string,
  table: LegacyTable,
  found: ReadonlySet<string>,
): string[] {
  const missing = table.required.filter((column) => !found.has(column));
  if (missing.length > 0) {
    const columns = `${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}`;
    throw new LegacyFileError(
      path,
      `has a \`${name}\` without the ${columns}, so it is not a journal of the old application; give its ` +
        'database, `options-tracker.db`',
    );
  }
  return table.columns.filter((column) => found.has(column));
}

/** The other columns that the file has, as `journal.strategy`: they are not read. */
export function unreadColumns(name: string, table: LegacyTable, found: ReadonlySet<string>): string[] {
  const known = new Set([...table.columns, ...(table.own ?? [])]);
  return [...found].filter((column) => !known.has(column)).map((column) => `${name}.${column}`);
}
