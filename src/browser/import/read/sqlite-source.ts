import { isUtf8 } from 'node:buffer';
import type { Database, SqlValue, Statement } from 'sql.js';
import type { BytesOnDisk } from './bytes-on-disk.js';
import { withClosings, withKeptValues } from './restore-kept-values.js';
import { accountsTable, journalTable, knownColumns, unreadColumns } from './legacy-columns.js';
import type { LegacyTable } from './legacy-columns.js';
import { FileProblem, unreadableDatabase } from './file-problem.js';
import type { LegacyFormat, LegacySource, LegacyRow, UnreadTable } from './legacy-source.js';
import { loadSqlite } from '../../format/sqlite-engine.js';
import { readSqliteHeader } from './sqlite-header.js';
import { closedAccountsTable, keptValuesTable } from '../../format/kept-values.js';
import { quoted } from '../../../model/sql-text.js';

/**
 * Opens the bytes of an SQLite database.
 *
 * sql.js reads integers as doubles, and replaces invalid UTF-8 by U+FFFD. It keeps NUL characters.
 *
 * @throws FileProblem if the database is truncated, corrupt, or has no journal
 */
export async function openSqlite(
  format: 'sqlite' | 'base64',
  bytes: Buffer | BytesOnDisk,
  { expectedSize } = readSqliteHeader(bytes),
): Promise<LegacySource> {
  if (expectedSize !== undefined && expectedSize > bytes.length) {
    throw new FileProblem(
      `is a truncated SQLite database (${bytes.length} of ${expectedSize} bytes); copy or export it again`,
    );
  }
  const sqlite = await loadSqlite();
  const database = new sqlite.Database(bytes as Buffer);
  try {
    return describe(format, database);
  } catch (error) {
    database.close();
    if (error instanceof FileProblem) throw error;
    throw unreadableDatabase(error);
  }
}

function describe(format: LegacyFormat, database: Database): LegacySource {
  // Do not trust the schema of the file: no writes, no functions with side effects. Ignore CHECK
  // constraints, because the import validates the rows.
  database.run('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA ignore_check_constraints = ON');
  refuseComputedTables(database);
  checkIntegrity(database);
  const names = relationNames(database);
  if (!names.has('journal')) {
    const found = names.size === 0 ? 'it has no tables' : `it has ${[...names.values()].join(', ')}`;
    throw new FileProblem(
      `is an SQLite database without a \`journal\` table (${found}); give the database of the browser application, ` +
        '`options-tracker.db`',
    );
  }
  const journal = describeTable(database, journalTable);
  const accounts = names.has('accounts') ? describeTable(database, accountsTable) : undefined;
  const rowsOf = (table: SqliteTable, exportedTable: string, withExported: typeof withKeptValues) => {
    const rows = readRows(database, table);
    return names.has(exportedTable) ? withExported(database, rows) : rows;
  };
  return {
    format,
    isExport: names.has(keptValuesTable),
    journalColumns: new Set(journal.columns),
    journalCount: countRows(database, 'journal'),
    accounts: () => (accounts === undefined ? [] : rowsOf(accounts, closedAccountsTable, withClosings)),
    journal: () => rowsOf(journal, keptValuesTable, withKeptValues),
    notImported: unreadTables(database),
    unreadColumns: [...(accounts?.unread ?? []), ...journal.unread],
    close: () => database.close(),
  };
}

/**
 * Refuses tables whose rows SQLite would compute, which may never end. Accepts missing tables. Runs
 * before the integrity check, which would evaluate generated columns.
 *
 * @throws FileProblem for a view, a virtual table, generated columns and triggers
 */
function refuseComputedTables(database: Database): void {
  try {
    for (const name of ['journal', 'accounts', keptValuesTable, closedAccountsTable]) {
      const fault = computedBy(database, name);
      if (fault !== undefined)
        throw new FileProblem(
          `has a \`${name}\` ${fault}, so it was not written by the browser application; give its database, \`options-tracker.db\``,
        );
    }
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    // The integrity check has a better message for an unreadable schema.
    checkIntegrity(database);
    throw error;
  }
}

// The import validates values row by row. Only corrupt pages and indexes refuse the whole file.
const rowProblem = /^(?:[\w-]+ value in|CHECK constraint failed in) /;

/** Objects that other programs add to SQLite, and a file can name in an index. */
const missingObject = /^(?:no such collation sequence|unknown function): /;

const shownProblems = 3;

/** @throws FileProblem with SQLite's first findings if the database is corrupt */
function checkIntegrity(database: Database): void {
  const problems = findings(database).filter((line) => line !== 'ok' && !rowProblem.test(line));
  if (problems.length === 0) return;
  const missing = problems.find((line) => missingObject.test(line));
  if (missing !== undefined)
    throw new FileProblem(
      `needs a collation or a function that SQLite lacks (${missing}), so it was not written by the browser application; ` +
        'give its database, `options-tracker.db`',
    );
  const more = problems.length > shownProblems ? '; …' : '';
  throw new FileProblem(
    `is corrupt (${problems.slice(0, shownProblems).join('; ')}${more}); use an older copy, or save what can be saved ` +
      "with the sqlite3 command's `.recover`",
  );
}

function findings(database: Database): string[] {
  const lines: string[] = [];
  try {
    // Steps row by row to keep the findings before an error: the check itself can fail.
    const statement = database.prepare('PRAGMA integrity_check');
    while (statement.step()) lines.push(...String(statement.get()[0]).split('\n'));
  } catch (error) {
    lines.push((error as Error).message);
  }
  return lines.filter((line) => !line.startsWith('***'));
}

/** The known columns of a table, and the statement that reads them in the order of the file. */
interface SqliteTable {
  columns: readonly string[];
  unread: readonly string[];
  select: string;
}

/** Names of tables and views by lower-case name: SQLite's names are case-insensitive. */
function relationNames(database: Database): Map<string, string> {
  const names = firstColumn(
    database,
    `SELECT name FROM sqlite_master
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  );
  return new Map(names.map(String).map((name) => [name.toLowerCase(), name]));
}

/** The reason why SQLite would compute the rows of a table. */
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

/** @throws FileProblem if a required column is missing */
function describeTable(database: Database, table: LegacyTable): SqliteTable {
  const { name } = table;
  const names = firstColumn(database, `SELECT name FROM pragma_table_info('${name}', 'main')`);
  const found = new Set(names.map((column) => String(column).toLowerCase()));
  const columns = knownColumns(table, found);
  // SQLite decides on the order of the rows of a table WITHOUT ROWID.
  const [isWithoutRowid] = firstColumn(
    database,
    `SELECT wr FROM pragma_table_list('${name}') WHERE schema = 'main'`,
  );
  const order = isWithoutRowid ? '' : ' ORDER BY rowid';
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

function* readRows(database: Database, table: SqliteTable): Generator<LegacyRow, void> {
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
    throw unreadableDatabase(error);
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

function countRows(database: Database, name: string): number {
  return Number(firstColumn(database, `SELECT count(*) FROM ${quoted(name)}`)[0]);
}

/** Tables with rows, except `accounts` and `journal`. Excludes views and virtual tables. */
function unreadTables(database: Database): UnreadTable[] {
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

function firstColumn(database: Database, select: string): SqlValue[] {
  return database.exec(select).flatMap(({ values }) => values.map(([value]) => value ?? null));
}
