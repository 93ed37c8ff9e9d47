import type { Database } from 'sql.js';
import type { BytesOnDisk } from './bytes-on-disk.js';
import { withClosings, withKeptValues } from './kept-values.js';
import { accountsTable, journalTable } from './legacy-columns.js';
import { LegacyFileError, unreadableDatabase } from './legacy-file.error.js';
import type { LegacyFormat, LegacySource } from './legacy-source.js';
import { loadSqlite, sqliteMessage } from '../../format/sqlite-engine.js';
import { readSqliteHeader } from './sqlite-header.js';
import { closedAccountsTable, keptValuesTable } from '../../format/kept-values.js';
import {
  countRows,
  describeTable,
  readRows,
  refuseComputed,
  relationNames,
  unreadTables,
} from './sqlite-tables.js';
import type { SqliteTable } from './sqlite-tables.js';

/**
 * Opens the bytes of an SQLite database.
 *
 * sql.js reads integers as doubles, and replaces invalid UTF-8 by U+FFFD. It keeps NUL characters.
 *
 * @throws LegacyFileError if the database is truncated, corrupt, or has no journal
 */
export async function openSqlite(
  path: string,
  format: 'sqlite' | 'base64',
  bytes: Buffer | BytesOnDisk,
): Promise<LegacySource> {
  const { expectedSize } = readSqliteHeader(bytes);
  if (expectedSize !== undefined && expectedSize > bytes.length) {
    throw new LegacyFileError(
      path,
      `is a truncated SQLite database (${bytes.length} of ${expectedSize} bytes); copy or export it again`,
    );
  }
  const sqlite = await loadSqlite();
  const database = new sqlite.Database(bytes as Buffer);
  try {
    return describe(path, format, database);
  } catch (error) {
    database.close();
    if (error instanceof LegacyFileError) throw error;
    throw unreadableDatabase(path, error);
  }
}

function describe(path: string, format: LegacyFormat, database: Database): LegacySource {
  // Do not trust the schema of the file: no writes, no functions with side effects. Ignore CHECK
  // constraints, because the import validates the rows.
  database.run('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA ignore_check_constraints = ON');
  refuseComputedTables(path, database);
  checkIntegrity(path, database);
  const names = relationNames(database);
  if (!names.has('journal')) {
    const found = names.size === 0 ? 'it has no tables' : `it has ${[...names.values()].join(', ')}`;
    throw new LegacyFileError(
      path,
      `is an SQLite database without a \`journal\` table (${found}); give the database of the browser application, ` +
        '`options-tracker.db`',
    );
  }
  const journal = describeTable(path, database, journalTable);
  const accounts = names.has('accounts') ? describeTable(path, database, accountsTable) : undefined;
  let open = true;
  const rows = (table: SqliteTable) => {
    if (!open) throw new Error('The legacy file is closed; read its rows before closing it.');
    return readRows(path, database, table);
  };
  return {
    path,
    format,
    journalColumns: new Set(journal.columns),
    journalCount: countRows(database, 'journal'),
    accounts: () => (accounts === undefined ? [] : withClosings(path, database, names, rows(accounts))),
    journal: () => withKeptValues(path, database, names, rows(journal)),
    notImported: unreadTables(database),
    unreadColumns: [...(accounts?.unread ?? []), ...journal.unread],
    close: () => {
      open = false;
      database.close();
    },
  };
}

/** Runs before the integrity check, which would evaluate generated columns. */
function refuseComputedTables(path: string, database: Database): void {
  try {
    for (const name of ['journal', 'accounts', keptValuesTable, closedAccountsTable])
      refuseComputed(path, database, name);
  } catch (error) {
    if (error instanceof LegacyFileError) throw error;
    // The integrity check has a better message for an unreadable schema.
    checkIntegrity(path, database);
    throw error;
  }
}

// The import validates values row by row. Only corrupt pages and indexes refuse the whole file.
const rowProblem = /^(?:[\w-]+ value in|CHECK constraint failed in) /;

const shownProblems = 3;

/** @throws LegacyFileError with SQLite's first findings if the database is corrupt */
function checkIntegrity(path: string, database: Database): void {
  const problems = findings(database).filter((line) => line !== 'ok' && !rowProblem.test(line));
  if (problems.length === 0) return;
  const more = problems.length > shownProblems ? '; …' : '';
  throw new LegacyFileError(
    path,
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
    lines.push(sqliteMessage(error));
  }
  return lines.filter((line) => !line.startsWith('***'));
}
