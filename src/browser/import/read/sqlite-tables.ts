import { isUtf8 } from 'node:buffer';
import type { Database, SqlValue, Statement } from 'sql.js';
import { quoted } from '../../../model/sql-text.js';
import { closedAccountsTable, keptValuesTable } from '../../format/kept-values.js';
import { LegacyFileError, unreadableDatabase } from './legacy-file.error.js';
import { knownColumns, unreadColumns } from './legacy-columns.js';
import type { LegacyTable } from './legacy-columns.js';
import type { LegacyRow, UnreadTable } from './legacy-source.js';

/** The known columns of a table, and the statement that reads them in the order of the file. */
export interface SqliteTable {
  columns: readonly string[];
  unread: readonly string[];
  select: string;
}

/** Names of tables and views by lower-case name: SQLite's names are case-insensitive. */
export function relationNames(database: Database): Map<string, string> {
  const names = firstColumn(
    database,
    `SELECT name FROM sqlite_master
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  );
  return new Map(names.map(String).map((name) => [name.toLowerCase(), name]));
}

/**
 * Refuses a table whose rows SQLite would compute, which may never end. Accepts a missing table.
 *
 * @throws LegacyFileError for a view, a virtual table, generated columns and triggers
 */
export function refuseComputed(path: string, database: Database, name: string): void {
  const fault = computedBy(database, name);
  if (fault === undefined) return;
  throw new LegacyFileError(
    path,
    `has a \`${name}\` ${fault}, so it was not written by the browser application; give its database, \`options-tracker.db\``,
  );
}

function computedBy(database: Database, name: string): string | undefined {
  const [type = 'table'] = firstColumn(
    database,
    `SELECT type FROM pragma_table_list('${name}') WHERE schema = 'main'`,
  );
  if (type !== 'table') return `that is not a plain table (${String(type)})`;
  const generated = firstColumn(
    database,
    `SELECT name FROM pragma_table_xinfo('${name}', 'main') WHERE hidden > 0`,
  );
  if (generated.length > 0) return `with generated columns (${generated.join(', ')})`;
  const triggers = firstColumn(
    database,
    `SELECT name FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = '${name}'`,
  );
  return triggers.length > 0 ? `with triggers (${triggers.join(', ')})` : undefined;
}

/** @throws LegacyFileError if a required column is missing */
export function describeTable(path: string, database: Database, table: LegacyTable): SqliteTable {
  const { name } = table;
  const names = columnNames(database, `SELECT * FROM ${name}`).map((column) => column.toLowerCase());
  const found = new Set(names);
  const columns = knownColumns(path, table, found);
  const order = hasRowid(database, name) ? ' ORDER BY rowid' : '';
  return {
    columns,
    unread: unreadColumns(table, found),
    select: `SELECT ${columns.map(markedText).join(', ')} FROM ${name}${order}`,
  };
}

/** Prepends '.' to texts, because sql.js removes a byte order mark at the beginning of a text. */
function markedText(column: string): string {
  const name = quoted(column);
  return `CASE typeof(${name}) WHEN 'text' THEN '.' || ${name} ELSE ${name} END`;
}

export function* readRows(path: string, database: Database, table: SqliteTable): Generator<LegacyRow, void> {
  try {
    const statement = database.prepare(table.select);
    const columns = [...table.columns.entries()];
    const blank = blankRow(table.columns);
    try {
      while (statement.step()) {
        const values = statement.get();
        const row = { ...blank };
        for (const [index, column] of columns) row[column] = unmarked(values[index], statement, index);
        yield row;
      }
    } finally {
      statement.free();
    }
  } catch (error) {
    throw unreadableDatabase(path, error);
  }
}

/**
 * A row of nulls, to be copied and filled. Parsed from JSON, because V8 turns an object that gets
 * so many computed keys one by one into a hash table, which is several times as large and as slow.
 */
function blankRow(columns: readonly string[]): Record<string, unknown> {
  const row = Object.fromEntries(columns.map((column) => [column, null]));
  return JSON.parse(JSON.stringify(row)) as Record<string, unknown>;
}

/** Removes the '.' of `markedText`. Returns the bytes of a text that is not UTF-8, to reject it. */
function unmarked(value: SqlValue | undefined, statement: Statement, index: number): SqlValue | undefined {
  if (typeof value !== 'string') return value;
  if (!value.includes('\ufffd')) return value.slice(1);
  const bytes = bytesOf(statement, index);
  return isUtf8(bytes) ? value.slice(1) : bytes.slice(1);
}

/** The bytes of a text of the current row. The types of sql.js lack `getBlob`. */
function bytesOf(statement: Statement, index: number): Uint8Array {
  return (statement as unknown as { getBlob(index: number): Uint8Array }).getBlob(index);
}

export function countRows(database: Database, name: string): number {
  return Number(firstColumn(database, `SELECT count(*) FROM ${quoted(name)}`)[0]);
}

/** Tables with rows, except `accounts` and `journal`. Excludes views and virtual tables. */
export function unreadTables(database: Database): UnreadTable[] {
  const names = firstColumn(
    database,
    `SELECT name FROM sqlite_master
     WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
       AND lower(name) NOT IN ('accounts', 'journal', '${keptValuesTable}', '${closedAccountsTable}') ORDER BY name`,
  );
  return names
    .map((name) => ({ table: String(name), rows: countRows(database, String(name)) }))
    .filter(({ rows }) => rows > 0);
}

function hasRowid(database: Database, name: string): boolean {
  try {
    columnNames(database, `SELECT rowid FROM ${name}`);
    return true;
  } catch {
    // A table WITHOUT ROWID: SQLite decides on the order of its rows.
    return false;
  }
}

function columnNames(database: Database, select: string): string[] {
  const statement = database.prepare(select);
  try {
    return statement.getColumnNames();
  } finally {
    statement.free();
  }
}

function firstColumn(database: Database, select: string): SqlValue[] {
  return database.exec(select).flatMap(({ values }) => values.map(([value]) => value ?? null));
}
