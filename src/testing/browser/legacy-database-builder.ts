import type { Database, Statement } from 'sql.js';
import { loadSqlite, quoteIdentifier } from '../../browser/format/sqlite-engine.js';

/** What a cell of an SQLite database can hold. */
export type LegacyValue = string | number | Uint8Array | null;

/** Writes into an SQLite database in memory. */
export interface LegacyDatabaseWriter {
  /** Runs statements; with values, a single one. */
  run(sql: string, values?: readonly LegacyValue[]): void;
  /** Inserts a row; columns that it does not name get their default. */
  insert(table: string, row: Readonly<Record<string, LegacyValue>>): void;
}

/**
 * Makes an SQLite database and returns the bytes of its file. It starts empty: `legacySchema` has
 * the statements of the old application. Foreign keys are off, as they were there.
 */
export async function legacyDatabase(build: (db: LegacyDatabaseWriter) => void): Promise<Uint8Array> {
  const sqlite = await loadSqlite();
  const database = new sqlite.Database();
  try {
    build(writer(database));
    return database.export();
  } finally {
    database.close();
  }
}

function writer(database: Database): LegacyDatabaseWriter {
  const inserts = new Map<string, Statement>();
  return {
    run(sql, values) {
      database.run(sql, values === undefined ? null : [...values]);
    },
    insert(table, row) {
      const columns = Object.keys(row).map(quoteIdentifier).join(', ');
      const sql = `INSERT INTO ${quoteIdentifier(table)} (${columns}) VALUES (${Object.keys(row)
        .map(() => '?')
        .join(', ')})`;
      const statement = inserts.get(sql) ?? database.prepare(sql);
      inserts.set(sql, statement);
      statement.run(Object.values(row));
    },
  };
}
