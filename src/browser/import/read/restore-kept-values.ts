import type { Database, SqlValue } from 'sql.js';
import { columnsOfType, typedColumns } from '../../../journal/type-rules.js';
import { browserEntryTypes } from '../../../model/entry-type.js';
import { columnName, literalList } from '../../../model/sql-text.js';
import { browserTypeOf } from '../../format/browser-type.js';
import {
  closedAccountsTable,
  doubleColumns,
  keptColumns,
  keptValuesTable,
} from '../../format/kept-values.js';
import type { LegacyRow } from './legacy-source.js';
import { unreadableDatabase } from './file-problem.js';

/**
 * Adds the kept values of an export of this package to the rows: decimals as text, types, and
 * columns that the browser application lacks. Ignores a decimal or a type if the row has another
 * value than the export wrote: it was edited later. Ignores a column that the type of the row
 * cannot have.
 *
 * @throws FileProblem
 */
export function* withKeptValues(database: Database, rows: Iterable<LegacyRow>): Iterable<LegacyRow> {
  const kept = keptValues(database);
  for (const row of rows) {
    const values = kept.get(String(row['id'])) ?? nothingKept;
    const valid = [...values].filter(([column, value]) => isValid(column, value, row, values));
    yield valid.length === 0 ? row : { ...row, ...Object.fromEntries(valid.map(restored)) };
  }
}

/**
 * Adds `closed_at` of an export of this package to the rows of `accounts`.
 *
 * @throws FileProblem
 */
export function* withClosings(database: Database, rows: Iterable<LegacyRow>): Iterable<LegacyRow> {
  const select = `SELECT '.' || account_id, closed_at FROM ${closedAccountsTable}`;
  const closings = rowsOf(database, select).map(([id, at]) => [String(id).slice(1), at] as const);
  const closedAt = new Map(closings);
  for (const row of rows) yield { ...row, closed_at: closedAt.get(String(row['id'])) ?? null };
}

/** An empty recording order is null. */
function restored([column, value]: [string, string]): [string, string | null] {
  return [column, column === 'recorded' ? value || null : value];
}

const nothingKept: ReadonlyMap<string, string> = new Map();
const doubles: ReadonlySet<string> = new Set(doubleColumns);
/**
 * The columns that depend on the type of the entry. If the export kept the type, a row whose type
 * was changed loses all of them. The export keeps no type that the browser application knows: a row
 * of such a type loses only the columns that its present type cannot have.
 */
const ofType: ReadonlySet<string> = new Set(['type', ...typedColumns.map(columnName)]);
const columnsOfBrowserType: ReadonlyMap<unknown, ReadonlySet<string>> = new Map(
  browserEntryTypes.map((type) => [type, new Set(columnsOfType(type).map(columnName))]),
);

/** False if the row was edited after the export, so that its own value replaces the kept one. */
function isValid(column: string, value: string, row: LegacyRow, kept: ReadonlyMap<string, string>): boolean {
  if (doubles.has(column)) return Number(value) === row[column];
  if (!ofType.has(column)) return true;
  const type = kept.get('type');
  if (type === undefined) return columnsOfBrowserType.get(row['type'])?.has(column) ?? true;
  return browserTypeOf({ type, symbol: row['symbol'], amount: Number(row['amount']) }) === row['type'];
}

/** Kept values by entry and column: at most one per column, also from a malicious file. */
function keptValues(database: Database): Map<string, Map<string, string>> {
  const kept = new Map<string, Map<string, string>>();
  const columns = literalList([...doubleColumns, ...keptColumns, 'type', 'recorded']);
  // '.' protects a byte order mark at the beginning of a text: see `markedText`.
  const select = `SELECT '.' || entry_id, column_name, '.' || value FROM ${keptValuesTable} WHERE column_name IN (${columns})`;
  for (const [marked, column, value] of rowsOf(database, select)) {
    const id = String(marked).slice(1);
    const values = kept.get(id) ?? new Map<string, string>();
    kept.set(id, values.set(String(column), String(value).slice(1)));
  }
  return kept;
}

function rowsOf(database: Database, select: string): SqlValue[][] {
  try {
    return database.exec(select).flatMap(({ values }) => values);
  } catch (error) {
    throw unreadableDatabase(error);
  }
}
