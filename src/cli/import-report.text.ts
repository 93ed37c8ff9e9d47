import { basename } from 'node:path';
import { differs } from '../browser/import/check/control-totals.js';
import type {
  ChangedColumns,
  EntryChange,
  ChangedValue,
  ChangeKind,
  EntryTotals,
  ImportReport,
  RejectedRow,
  VerifiedSum,
  ExpirationOutcome,
  LocalStorageReport,
  PurchaseOutcome,
  UnplacedEntries,
} from '../browser/import/report/import-report.js';
import { groupBy } from '../model/group-by.js';
import { money, quantity, table, type TableRow } from './table.js';
import { oneLine } from './printing.js';
import { Decimal } from '../model/decimal.js';
import type { ExplainedUnmatched, UnmatchedReason } from '../figures/explain-unmatched.js';

/** The report of an import for people: groups changed values by kind, and shortens long values. */
export function importReportText(report: ImportReport): string {
  const { entries } = report;
  return [
    heading(report),
    table(
      ['>entries read', '>inserted', '>there already', '>rejected'],
      [[entries.read, entries.inserted, entries.unchanged, entries.rejected]],
    ),
    ...changedEntries(report),
    ...accounts(report),
    ...daysText(report),
    ...notices(report),
    ...changes(report.changes),
    ...localStorageText(report.localStorage),
    ...(report.figures === null ? [] : unplacedText(report.figures)),
    ...section('Rejected', rejectedColumns, report.rejected.map(rejectedRow)),
    verification(report),
    verdict(report),
  ].join('\n\n');
}

/** A titled table of at most `most` rows; nothing without rows. */
function section(
  title: string,
  columns: readonly string[],
  rows: readonly TableRow[],
  most = Infinity,
): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > most ? [`And ${rows.length - most} more; --json lists all.`] : [];
  return [[`${title}:`, table(columns, rows.slice(0, most)), ...more].join('\n')];
}

/** Rejected rows with their reasons. */
export function rejectedTable(rejected: readonly RejectedRow[]): string {
  return table(rejectedColumns, rejected.map(rejectedRow));
}

const rejectedColumns = ['table', '>row', 'id', 'column', 'value', 'reason'];

function rejectedRow({ table: name, row, id, column, value, reason }: RejectedRow): TableRow {
  return [name, row, id ?? null, column, short(value), reason];
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
  const sources = { file: 'accounts table', entries: 'entries only' };
  const rows = created.map(({ id, name, source }) => [id, name, sources[source]]);
  const orRejected = rejected > 0 ? ', or has in rejected rows' : '';
  const missing = entriesWithoutAccount.map(
    ({ accountId, rows: places }) => `${oneLine(accountId)}: ${rowsText(places)}`,
  );
  return [
    ...section('Accounts created', ['id', 'name', 'source'], rows),
    ...(missing.length > 0
      ? [`Entries of accounts that the file lacks${orRejected}:\n${missing.join('\n')}`]
      : []),
  ];
}

const maxRanges = 8;

/** Formats ascending places of rows: `row 3`, `rows 3-5, 9`, or `rows 1, 3, … (40 rows)`. */
function rowsText(places: readonly number[]): string {
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
export function daysText({ days, timeZone }: Pick<ImportReport, 'days' | 'timeZone'>): string[] {
  const { dates, utcMidnights, localMidnights, possibleMidnights, example } = days;
  const remedy =
    timeZone === null
      ? 'give the time zone in which the journal was kept'
      : `the journal was kept in another time zone than ${timeZone}: give it`;
  const possible =
    `${possibleMidnights} entries happened at another full quarter of an hour, such as ${example}, and are stored ` +
    `without a day. If the trader typed days there, ${remedy}.`;
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
      ({ table: name, rows }) =>
        `Not part of the journal, not imported: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${oneLine(name)}.`,
    ),
  ];
}

const changeMeanings: Record<ChangeKind, string> = {
  rounded: 'rounded: eight decimals, or milliseconds',
  day: 'midnight, UTC or local → its day',
  emptied: 'empty → nothing',
  normalised: 'a symbol without blanks, or a leg as put or call',
  decoded: 'JSON that was encoded more than once',
  wrapped: 'not a JSON object; kept in meta.legacyMeta',
  unlinked: 'leads nowhere, in a cycle, or to an entry that was replaced already; kept in meta',
  unmatched: 'an edited row that may replace several; not linked',
  filled: 'missing; supplied',
  kept: 'another value in the file; the stored value stays',
  undated: 'the file has a day; the stored entry keeps none',
};

function changes(all: readonly ChangedValue[]): string[] {
  const groups = groupBy(all, ({ kind, table: name, column }) => `${kind} ${name}.${column}`);
  const rows = groups.map(([, group]) => {
    const [{ table: name, column, kind, id, from, to }] = group as [ChangedValue];
    const example = `${id}: ${short(from)} → ${short(to)}`;
    const places = group.map(({ row }) => row).sort((a, b) => a - b);
    return [`${name}.${column}`, group.length, changeMeanings[kind], example, rowsText(places)];
  });
  const columns = ['column', '>values', 'what', 'for example', 'where'];
  return section('Changed on the way (each one with --json)', columns, rows);
}

function short(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}

function verification({ verification: { total, live, byType, byAccount, bySymbol } }: ImportReport): string {
  const row = (label: string) => (sum: VerifiedSum) => [
    ...[label, sum.key, sum.fileCount, money(sum.fileAmount)],
    ...[sum.databaseCount, money(sum.databaseAmount), comparison(sum)],
  ];
  const rows = [
    ...byType.map(row('type')),
    ...byAccount.map(row('account')),
    ...bySymbol.map(row('symbol')),
    row('live')(live),
    row('all')(total),
  ];
  return table(['by', '', '>in the file', '>amount', '>in PostgreSQL', '>amount', ''], rows);
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

/** The sections of an import's report about a dump of localStorage. */
export function localStorageText(report: LocalStorageReport | null): string[] {
  if (report === null) return [];
  const notTaken = report.notTaken.map(({ key, items, what }) => [key, items, what]);
  const unreadable = report.unreadable.map(({ key, item, reason }) => [key, item, reason]);
  const unknownForm = 'Not as the browser application writes it, and not imported';
  return [
    ...expirationsText(report.expirations),
    ...purchasesText(report.purchases),
    ...section('Found in localStorage, and not imported', ['key', '>items', 'what'], notTaken),
    ...section(unknownForm, ['key', 'item', 'why'], unreadable),
  ];
}

function expirationsText(expirations: readonly ExpirationOutcome[]): string[] {
  const rows = expirations.map(({ symbol, strike, from, to, amended, unchanged, notApplied }) => {
    return [symbol, quantity(strike), from, to, amended.length, unchanged.length, reasonsText(notApplied)];
  });
  const columns = ['symbol', '>strike', 'from', 'to', '>amended', '>there already', 'not applied'];
  return section('Corrected expirations', columns, rows);
}

/** Number of entries that a cell names. */
const maxReasons = 3;

function reasonsText(notApplied: ExpirationOutcome['notApplied']): string {
  const shown = notApplied
    .slice(0, maxReasons)
    .map(({ id, reason }) => (id === null ? reason : `${id}: ${reason}`));
  const more = notApplied.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more entries; --json lists all`] : [])].join('; ');
}

function purchasesText(purchases: readonly PurchaseOutcome[]): string[] {
  const rows = purchases.map((one) => [
    ...[one.boughtAt.slice(0, 10), one.symbol, one.leg, quantity(one.strike), one.expiration ?? 'unknown'],
    ...[quantity(one.contracts), money(one.amount), purchaseOutcomes[one.outcome], one.reason],
  ]);
  const contract = ['bought (UTC)', 'symbol', 'leg', '>strike', 'expiration', '>contracts'];
  const columns = [...contract, '>amount', 'what was done', 'why'];
  return section('Options bought, which SQLite has as fees', columns, rows);
}

const purchaseOutcomes: Record<PurchaseOutcome['outcome'], string> = {
  amended: 'fee amended to buy_to_open',
  unchanged: 'there already',
  notApplied: 'not applied',
};

/** Number of entries that a section shows. */
const maxRows = 20;

/** The sections of an import's report about entries that the figures cannot place. */
export function unplacedText({ unmatched, unassignedFees }: UnplacedEntries): string[] {
  return [...unmatchedText(unmatched), ...feesText(unassignedFees)];
}

function unmatchedText(unmatched: readonly ExplainedUnmatched[]): string[] {
  const rows = unmatched.map((entry) => [
    ...[entry.id, entry.day, entry.type, whatOf(entry), quantity(entry.quantity), money(entry.cash)],
    ...[unmatchedReasons[entry.reason], nearText(entry)],
  ]);
  const columns = ['id', 'day', 'type', 'of', '>quantity', '>cash', 'why', 'one day away'];
  return section(
    'Without a counterpart in the journal; figures count their cash only',
    columns,
    rows,
    maxRows,
  );
}

const unmatchedReasons: Record<UnmatchedReason, string> = {
  notOpened: 'never opened',
  closedTooOften: 'closed more often than opened',
  notHeld: 'not held',
  withoutQuantity: 'no quantity',
};

function whatOf({ symbol, expiration, strike, leg }: ExplainedUnmatched): string {
  return [symbol, expiration, quantity(strike), leg].filter((part) => part !== null).join(' ');
}

function nearText({ near }: ExplainedUnmatched): string {
  if (near === null) return '';
  const verb = near.differsBy === 'expiration' ? 'expiring' : 'opened';
  return `${quantity(near.contracts)} open, ${verb} ${near.day}`;
}

function feesText(fees: UnplacedEntries['unassignedFees']): string[] {
  const rows = fees.map((fee) => [fee.id, fee.day, fee.accountId, fee.symbol, money(fee.amount)]);
  const total = fees.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0)).toFixed(8);
  const title = `Fees that belong to no trade (${fees.length}, ${money(total)} in all)`;
  return section(title, ['id', 'day', 'account', 'symbol', '>amount'], rows, maxRows);
}
