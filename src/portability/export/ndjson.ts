import type { ExportedJournal } from './exported-journal.js';
import { accountRow } from './exported-row.js';
import { exportedRow } from '../../model/entry-row.js';

/** One JSON object per line: the header, then each account, then each entry. */
export async function* ndjsonChunks({ header, accounts, entries }: ExportedJournal): AsyncGenerator<string> {
  yield line({ export: header });
  for (const account of accounts) yield line({ account: accountRow(account) });
  for await (const entry of entries) yield line({ entry: exportedRow(entry) });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
