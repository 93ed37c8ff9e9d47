import { asLegacyValue, decodeUtf8, isObject, parseJson } from './json-values.js';
import { accountsTable, journalTable, knownColumns, unreadColumns } from './legacy-columns.js';
import { LegacyFileError } from './legacy-file.error.js';
import type { LegacyRow, LegacySource } from './legacy-source.js';
import { readLines } from './lines.js';

/**
 * An export of this package with a JSON object a line: what it says of itself, the accounts, the
 * entries. It is read line by line, so that it may be of any size.
 *
 * @throws LegacyFileError where a line is none of these, or lines are missing
 */
export function openNdjson(path: string): LegacySource {
  const accounts: LegacyRow[] = [];
  const columns = { account: new Set<string>(), entry: new Set<string>() };
  let promised: Promised | undefined;
  const others = new Set<string>();
  let entries = 0;
  for (const { kind, row } of readObjects(path, others)) {
    if (kind === 'export') {
      promised = { accounts: row['accounts'], entries: row['entries'] };
      continue;
    }
    for (const column of Object.keys(row)) columns[kind].add(column);
    if (kind === 'entry') entries += 1;
    else accounts.push(row);
  }
  refuseMissing(path, promised, { accounts: accounts.length, entries });
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

/** How many rows an export said that follow. */
interface Promised {
  accounts: unknown;
  entries: unknown;
}

type Kind = 'export' | 'account' | 'entry';

/** The object of each line. Other keys that stand beside it are added to `others`. */
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

function refuseMissing(path: string, promised: Promised | undefined, found: Promised): void {
  if (promised?.accounts === found.accounts && promised?.entries === found.entries) return;
  throw new LegacyFileError(
    path,
    `has ${String(found.accounts)} accounts and ${String(found.entries)} entries, and should have ` +
      `${String(promised?.accounts)} and ${String(promised?.entries)}; export it again, as it may have been cut off`,
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
