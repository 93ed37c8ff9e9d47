import type { Database, SqlValue } from 'sql.js';
import { decimalColumns, exactDecimalsTable } from '../../format/exact-decimals.js';
import type { LegacyRow } from './legacy-source.js';
import { unreadableDatabase } from './unreadable.js';

/**
 * Rows of a journal with the decimals, as text, that an export of this package has kept beside the doubles, each where the double
 * is the one that is nearest to it: another one was written later.
 *
 * @throws LegacyFileError
 */
export function* withExactDecimals(
  path: string,
  database: Database,
  relations: ReadonlyMap<string, string>,
  rows: Iterable<LegacyRow>,
): Iterable<LegacyRow> {
  const kept = relations.has(exactDecimalsTable) ? keptDecimals(path, database) : undefined;
  for (const row of rows) {
    const decimals = kept?.get(String(row['id'])) ?? [];
    const exact = decimals.filter(([column, value]) => Number(value) === row[column]);
    yield exact.length === 0 ? row : { ...row, ...Object.fromEntries(exact) };
  }
}

function keptDecimals(path: string, database: Database): Map<string, [column: string, value: string][]> {
  const kept = new Map<string, [column: string, value: string][]>();
  const columns = decimalColumns.map((column) => `'${column}'`).join(', ');
  // The same mark as on the ids of the rows, without which a byte order mark at their beginning is lost.
  const select = `SELECT '.' || entry_id, column_name, value FROM ${exactDecimalsTable} WHERE column_name IN (${columns})`;
  for (const [marked, column, value] of rowsOf(path, database, select)) {
    const id = String(marked).slice(1);
    const decimals = kept.get(id) ?? [];
    kept.set(id, [...decimals, [String(column), String(value)]]);
  }
  return kept;
}

function rowsOf(path: string, database: Database, select: string): SqlValue[][] {
  try {
    return database.exec(select).flatMap(({ values }) => values);
  } catch (error) {
    throw unreadableDatabase(path, error);
  }
}
