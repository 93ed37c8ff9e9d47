import { entryColumns } from './entry-column.js';
import type { JournalEntry } from './journal-entry.entity.js';

/**
 * An entry under the names of its columns; decimals are exact, as text, and so are instants and
 * days.
 */
export type ExportedRow = Readonly<
  Record<string, string | number | boolean | Record<string, unknown> | null>
>;

/** An entry as a row of an export: each column of the journal but the user's. */
export function exportedRow(entry: JournalEntry): ExportedRow {
  return Object.fromEntries(
    entryColumns.map(({ name, property }) => {
      const value = entry[property];
      return [name, value instanceof Date ? value.toISOString() : value];
    }),
  );
}
