import { asStored, type DecimalString } from '../model/decimal.js';
import { entryColumns, type EntryColumn } from '../model/entry-column.js';
import type { EntryRecord } from './new-entry.js';

/** The columns of an entry's content: all except its id, history and recording order. */
export const contentColumns = entryColumns.filter(
  ({ property, part }) => property !== 'id' && part === 'content',
);

/** The column list of a statement. */
export function namesOf(columns: readonly EntryColumn[]): string {
  return columns.map(({ name }) => name).join(', ');
}

/** The value of a record's column as text input for PostgreSQL; null for an omitted value. */
export function textOf(record: EntryRecord, { property }: EntryColumn): string | null {
  const value = record[property] ?? null;
  if (value === null || typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}

/** The text output of PostgreSQL for a text input. JSON keeps the key order of the input. */
export function asPrinted(text: string | null, { sqlType: { type } }: EntryColumn): string | null {
  if (text === null) return null;
  if (type === 'numeric') return asStored(text as DecimalString);
  if (type === 'boolean') return text.slice(0, 1);
  return type === 'timestamptz' ? text.replace('T', ' ').replace('Z', '+00') : text;
}

/**
 * The values of some columns under their names, for `json_populate_record`. JSON distinguishes an
 * omitted value from null: JSON.stringify leaves out undefined members.
 */
export function namedValues(
  record: Partial<EntryRecord>,
  columns: readonly EntryColumn[],
): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, property }) => [name, record[property]]));
}

let last = 0;

/** The recording order of a new entry: microseconds since 1970, strictly increasing per process. */
export function nextRecorded(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return String(last);
}
