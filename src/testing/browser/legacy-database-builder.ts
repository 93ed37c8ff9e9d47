import type { Database, Statement } from 'sql.js';
import { loadSqlite } from '../../browser/format/sqlite-engine.js';
import { quoted } from '../../model/sql-text.js';

/** A value of an SQLite database. */
export type LegacyValue = string | number | Uint8Array | null;

/** Writes into an SQLite database in memory. */
export class LegacyDatabaseWriter {
  readonly #inserts = new Map<string, Statement>();

  constructor(private readonly database: Database) {}

  /** Runs several statements, or one statement with values. */
  run(sql: string, values?: readonly LegacyValue[]): void {
    this.database.run(sql, values && [...values]);
  }

  /** Inserts a row; missing columns get their default. */
  insert(table: string, row: Readonly<Record<string, LegacyValue>>): void {
    const columns = Object.keys(row).map(quoted);
    const places = columns.map(() => '?').join(', ');
    const sql = `INSERT INTO ${quoted(table)} (${columns.join(', ')}) VALUES (${places})`;
    const statement = this.#inserts.get(sql) ?? this.database.prepare(sql);
    this.#inserts.set(sql, statement);
    statement.run(Object.values(row));
  }
}

/**
 * Builds an SQLite database from empty, and returns the bytes of its file. `legacySchema` has the
 * browser application's schema. Foreign keys are off, as in the application.
 */
export async function legacyDatabase(build: (db: LegacyDatabaseWriter) => void): Promise<Uint8Array> {
  const sqlite = await loadSqlite();
  const database = new sqlite.Database();
  try {
    build(new LegacyDatabaseWriter(database));
    return database.export();
  } finally {
    database.close();
  }
}
