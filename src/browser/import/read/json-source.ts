import { asLegacyValue, decodeUtf8, isObject, parseJson, remedy } from './json-values.js';
import { accountsTable, journalTable, knownColumns, unreadColumns } from './legacy-columns.js';
import type { LegacyTable } from './legacy-columns.js';
import { LegacyFileError } from './legacy-file.error.js';
import type { LegacyRow, LegacySource, UnreadTable } from './legacy-source.js';

/**
 * Opens a JSON export: an object with an array of row objects per table, under the legacy names.
 *
 * @throws LegacyFileError if the file is not JSON in UTF-8, or has another shape
 */
export function openJson(path: string, bytes: Buffer): LegacySource {
  const tables = parseTables(path, bytes);
  const accounts = readTable(path, 'accounts', accountsTable, tables.get('accounts') ?? []);
  const journalRows = tables.get('journal');
  if (journalRows === undefined) {
    throw new LegacyFileError(path, `is JSON without \`journal\`; ${remedy}`);
  }
  const journal = readTable(path, 'journal', journalTable, journalRows);
  return {
    path,
    format: 'json',
    journalColumns: new Set(journal.columns),
    journalCount: journal.rows.length,
    accounts: () => pickColumns(path, accounts),
    journal: () => pickColumns(path, journal),
    notImported: unreadTables(tables),
    unreadColumns: [...accounts.unread, ...journal.unread, ...unreadValues(tables)],
    close: () => undefined,
  };
}

function parseTables(path: string, bytes: Buffer): Map<string, unknown> {
  const text = decodeUtf8(path, bytes);
  const parsed = parseJson(path, text);
  if (!isObject(parsed)) throw new LegacyFileError(path, `is JSON, but not an object; ${remedy}`);
  return new Map(Object.entries(parsed));
}

interface JsonTable {
  columns: readonly string[];
  unread: readonly string[];
  rows: readonly LegacyRow[];
}

function readTable(path: string, name: string, table: LegacyTable, value: unknown): JsonTable {
  if (!Array.isArray(value)) {
    throw new LegacyFileError(path, `is JSON in which \`${name}\` is not an array; ${remedy}`);
  }
  const rows: LegacyRow[] = [];
  const found = new Set<string>();
  for (const [index, row] of value.entries()) {
    if (!isObject(row)) {
      throw new LegacyFileError(path, `is JSON in which \`${name}[${index}]\` is not an object; ${remedy}`);
    }
    for (const column of Object.keys(row)) found.add(column);
    rows.push(row);
  }
  const columns = rows.length === 0 ? table.columns : knownColumns(path, name, table, found);
  return { columns, unread: unreadColumns(name, table, found), rows };
}

function* pickColumns(path: string, { columns, rows }: JsonTable): Iterable<LegacyRow> {
  for (const row of rows) {
    yield Object.fromEntries(
      columns.map((column) => [
        column,
        Object.hasOwn(row, column) ? asLegacyValue(path, column, row[column]) : null,
      ]),
    );
  }
}

function unreadTables(tables: ReadonlyMap<string, unknown>): UnreadTable[] {
  const unread: UnreadTable[] = [];
  for (const [table, rows] of tables) {
    if (table === 'accounts' || table === 'journal' || !Array.isArray(rows) || rows.length === 0) continue;
    unread.push({ table, rows: rows.length });
  }
  return unread.sort((one, other) => (one.table < other.table ? -1 : 1));
}

/** Keys of values that are not tables, except null and the `export` header of this package. */
function unreadValues(tables: ReadonlyMap<string, unknown>): string[] {
  return [...tables]
    .filter(([name, value]) => name !== 'export' && value !== null && !Array.isArray(value))
    .map(([name]) => name);
}
