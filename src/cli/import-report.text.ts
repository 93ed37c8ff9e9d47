import { basename } from 'node:path';
import { differs } from '../browser/import/check/control-totals.js';
import type { ChangedColumns, EntryChange } from '../browser/import/report/import-report.js';
import type {
  ChangedValue,
  ChangeKind,
  EntryTotals,
  ImportReport,
  RejectedRow,
  VerifiedSum,
} from '../browser/import/report/import-report.js';
import { groupBy } from '../schema/group-by.js';
import { unplacedText } from './unplaced-entries.text.js';
import { localStorageText } from './local-storage.text.js';
import { money, numbers, table } from './table.js';
import { oneLine } from './printing.js';

/** The report of an import for people: groups changed values by kind, and shortens long values. */
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
    ...daysText(report),
    ...notices(report),
    ...changes(report.changes),
    ...localStorageText(report.localStorage),
    ...(report.figures === null ? [] : unplacedText(report.figures)),
    ...(report.rejected.length > 0 ? [`Rejected:\n${rejectedTable(report.rejected)}`] : []),
    verification(report),
    verdict(report),
  ].join('\n\n');
}

/** Rejected rows with their reasons. */
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

/** Rows that differ from their stored entries: values of both sides, and the outcome. */
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

function accounts({ accounts: { created, rejected }, entriesWithoutAccount }: ImportReport): string[] {
  const rows = created.map(({ id, name, source }) => [
    id,
    name,
    source === 'file' ? 'its accounts' : 'only its entries',
  ]);
  const orRejected = rejected > 0 ? ', or has in rejected rows' : '';
  const missing = entriesWithoutAccount.map(
    ({ accountId, rows: places }) => `${oneLine(accountId)}: ${rowsText(places)}`,
  );
  return [
    ...(created.length > 0
      ? [`Accounts created:\n${table(['id', 'name', 'found in the file in'], rows)}`]
      : []),
    ...(missing.length > 0
      ? [`Entries of accounts that the file lacks${orRejected}:\n${missing.join('\n')}`]
      : []),
  ];
}

const maxRanges = 8;

/** Formats ascending places of rows: `row 3`, `rows 3-5, 9`, or `rows 1, 3, … (40 rows)`. */
export function rowsText(places: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const place of places) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] + 1 === place) range[1] = place;
    else ranges.push([place, place]);
  }
  const shown = ranges.slice(0, maxRanges).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const all = ranges.length > maxRanges ? `, … (${places.length} rows)` : '';
  return `${places.length === 1 ? 'row' : 'rows'} ${shown.join(', ')}${all}`;
}

/** The forms of the file's days, and whether a time zone was needed. */
function daysText({ days, timeZone }: ImportReport): string[] {
  const { dates, utcMidnights, localMidnights, possibleMidnights, example } = days;
  const possible =
    `${possibleMidnights} entries happened at another full quarter of an hour, such as ${example}, and are stored ` +
    'without a day. If the trader typed days there, give the time zone in which the journal was kept.';
  // If some days begin in the given time zone, it is the right one.
  const lines = possibleMidnights > 0 && localMidnights === 0 ? [possible] : [];
  if (localMidnights > 0)
    lines.unshift(
      `Days: ${localMidnights} are midnight in ${timeZone}, ${utcMidnights} midnight UTC, ${dates} dates.`,
    );
  else if (dates + utcMidnights > 0)
    lines.unshift(`No time zone was needed: ${utcMidnights} days are midnight UTC, and ${dates} are dates.`);
  return lines.length > 0 ? [lines.join('\n')] : [];
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
  normalised: 'a symbol without blanks, or a leg as put or call',
  decoded: 'JSON that was encoded more than once',
  wrapped: 'not a JSON object; kept in meta.legacyMeta',
  unlinked: 'leads nowhere, in a circle, or to an entry that was replaced already; kept in meta',
  unmatched: 'an edited row that may replace several; not linked',
  filled: 'missing; supplied',
  kept: 'another value in the file; the stored value stays',
  undated: 'a day that the stored entry lacks; it stays without',
};

function changes(all: readonly ChangedValue[]): string[] {
  if (all.length === 0) return [];
  const groups = groupBy(all, ({ kind, table: name, column }) => `${kind} ${name}.${column}`);
  const rows = groups.map(([, group]) => {
    const [{ table: name, column, kind, id, from, to }] = group as [ChangedValue];
    const example = `${id}: ${short(from)} → ${short(to)}`;
    const places = group.map(({ row }) => row).sort((a, b) => a - b);
    return [`${name}.${column}`, group.length, meanings[kind], example, rowsText(places)];
  });
  const columns = ['column', numbers('values'), 'what', 'for example', 'where'];
  return [`Changed on the way (each one with --json):\n${table(columns, rows)}`];
}

function short(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}

function verification({ verification: { total, live, byType, byAccount, bySymbol } }: ImportReport): string {
  const row = (label: string) => (sum: VerifiedSum) => [
    label,
    sum.key,
    sum.fileCount,
    money(sum.fileAmount),
    sum.databaseCount,
    money(sum.databaseAmount),
    comparison(sum),
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
  return table(columns, rows);
}

function comparison(sum: VerifiedSum): string {
  if (differs(sum)) return 'DIFFERS';
  return Number(sum.rounding) === 0 ? 'equal' : `equal, rounded by ${sum.rounding}`;
}

/** The last lines. "Verified" requires that no row was left out. */
function verdict(report: ImportReport): string {
  const { verification, entries, accounts, rejected, totals } = report;
  if (!verification.matches) return 'NOT VERIFIED: counts or sums differ.';
  if (rejected.length === 0) return `Verified: counts and exact sums are equal.${roundingText(report)}`;
  const { file, stored, difference, leftOut, withoutAmount } = totals;
  const ofAccounts = accounts.rejected > 0 ? ` and ${accounts.rejected} of ${accounts.read} accounts` : '';
  const unknown = withoutAmount > 0 ? `, without ${withoutAmount} whose amount is no number` : '';
  const lines = [
    `NOT COMPLETE: ${entries.rejected} of ${entries.read} entries${ofAccounts} were left out.`,
    `The entries that were left out add up to ${money(leftOut)}${unknown}.`,
    `Counts and exact sums of the other entries are equal.${roundingText(report)}`,
    `In the file: ${totalsText(file)}.`,
    `Stored:      ${totalsText(stored)}.`,
    `Difference:  ${totalsText(difference)}.`,
  ];
  return lines.join('\n');
}

function roundingText({ changes, rejected }: ImportReport): string {
  const leftOut = new Set(rejected.filter(({ table: name }) => name === 'journal').map(({ row }) => row));
  const rows = changes
    .filter(
      ({ kind, table: name, column }) => kind === 'rounded' && name === 'journal' && column === 'amount',
    )
    .map(({ row }) => row)
    .filter((row) => !leftOut.has(row));
  return rows.length === 0 ? '' : ` Amounts were rounded to eight decimals in ${rowsText(rows)}.`;
}

function totalsText({ entries, amount, live, liveAmount }: EntryTotals): string {
  return `${entries} entries of ${money(amount)}, of which ${live} live ones of ${money(liveAmount)}`;
}
