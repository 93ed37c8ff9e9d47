import type { Database, SqlValue } from 'sql.js';
import { decimalColumns, keptValuesTable } from '../../format/kept-values.js';
import type { LegacyRow } from './legacy-source.js';
import { unreadableDatabase } from './unreadable.js';

/**
 * Rows of a journal with the values that an export of this package has kept beside them: days, and
 * decimals as text, each where the double is the one that is nearest to it. Another double was
 * written later.
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
 * The kept values of each entry by their columns: of a file that nobody trusts, no more than one
 * for a column.
 */
function keptValues(path: string, database: Database): Map<string, Map<string, string>> {
  const kept = new Map<string, Map<string, string>>();
  const columns = [...decimalColumns, 'day'].map((column) => `'${column}'`).join(', ');
  // The same mark as on the ids of the rows, without which a byte order mark at their beginning is
  // lost.
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
