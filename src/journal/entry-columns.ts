import type { EntityManager } from 'typeorm';
import { asStored, type DecimalString } from '../model/decimal.js';
import { isObject } from '../model/input-check.js';
import type { EntryPart } from '../model/entry-column.js';
import { entryColumns, JournalEntry } from '../model/journal-entry.entity.js';
import { oncePerDataSource } from '../driver/statements/run-statement.js';
import type { EntryRecord } from './new-entry.js';

/** A column of the journal, from TypeORM's metadata of the entity. */
export interface SqlColumn {
  property: string;
  /** Quoted for SQL. */
  name: string;
  databaseName: string;
  /** In TypeORM's notation. */
  type: string;
  /** SQL of the default value. */
  fallback: string | undefined;
  /** The text of the default value, if it is a constant. */
  fallbackText: string | undefined;
  part: EntryPart;
}

const parts = new Map(entryColumns.map(({ property, part }) => [property, part]));

/** All columns except `user_id`. */
export function columnsOf({ dataSource }: EntityManager): readonly SqlColumn[] {
  return describedColumns(dataSource);
}

const describedColumns = oncePerDataSource((dataSource): SqlColumn[] =>
  dataSource
    .getMetadata(JournalEntry)
    .columns.filter(({ propertyName }) => propertyName !== 'userId')
    .map((column) => ({
      property: column.propertyName,
      name: dataSource.driver.escape(column.databaseName),
      databaseName: column.databaseName,
      type: String(column.type),
      fallback: dataSource.driver.normalizeDefault(column),
      fallbackText: isObject(column.default) ? JSON.stringify(column.default) : undefined,
      part: parts.get(column.propertyName) ?? 'content',
    })),
);

/** The value of a record's column as text input for PostgreSQL. */
export function textOf(record: EntryRecord, { property, fallbackText }: SqlColumn): string | null {
  const value = record[property as keyof EntryRecord] ?? fallbackText ?? null;
  if (value === null || typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}

/** The text output of PostgreSQL for a text input. JSON keeps the key order of the input. */
export function asPrinted(text: string | null, { type }: SqlColumn): string | null {
  if (text === null) return null;
  if (type === 'numeric') return asStored(text as DecimalString);
  if (type === 'boolean') return text.slice(0, 1);
  return type === 'timestamptz' ? text.replace('T', ' ').replace('Z', '+00') : text;
}

let last = 0;

/** The recording order of a new entry: microseconds since 1970, strictly increasing per process. */
export function nextRecorded(): string {
  last = Math.max(last + 1, Date.now() * 1_000);
  return String(last);
}
