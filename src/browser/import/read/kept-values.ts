import type { Database, SqlValue } from 'sql.js';
import { literalList } from '../../../model/sql-text.js';
import { closedAccountsTable, decimalColumns, keptValuesTable } from '../../format/kept-values.js';
import type { LegacyRow } from './legacy-source.js';
import { unreadableDatabase } from './legacy-file.error.js';

/**
 * Adds the kept values of an export of this package to the rows: days, and decimals as text.
 * Ignores a decimal if the row's double is not its nearest double: the double was edited later.
 *
 * @throws LegacyFileError
 */
export function* withKeptValues(
  path: string,
  database: Database,
  relations: ReadonlyMap<string, string>,
  rows: Iterable<LegacyRow>,
): Iterable<LegacyRow> {
  if (!relations.has(keptValuesTable)) {
    yield* rows;
    return;
  }
  const kept = keptValues(path, database);
  for (const row of rows) {
    const values = kept.get(String(row['id']));
    const valid = [...(values ?? [])].filter(
      ([column, value]) => column === 'day' || Number(value) === row[column],
    );
    yield valid.length === 0 ? row : { ...row, ...Object.fromEntries(valid) };
  }
}

/**
 * Adds `closed_at` of an export of this package to the rows of `accounts`.
 *
 * @throws LegacyFileError
 */
export function* withClosings(
  path: string,
  database: Database,
  relations: ReadonlyMap<string, string>,
  rows: Iterable<LegacyRow>,
): Iterable<LegacyRow> {
  if (!relations.has(closedAccountsTable)) {
    yield* rows;
    return;
  }
  const select = `SELECT '.' || account_id, closed_at FROM ${closedAccountsTable}`;
  const closings = rowsOf(path, database, select).map(([id, at]) => [String(id).slice(1), at] as const);
  const closedAt = new Map(closings);
  for (const row of rows) yield { ...row, closed_at: closedAt.get(String(row['id'])) ?? null };
}

/** Kept values by entry and column: at most one per column, also from a malicious file. */
function keptValues(path: string, database: Database): Map<string, Map<string, string>> {
  const kept = new Map<string, Map<string, string>>();
  const columns = literalList([...decimalColumns, 'day']);
  // '.' protects a byte order mark at the beginning of an id: see `markedText`.
  const select = `SELECT '.' || entry_id, column_name, value FROM ${keptValuesTable} WHERE column_name IN (${columns})`;
  for (const [marked, column, value] of rowsOf(path, database, select)) {
    const id = String(marked).slice(1);
    const values = kept.get(id) ?? new Map<string, string>();
    kept.set(id, values.set(String(column), String(value)));
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
