import type { Database, Statement } from 'sql.js';
import { loadSqlite } from '../../browser/format/sqlite-engine.js';
import { quoted } from '../../model/sql-text.js';

/** A value of an SQLite database. */
export type LegacyValue = string | number | Uint8Array | null;

/** Writes into an SQLite database in memory. */
export interface LegacyDatabaseWriter {
  /** Runs several statements, or one statement with values. */
  run(sql: string, values?: readonly LegacyValue[]): void;
  /** Inserts a row; missing columns get their default. */
  insert(table: string, row: Readonly<Record<string, LegacyValue>>): void;
}

/**
 * Builds an SQLite database from empty, and returns the bytes of its file. `legacySchema` has the
 * browser application's schema. Foreign keys are off, as in the application.
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
      const columns = Object.keys(row).map(quoted);
      const places = columns.map(() => '?').join(', ');
      const sql = `INSERT INTO ${quoted(table)} (${columns.join(', ')}) VALUES (${places})`;
      const statement = inserts.get(sql) ?? database.prepare(sql);
      inserts.set(sql, statement);
      statement.run(Object.values(row));
    },
  };
}
