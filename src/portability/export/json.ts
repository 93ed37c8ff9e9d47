import type { ExportedJournal } from './exported-journal.js';
import { accountRow } from './exported-journal.js';
import { exportedRow } from '../../model/entry-row.js';

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
  yield line({ export: header });
  for (const account of accounts) yield line({ account: accountRow(account) });
  for await (const entry of entries) yield line({ entry: exportedRow(entry) });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
