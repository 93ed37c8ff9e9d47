import { isDeepStrictEqual } from 'node:util';
import { asStored, type DecimalString } from '../../../model/decimal.js';
import { isDecimalColumn, type EntryColumn } from '../../../model/entry-column.js';
import { contentColumns } from '../../../journal/entry-columns.js';
import { misspeltLegs } from '../../../journal/type-rules.js';
import { storedSymbol } from '../convert/stored-values.js';
import { isUnlinkedKey } from '../check/entry-links.js';
import { decodeMeta } from '../convert/decode-meta.js';
import type { EntryRecord } from '../../../journal/new-entry.js';

/**
 * The columns in which two entries differ, as PostgreSQL compares them: decimals by value, JSON
 * without the order of its keys. An entry that was imported without a time zone, or before days
 * were stored, has no day; a missing day is not a difference.
 */
export function differingColumns(
  one: EntryRecord,
  other: EntryRecord,
  columns: readonly EntryColumn[] = contentColumns,
): EntryColumn[] {
  const isDated = one.day != null && other.day != null;
  return columns.filter(
    (column) =>
      (isDated || column.property !== 'day') &&
      !isDeepStrictEqual(comparable(one, column), comparable(other, column)),
  );
}

export function hasSameContent(one: EntryRecord, other: EntryRecord): boolean {
  return differingColumns(one, other).length === 0;
}

/**
 * The value of a column as text, in the same form for a row of the file and for a stored entry;
 * null where there is none.
 */
export function valueText(entry: EntryRecord, column: EntryColumn): string | null {
  const value = comparable(entry, column);
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

function comparable(entry: EntryRecord, column: EntryColumn): unknown {
  const { property, kind } = column;
  const value = entry[property];
  if (isDecimalColumn(column)) return value == null ? null : asStored(value as DecimalString);
  switch (kind) {
    case 'object': {
      // In JSON a zero has no sign, and an undefined property is left out.
      const plain: unknown = JSON.parse(JSON.stringify(value ?? {}));
      // An earlier release imported objects with spread texts as they are in the file.
      const object = decodeMeta(plain, JSON.parse).decoded as Record<string, unknown>;
      // Whether a link moves into `meta` depends on the other rows of the file and of the journal.
      for (const key of Object.keys(object)) if (isUnlinkedKey(key)) delete object[key];
      // An earlier release imported legs as the file spells them.
      return { ...object, ...misspeltLegs(entry.type, object) };
    }
    case 'key':
      if (property !== 'symbol' && property !== 'targetSymbol') return value ?? null;
      // An earlier release imported symbols with the blanks around them, and `load` stores them.
      return storedSymbol(value as string | null | undefined);
    case 'instant':
      return value instanceof Date ? value.toISOString() : null;
    default:
      return value ?? null;
  }
}
