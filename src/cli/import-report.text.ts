import { basename } from 'node:path';
import { differs } from '../browser/import/import-errors.js';
import type { ChangedColumns, EntryChange } from '../browser/import/merge/entry-change.js';
import type {
  ChangedValue,
  ChangeKind,
  ImportReport,
  RejectedRow,
  VerifiedSum,
} from '../browser/import/import-report.js';
import { money, numbers, table } from './table.js';
import { oneLine } from './printing.js';

/** An import's report for people: changed values by their kinds, and long values shortened. */
export function importReportText(report: ImportReport): string {
  const { entries } = report;
  return [
    heading(report),
    table(
      [numbers('entries read'), numbers('inserted'), numbers('there already'), numbers('rejected')],
      [[entries.read, entries.inserted, entries.unchanged, entries.rejected]],
    ),
    ...changedEntries(report),
    ...accounts(report),
    ...notices(report),
    ...changes(report.changes),
    ...(report.rejected.length > 0 ? [`Rejected:\n${rejectedTable(report.rejected)}`] : []),
    verification(report),
  ].join('\n\n');
}

/** The rows that were rejected, each with the reason. */
export function rejectedTable(rejected: readonly RejectedRow[]): string {
  const rows = rejected.map(({ table: name, row, id, column, value, reason }) => [
    name,
    row,
    id ?? null,
    column,
    short(value),
    reason,
  ]);
  return table(['table', numbers('row'), 'id', 'column', 'value', 'reason'], rows);
}

function changedEntries({ merged: { deleted, restored }, entryChanges }: ImportReport): string[] {
  if (entryChanges.length === 0) return [];
  const head = `Differs from what is stored (${deleted} marked as deleted, ${restored} restored):`;
  return [`${head}\n${entryChangesText(entryChanges)}`];
}

/** Each row that differs from what is stored: the values of both sides, and what was done or can be done. */
export function entryChangesText(changes: readonly EntryChange[]): string {
  return changes
    .map(({ action, row, id, symbol, type, date, amount, stored, file, outcome }) =>
      [
        `${action}: row ${row}, ${id}, ${symbol ?? 'no symbol'}, ${type}, ${date}, ${money(amount)}`,
        `  stored: ${valuesText(stored)}`,
        `  file:   ${valuesText(file)}`,
        `  ${outcome}`,
      ]
        .map(oneLine)
        .join('\n'),
    )
    .join('\n');
}

function valuesText(values: ChangedColumns): string {
  return Object.entries(values)
    .map(([column, value]) => `${column} ${value === null ? 'none' : short(value)}`)
    .join(', ');
}

function heading({ file, format, user, dryRun }: ImportReport): string {
  const done = dryRun ? 'Tried out, and rolled back, the import of' : 'Imported';
  const newUser = user.created ? ', a new user' : '';
  return `${done} ${oneLine(basename(file))} (${format}) for ${user.email}${newUser}.`;
}

function accounts({ accounts: { created } }: ImportReport): string[] {
  if (created.length === 0) return [];
  const rows = created.map(({ id, name, source }) => [
    id,
    name,
    source === 'file' ? 'its accounts' : 'only its entries',
  ]);
  return [`Accounts created:\n${table(['id', 'name', 'found in the file in'], rows)}`];
}

function notices({ missingColumns, notImported, unreadColumns }: ImportReport): string[] {
  return [
    ...(missingColumns.length > 0 ? [`The file has no ${missingColumns.join(', ')}.`] : []),
    ...(unreadColumns.length > 0
      ? [`Not known, and not imported: ${unreadColumns.map(oneLine).join(', ')}.`]
      : []),
    ...notImported.map(
      ({ table: name, rows }) => `Not part of the journal, not imported: ${rows} rows of ${oneLine(name)}.`,
    ),
  ];
}

const meanings: Record<ChangeKind, string> = {
  rounded: 'rounded: eight decimals, or milliseconds',
  day: 'midnight, UTC or local → its day',
  emptied: 'empty → nothing',
  decoded: 'JSON that was encoded more than once',
  wrapped: 'not a JSON object; kept in meta.legacyMeta',
  unlinked: 'leads nowhere, in a circle, or to an entry that was replaced already; kept in meta',
  unmatched: 'an edited row that may replace several; not linked',
  filled: 'missing; supplied',
  kept: 'another name in the file; the stored name stays',
};

function changes(all: readonly ChangedValue[]): string[] {
  if (all.length === 0) return [];
  const groups = new Map<string, { first: ChangedValue; count: number }>();
  for (const change of all) {
    const key = `${change.kind} ${change.table}.${change.column}`;
    const group = groups.get(key);
    groups.set(key, { first: group?.first ?? change, count: (group?.count ?? 0) + 1 });
  }
  const rows = [...groups.values()].map(({ first, count }) => [
    `${first.table}.${first.column}`,
    count,
    meanings[first.kind],
    `${first.id}: ${short(first.from)} → ${short(first.to)}`,
  ]);
  return [
    `Changed on the way (each one with --json):\n${table(['column', numbers('values'), 'what', 'for example'], rows)}`,
  ];
}

function short(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}

function verification({
  entries,
  verification: { matches, total, live, byType, byAccount, bySymbol },
}: ImportReport): string {
  const row = (label: string) => (sum: VerifiedSum) => [
    label,
    sum.key,
    sum.fileCount,
    money(sum.fileAmount),
    sum.databaseCount,
    money(sum.databaseAmount),
    differs(sum) ? 'DIFFERS' : 'equal',
  ];
  const rows = [
    ...byType.map(row('type')),
    ...byAccount.map(row('account')),
    ...bySymbol.map(row('symbol')),
    row('live')(live),
    row('all')(total),
  ];
  const columns = [
    'by',
    '',
    numbers('in the file'),
    numbers('amount'),
    numbers('in PostgreSQL'),
    numbers('amount'),
    '',
  ];
  return `${verdictOf(matches, entries)}\n${table(columns, rows)}`;
}

/** "Verified" is said of a whole file only: a row that was left out is not in the database. */
function verdictOf(matches: boolean, { read, rejected }: ImportReport['entries']): string {
  if (!matches) return 'NOT VERIFIED: counts or sums differ.';
  if (rejected === 0) return 'Verified: counts and exact sums are equal.';
  return `NOT COMPLETE: ${rejected} of ${read} rows were left out. Counts and exact sums of the other rows are equal.`;
}
