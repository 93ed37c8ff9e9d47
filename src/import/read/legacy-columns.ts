import { LegacyFileError } from './legacy-file.error.js';

/** A table that is read: the columns known of it, and those that no version of the old application was without. */
export interface LegacyTable {
  readonly columns: readonly string[];
  readonly required: readonly string[];
}

/** The columns of `accounts`. */
export const accountsTable: LegacyTable = { columns: ['id', 'name'], required: ['id', 'name'] };

/** The columns of `journal`, the six audit columns last: databases made before them lack all six. */
export const journalTable: LegacyTable = {
  columns: [
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
  ],
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
  return [...found].filter((column) => !table.columns.includes(column)).map((column) => `${name}.${column}`);
}
