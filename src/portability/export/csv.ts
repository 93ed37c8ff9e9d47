import { decimalColumns } from '../../browser/format/kept-values.js';
import { exportedColumns } from '../../browser/format/journal-columns.js';
import type { ExportedJournal } from './exported-journal.js';
import { exportedRow } from '../../model/entry-row.js';
import type { ExportedRow } from '../../model/entry-row.js';

/** By which spreadsheets tell that a file is in UTF-8. */
const byteOrderMark = '\ufeff';

/**
 * The entries for a spreadsheet, by RFC 4180, with the names of their accounts. A text that a
 * spreadsheet would take for a formula gets an apostrophe in front,
 * https://owasp.org/www-community/attacks/CSV_Injection; so this is not for reading back.
 */
export async function* csvChunks({ accounts, entries }: ExportedJournal): AsyncGenerator<string> {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  yield byteOrderMark + line(columns);
  for await (const entry of entries) {
    const row = exportedRow(entry);
    const cells = { ...row, account_name: names.get(entry.accountId) ?? '' } as ExportedRow;
    yield line(columns.map((column) => cell(column, cells[column] ?? '')));
  }
}

const columns = exportedColumns.flatMap((column) =>
  column === 'account_id' ? [column, 'account_name'] : [column],
);

function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

const decimals: ReadonlySet<string> = new Set(decimalColumns);

function cell(column: string, value: NonNullable<ExportedRow[string]>): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A decimal begins with a minus sign by right.
  const guarded = !decimals.has(column) && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
