import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import { generateLegacyDatabase } from 'trading-journal-database/testing';
import type { Entry } from './entry.js';
import { midnightOf, typedJournal } from './new-entries.js';

/** SQLite databases of the browser application for imports. */
export interface JournalFiles {
  /** The path of a database with the entries of `typedJournal`. */
  full: string;
  entries: number;
  bytes: number;
  /** The path of a database without entries. */
  empty: string;
}

/** Writes the files, and deletes them after `work`. */
export async function withJournalFiles<T>(
  entries: number,
  work: (files: JournalFiles) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'journal-bench-'));
  try {
    return await work(await writeJournalFiles(folder, entries));
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function writeJournalFiles(folder: string, entries: number): Promise<JournalFiles> {
  const [full, empty] = [join(folder, 'full.db'), join(folder, 'empty.db')];
  const database = await databaseOf(typedJournal(entries));
  await writeFile(full, database);
  await writeFile(empty, await databaseOf([]));
  return { full, entries, bytes: database.length, empty };
}

/** A database of the browser application with these entries. */
async function databaseOf(entries: readonly Entry[]): Promise<Uint8Array> {
  const sqlite = await initSqlJs();
  const database = new sqlite.Database(await generateLegacyDatabase({ trades: 0 }));
  try {
    database.run('DELETE FROM journal; DELETE FROM ticker_min_strikes; BEGIN');
    insert(database, entries);
    database.run('COMMIT');
    return database.export();
  } finally {
    database.close();
  }
}

const columns = [
  ...['id', 'ts', 'account_id', 'symbol', 'type', 'qty', 'amount', 'strike', 'expiration'],
  ...['underlying_price', 'notes', 'meta', 'created_at', 'updated_at'],
];

function insert(database: Database, entries: readonly Entry[]): void {
  const statement = database.prepare(
    `INSERT INTO journal (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const [index, entry] of entries.entries()) {
    const { id, ts, accountId, symbol, type, notes, meta } = entry;
    // The entries were typed in the evening, one a minute.
    const stamp = new Date(ts.getTime() + 18 * 3_600_000 + (index % 60) * 60_000).toISOString();
    const created = stamp.slice(0, 19).replace('T', ' ');
    statement.run([
      ...[id, ts.toISOString(), accountId, symbol, type, double(entry.qty), double(entry.amount)],
      ...[double(entry.strike), entry.expiration && midnightOf(entry.expiration).toISOString()],
      ...[double(entry.underlyingPrice), notes, JSON.stringify(meta), created, created],
    ]);
  }
  statement.free();
}

function double(decimal: string | null): number | null {
  return decimal === null ? null : Number(decimal);
}
