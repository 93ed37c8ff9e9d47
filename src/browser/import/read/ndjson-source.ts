import { asLegacyValue, decodeUtf8, isObject, parseJson } from './json-values.js';
import { accountsTable, journalTable, knownColumns, unreadColumns } from './legacy-columns.js';
import { LegacyFileError } from './legacy-file.error.js';
import type { LegacyRow, LegacySource } from './legacy-source.js';
import { readLines } from './lines.js';

/**
 * Opens an NDJSON export of this package: one JSON object per line for the header, the accounts and
 * the entries. Reads line by line, so that the file can have any size.
 *
 * @throws LegacyFileError for another kind of line, or if lines are missing
 */
export function openNdjson(path: string): LegacySource {
  const accounts: LegacyRow[] = [];
  const columns = { account: new Set<string>(), entry: new Set<string>() };
  let declared: RowCounts | undefined;
  const others = new Set<string>();
  let entries = 0;
  for (const { kind, row } of readObjects(path, others)) {
    if (kind === 'export') {
      declared = { accounts: row['accounts'], entries: row['entries'] };
      continue;
    }
    for (const column of Object.keys(row)) columns[kind].add(column);
    if (kind === 'entry') entries += 1;
    else accounts.push(row);
  }
  refuseMissing(path, declared, { accounts: accounts.length, entries });
  const accountColumns = known(path, 'accounts', columns.account);
  const journalColumns = known(path, 'journal', columns.entry);
  return {
    path,
    format: 'ndjson',
    journalColumns: new Set(journalColumns),
    journalCount: entries,
    accounts: () => accounts.map((row) => pick(path, accountColumns, row)),
    journal: () => entryRows(path, journalColumns),
    notImported: [],
    unreadColumns: [
      ...unreadColumns('accounts', accountsTable, columns.account),
      ...unreadColumns('journal', journalTable, columns.entry),
      ...others,
    ],
    close: () => undefined,
  };
}

/** Row counts: declared by the header, or found. */
interface RowCounts {
  accounts: unknown;
  entries: unknown;
}

type Kind = 'export' | 'account' | 'entry';

/** Iterates over the objects of all lines. Adds unknown keys of a line to `others`. */
function* readObjects(path: string, others: Set<string>): Generator<{ kind: Kind; row: LegacyRow }, void> {
  let number = 0;
  for (const line of readLines(path)) {
    number += 1;
    const value = parseJson(path, decodeUtf8(path, line), number);
    const keys = isObject(value) ? Object.keys(value) : [];
    const [kind, second] = keys.filter(isKind);
    const row = isObject(value) && kind !== undefined ? value[kind] : undefined;
    if (
      kind === undefined ||
      second !== undefined ||
      !isObject(row) ||
      (kind === 'export') !== (number === 1)
    ) {
      throw new LegacyFileError(
        path,
        `has a line ${number} that is not one account or one entry; export it again`,
      );
    }
    for (const key of keys) if (key !== kind) others.add(key);
    yield { kind, row };
  }
}

function isKind(kind: string): kind is Kind {
  return kind === 'export' || kind === 'account' || kind === 'entry';
}

function refuseMissing(path: string, declared: RowCounts | undefined, found: RowCounts): void {
  if (declared?.accounts === found.accounts && declared?.entries === found.entries) return;
  throw new LegacyFileError(
    path,
    `has ${String(found.accounts)} accounts and ${String(found.entries)} entries, and should have ` +
      `${String(declared?.accounts)} and ${String(declared?.entries)}; export it again, as it may have been cut off`,
  );
}

function known(path: string, name: 'accounts' | 'journal', found: ReadonlySet<string>): readonly string[] {
  const table = name === 'accounts' ? accountsTable : journalTable;
  return found.size === 0 ? table.columns : knownColumns(path, name, table, found);
}

function* entryRows(path: string, columns: readonly string[]): Iterable<LegacyRow> {
  for (const { kind, row } of readObjects(path, new Set()))
    if (kind === 'entry') yield pick(path, columns, row);
}

function pick(path: string, columns: readonly string[], row: LegacyRow): LegacyRow {
  const value = (column: string) =>
    Object.hasOwn(row, column) ? asLegacyValue(path, column, row[column]) : null;
  return Object.fromEntries(columns.map((column) => [column, value(column)]));
}
