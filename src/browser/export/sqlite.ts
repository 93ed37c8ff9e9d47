import type { Database, SqlValue } from 'sql.js';
import {
  decimalColumns,
  exactDecimalsSchema,
  exactDecimalsTable,
  survivesAsDouble,
} from '../format/exact-decimals.js';
import { legacySchema } from '../format/legacy-schema.js';
import { loadSqlite, quoteIdentifier } from '../format/sqlite-engine.js';
import type { ExportedJournal } from '../../export/exported-journal.js';
import { legacyRow } from '../../export/legacy-row.js';

type LegacyRow = ReturnType<typeof legacyRow>;

/**
 * The database of the browser application, which is made in memory. Its numbers are doubles; the decimals that those do not hold
 * are kept in a table of their own.
 */
export async function* sqliteChunks({ accounts, entries }: ExportedJournal): AsyncGenerator<Uint8Array> {
  const sqlite = await loadSqlite();
  const database = new sqlite.Database();
  try {
    for (const statement of legacySchema({ audit: true, tickerMinStrikes: true })) database.run(statement);
    database.run('BEGIN');
    for (const { id, name } of accounts) database.run('INSERT INTO accounts VALUES (?, ?)', [id, name]);
    await insertEntries(database, entries);
    database.run('COMMIT');
    yield database.export();
  } finally {
    database.close();
  }
}

async function insertEntries(database: Database, entries: ExportedJournal['entries']): Promise<void> {
  let insert: ((row: LegacyRow) => void) | undefined;
  let isExact = true;
  for await (const entry of entries) {
    const row = legacyRow(entry);
    insert ??= inserter(database, row);
    insert(row);
    for (const column of decimalColumns) {
      const decimal = row[column];
      if (decimal === null || survivesAsDouble(decimal)) continue;
      if (isExact) database.run(exactDecimalsSchema);
      isExact = false;
      database.run(`INSERT INTO ${exactDecimalsTable} VALUES (?, ?, ?)`, [row.id, column, decimal]);
    }
  }
}

function inserter(database: Database, columns: LegacyRow): (row: LegacyRow) => void {
  const names = Object.keys(columns);
  const statement = database.prepare(
    `INSERT INTO journal (${names.map(quoteIdentifier).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  // Closing the database frees it.
  return (row) => statement.run(Object.values(asCells(row)));
}

function asCells(row: LegacyRow): Record<keyof LegacyRow, SqlValue> {
  const double = (decimal: string | null) => (decimal === null ? null : Number(decimal));
  return {
    ...row,
    qty: double(row.qty),
    amount: double(row.amount),
    strike: double(row.strike),
    underlying_price: double(row.underlying_price),
    meta: JSON.stringify(row.meta),
  };
}
