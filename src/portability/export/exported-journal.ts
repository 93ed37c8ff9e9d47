import type { Account } from '../../model/account.entity.js';
import type { JournalEntry } from '../../model/journal-entry.entity.js';
import { decimalColumns, exportedColumns } from '../../browser/format/kept-values.js';
import { exportedRow, type ExportedRow } from '../../model/entry-row.js';

/** The input of a format: a journal as one snapshot contains it. */
export interface ExportedJournal {
  /** The metadata of the export, as JSON and NDJSON contain it. */
  header: object;
  accounts: readonly Account[];
  /** Oldest first, including deleted entries. Can be iterated once. */
  entries: AsyncIterable<JournalEntry>;
}

/** Encodes a journal in a format, chunk by chunk. */
export type ExportWriter = (journal: ExportedJournal) => AsyncIterable<string | Uint8Array>;

/** `closed_at`, `created_at` and `updated_at` do not exist in the browser application. */
function accountRow({ id, name, closedAt, createdAt, updatedAt }: Account) {
  return {
    id,
    name,
    closed_at: closedAt?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

/**
 * The entry as it was known at an instant: a later deletion and its reason are removed. If the
 * entry was made by a restoration, that restoration's `editedBy` and `editReason` are lost, because
 * the deletion has overwritten them.
 */
export function asKnownAt(entry: JournalEntry, instant: Date): JournalEntry {
  if (entry.deletedAt === null || entry.deletedAt <= instant) return entry;
  const { createdAt } = entry;
  return { ...entry, deletedAt: null, editedBy: null, editReason: null, updatedAt: createdAt };
}

/** Without it, spreadsheets do not recognise UTF-8. */
const byteOrderMark = '\ufeff';

/**
 * CSV by RFC 4180 for spreadsheets, with the names of the accounts. An apostrophe precedes every
 * text that a spreadsheet would evaluate as a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection), so that CSV cannot be imported again.
 */
export async function* csvChunks({ accounts, entries }: ExportedJournal): AsyncGenerator<string> {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  yield byteOrderMark + csvLine(csvColumns);
  for await (const entry of entries) {
    const row = exportedRow(entry);
    const cells = { ...row, account_name: names.get(entry.accountId) ?? '' } as ExportedRow;
    yield csvLine(csvColumns.map((column) => csvCell(column, cells[column] ?? '')));
  }
}

const csvColumns = exportedColumns.flatMap((column) =>
  column === 'account_id' ? [column, 'account_name'] : [column],
);

function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

const decimals: ReadonlySet<string> = new Set(decimalColumns);

function csvCell(column: string, value: NonNullable<ExportedRow[string]>): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A decimal may begin with a minus sign.
  const guarded = !decimals.has(column) && /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  // Some spreadsheets take semicolons and tabs for separators, too, unless the cell is quoted.
  return /[",;\t\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** One JSON object with `export`, `accounts` and `journal`, one row per line. Can be imported. */
export async function* jsonChunks({ header, accounts, entries }: ExportedJournal): AsyncGenerator<string> {
  yield `{"export":${JSON.stringify(header)},\n"accounts":[`;
  let separator = '\n';
  for (const account of accounts) {
    yield `${separator}${JSON.stringify(accountRow(account))}`;
    separator = ',\n';
  }
  yield '\n],\n"journal":[';
  separator = '\n';
  for await (const entry of entries) {
    yield `${separator}${JSON.stringify(exportedRow(entry))}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** One JSON object per line: the header, then each account, then each entry. */
export async function* ndjsonChunks({ header, accounts, entries }: ExportedJournal): AsyncGenerator<string> {
  yield ndjsonLine({ export: header });
  for (const account of accounts) yield ndjsonLine({ account: accountRow(account) });
  for await (const entry of entries) yield ndjsonLine({ entry: exportedRow(entry) });
}

function ndjsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
