import { isRecord } from '../../../model/input-check.js';
import { asLegacyValue, decodeUtf8, parseJson, remedy } from './json-values.js';
import { accountsTable, journalTable, knownColumns, unreadColumns } from './legacy-columns.js';
import type { LegacyTable } from './legacy-columns.js';
import { FileProblem } from './file-problem.js';
import type { LegacyRow, LegacySource, UnreadTable } from './legacy-source.js';
import { readLines } from './lines.js';
import type { OpenFile } from './open-file.js';

/** The key of localStorage under which a browser without OPFS has the database, as base64 text. */
const databaseKey = 'options-tracker.db';

/**
 * Opens a JSON export: an object with an array of row objects per table, under the legacy names.
 *
 * @throws FileProblem if the file is not JSON in UTF-8, or has another shape
 */
export function openJson(file: OpenFile): LegacySource {
  const parsed = parseJson(decodeUtf8(file.whole()));
  if (!isRecord(parsed)) throw new FileProblem(`is JSON, but not an object; ${remedy}`);
  const tables = new Map(Object.entries(parsed));
  refuseOtherVersion(tables.get('export'));
  const accounts = rowsOf(accountsTable, tables.get('accounts') ?? []);
  const journalRows = tables.get('journal');
  if (journalRows === undefined && typeof tables.get(databaseKey) === 'string') {
    throw new FileProblem(
      `is a dump of localStorage; save its text under \`${databaseKey}\` to a file, give this file as the journal, ` +
        'and the dump as localStorage',
    );
  }
  if (journalRows === undefined) throw new FileProblem(`is JSON without \`journal\`; ${remedy}`);
  const journal = rowsOf(journalTable, journalRows);
  return {
    ...rowsAsLegacy(file, 'json', {
      accounts,
      journal: { rows: () => journal, count: journal.length, found: columnsOf(journal) },
      unread: unreadValues(tables),
    }),
    isExport: tables.has('export'),
    notImported: unreadTables(tables),
  };
}

/** The content of a file. `found`: the columns of the journal. */
interface JsonContent {
  accounts: readonly LegacyRow[];
  journal: { rows: () => Iterable<LegacyRow>; count: number; found: ReadonlySet<string> };
  /** Keys that are not read. */
  unread: Iterable<string>;
}

function rowsAsLegacy(
  file: OpenFile,
  format: 'json' | 'ndjson',
  { accounts, journal, unread }: JsonContent,
): LegacySource {
  const foundOfAccounts = columnsOf(accounts);
  const known = (table: LegacyTable, count: number, found: ReadonlySet<string>) =>
    count === 0 ? table.columns : knownColumns(table, found);
  const accountColumns = known(accountsTable, accounts.length, foundOfAccounts);
  const journalColumns = known(journalTable, journal.count, journal.found);
  return {
    format,
    isExport: true,
    journalColumns: new Set(journalColumns),
    journalCount: journal.count,
    accounts: () => pickColumns(accountColumns, accounts),
    journal: () => pickColumns(journalColumns, journal.rows()),
    notImported: [],
    unreadColumns: [
      ...unreadColumns(accountsTable, foundOfAccounts),
      ...unreadColumns(journalTable, journal.found),
      ...unread,
    ],
    close: () => file.close(),
  };
}

function* pickColumns(columns: readonly string[], rows: Iterable<LegacyRow>): Iterable<LegacyRow> {
  for (const row of rows) {
    const value = (column: string) =>
      Object.hasOwn(row, column) ? asLegacyValue(column, row[column]) : null;
    yield Object.fromEntries(columns.map((column) => [column, value(column)]));
  }
}

function rowsOf({ name }: LegacyTable, value: unknown): LegacyRow[] {
  if (!Array.isArray(value)) throw new FileProblem(`is JSON in which \`${name}\` is not an array; ${remedy}`);
  for (const [index, row] of value.entries()) {
    if (isRecord(row)) continue;
    throw new FileProblem(`is JSON in which \`${name}[${index}]\` is not an object; ${remedy}`);
  }
  return value as LegacyRow[];
}

function columnsOf(rows: readonly LegacyRow[]): Set<string> {
  const found = new Set<string>();
  for (const row of rows) for (const column of Object.keys(row)) found.add(column);
  return found;
}

function unreadTables(tables: ReadonlyMap<string, unknown>): UnreadTable[] {
  return [...tables]
    .map(([table, rows]) => ({ table, rows: Array.isArray(rows) ? rows.length : 0 }))
    .filter(({ table, rows }) => table !== 'accounts' && table !== 'journal' && rows > 0)
    .sort((one, other) => (one.table < other.table ? -1 : 1));
}

/**
 * A later version can have values that this release would not read.
 *
 * @param header the value of `export`, if there is one
 */
function refuseOtherVersion(header: unknown): void {
  const version = isRecord(header) ? (header['version'] ?? 1) : 1;
  if (version !== 1)
    throw new FileProblem(
      'is an export of another version of this package, in a form that this release does not read; import it by ' +
        'the release that exported it, or a later one',
    );
}

/** Keys of values that are not tables, except null and the `export` header of this package. */
function unreadValues(tables: ReadonlyMap<string, unknown>): string[] {
  return [...tables]
    .filter(([name, value]) => name !== 'export' && value !== null && !Array.isArray(value))
    .map(([name]) => name);
}

/**
 * Opens an NDJSON export of this package: one JSON object per line for the header, the accounts and
 * the entries. Reads line by line, so that the file can have any size.
 *
 * @throws FileProblem for another kind of line, or if lines are missing
 */
export function openNdjson(file: OpenFile): LegacySource {
  const accounts: LegacyRow[] = [];
  const found = new Set<string>();
  let header: LegacyRow = {};
  const others = new Set<string>();
  let entries = 0;
  for (const { kind, row } of readObjects(file, others)) {
    if (kind === 'export') {
      refuseOtherVersion(row);
      header = row;
    } else if (kind === 'account') {
      accounts.push(row);
    } else {
      for (const column of Object.keys(row)) found.add(column);
      entries += 1;
    }
  }
  refuseMissing(header, accounts.length, entries);
  const journal = { rows: () => entryRows(file), count: entries, found };
  return rowsAsLegacy(file, 'ndjson', { accounts, journal, unread: others });
}

const kinds = ['export', 'account', 'entry'] as const;

interface JsonLine {
  kind: (typeof kinds)[number];
  row: LegacyRow;
}

/** Iterates over the objects of all lines. Adds unknown keys of a line to `others`. */
function* readObjects(file: OpenFile, others: Set<string>): Generator<JsonLine, void> {
  let isFirst = true;
  for (const { number, bytes } of readLines(file)) {
    const text = decodeUtf8(bytes);
    if (text === '\r') continue;
    const value = parseJson(text, number);
    const object = isRecord(value) ? value : {};
    const [kind, second] = kinds.filter((one) => Object.hasOwn(object, one));
    const row = kind && object[kind];
    if (!kind || second || !isRecord(row) || (kind === 'export') !== isFirst) {
      throw new FileProblem(`has a line ${number} that is not one account or one entry; export it again`);
    }
    isFirst = false;
    for (const key of Object.keys(object)) if (key !== kind) others.add(key);
    yield { kind, row };
  }
  file.refuseChanged();
}

function* entryRows(file: OpenFile): Iterable<LegacyRow> {
  for (const { kind, row } of readObjects(file, new Set())) if (kind === 'entry') yield row;
}

/** Compares the numbers of rows with those that the header declares. */
function refuseMissing(header: LegacyRow, accounts: number, entries: number): void {
  if (header['accounts'] === accounts && header['entries'] === entries) return;
  throw new FileProblem(
    `has ${accounts} accounts and ${entries} entries, and should have ` +
      `${String(header['accounts'])} and ${String(header['entries'])}; export it again, as it may have been cut off`,
  );
}
