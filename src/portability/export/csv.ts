import { decimalColumns, exportedColumns } from '../../browser/format/kept-values.js';
import type { ExportedJournal } from './exported-journal.js';
import { exportedRow } from '../../model/entry-row.js';
import type { ExportedRow } from '../../model/entry-row.js';

/** Without it, spreadsheets do not recognise UTF-8. */
const byteOrderMark = '\ufeff';

/**
 * CSV by RFC 4180 for spreadsheets, with the names of the accounts. An apostrophe precedes every
 * text that a spreadsheet would evaluate as a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection), so that CSV cannot be imported again.
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
  // A decimal may begin with a minus sign.
  const guarded = !decimals.has(column) && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
