import type { Database, SqlValue } from 'sql.js';
import type { JournalEntry } from '../../model/journal-entry.entity.js';
import { exportedRow, type ExportedRow } from '../../model/entry-row.js';
import {
  closedAccountsSchema,
  closedAccountsTable,
  doubleColumns,
  keptColumns,
  keptValuesSchema,
  keptValuesTable,
  survivesAsDouble,
  browserColumns,
  isPossibleMidnight,
} from '../format/kept-values.js';
import { browserTypeOf } from '../format/browser-type.js';
import { legacySchema } from '../format/legacy-schema.js';
import { loadSqlite } from '../format/sqlite-engine.js';
import { quoted } from '../../model/sql-text.js';

/** What the file holds. */
interface SqliteContent {
  accounts: readonly { id: string; name: string; closedAt: Date | null }[];
  /** Oldest first, deleted ones included. */
  entries: AsyncIterable<JournalEntry>;
}

const names = browserColumns.map(quoted).join(', ');

/**
 * Builds the browser application's database in memory. Its number columns are doubles. Decimals
 * that a double cannot hold go into `keptValuesTable`, and so do columns and types that the
 * application lacks; an entry of such a type gets the nearest type that it knows. Inserts the rows
 * in recording order, because the application orders entries with the same `ts` by rowid.
 */
export async function* sqliteChunks({ accounts, entries }: SqliteContent): AsyncGenerator<Uint8Array> {
  const sqlite = await loadSqlite();
  const database = new sqlite.Database();
  try {
    for (const statement of legacySchema) database.run(statement);
    database.run(keptValuesSchema);
    database.run(`CREATE TEMP TABLE arriving AS SELECT *, 0 AS recorded FROM journal`);
    database.run('BEGIN');
    insertAccounts(database, accounts);
    await insertEntries(database, entries);
    database.run(`INSERT INTO journal (${names}) SELECT ${names} FROM arriving ORDER BY recorded, rowid`);
    keepRecordingOrder(database);
    database.run('COMMIT');
    yield database.export();
  } finally {
    database.close();
  }
}

function insertAccounts(database: Database, accounts: SqliteContent['accounts']): void {
  for (const { id, name } of accounts) database.run('INSERT INTO accounts VALUES (?, ?)', [id, name]);
  if (accounts.every(({ closedAt }) => closedAt === null)) return;
  database.run(closedAccountsSchema);
  for (const { id, closedAt } of accounts) {
    if (closedAt !== null)
      database.run(`INSERT INTO ${closedAccountsTable} VALUES (?, ?)`, [id, closedAt.toISOString()]);
  }
}

/** Inserts in export order, with `recorded` as an integer, for sorting; null sorts first. */
async function insertEntries(database: Database, entries: SqliteContent['entries']): Promise<void> {
  // `database.close` also frees the statement.
  const statement = database.prepare(
    `INSERT INTO arriving (${names}, recorded)
     VALUES (${browserColumns.map(() => '?').join(', ')}, CAST(? AS INTEGER))`,
  );
  const keep = (column: string, value: string, { id }: JournalEntry) =>
    void database.run(`INSERT INTO ${keptValuesTable} VALUES (?, ?, ?)`, [id, column, value]);
  for await (const entry of entries) {
    const exact = exportedRow(entry);
    const type = browserTypeOf({ ...entry, amount: Number(entry.amount) });
    const row: ExportedRow = { ...exact, type };
    statement.run([...browserColumns.map((column) => cellOf(row, column)), entry.recorded]);
    for (const column of doubleColumns) {
      const decimal = row[column] as string | null;
      if (decimal !== null && !survivesAsDouble(decimal)) keep(column, decimal, entry);
    }
    if (type !== entry.type) keep('type', entry.type, entry);
    for (const column of keptColumns) {
      const value = exact[column] ?? null;
      if (value !== null) keep(column, typeof value === 'string' ? value : JSON.stringify(value), entry);
    }
    // An import would read such an instant as a day without a time of day.
    if (entry.day === null && isPossibleMidnight(entry.ts)) keep('day', '', entry);
  }
}

/**
 * Keeps `recorded`, empty for null, if an import would derive another order: it takes the order
 * from `created_at`, and the place of a successor from its predecessor.
 */
function keepRecordingOrder(database: Database): void {
  const [found] = database.exec(`SELECT 1 FROM (
    SELECT created_at, max(created_at) OVER (ORDER BY recorded, rowid) AS latest FROM arriving
  ) WHERE created_at < latest
  UNION ALL
  SELECT 1 FROM arriving AS successor JOIN arriving AS original ON original.id = successor.original_entry_id
  WHERE original.recorded IS NOT successor.recorded LIMIT 1`);
  if (found === undefined) return;
  database.run(
    `INSERT INTO ${keptValuesTable} SELECT id, 'recorded', coalesce(CAST(recorded AS TEXT), '') FROM arriving`,
  );
}

const doubles: ReadonlySet<string> = new Set(doubleColumns);

function cellOf(row: ExportedRow, column: string): SqlValue {
  const value = row[column] ?? null;
  if (value === null) return null;
  if (typeof value !== 'string') return JSON.stringify(value);
  return doubles.has(column) ? Number(value) : value;
}
