import type { DecimalString } from '../../../model/decimal.js';
import type { EntryType } from '../../../model/entry-type.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { RowProblem, ValueChange } from '../report/import-report.js';
import type { LegacyRow } from '../read/legacy-source.js';
import type { TypedDays } from './typed-days.js';
import { misspeltLegs } from '../../../journal/type-rules.js';
import { readMeta } from './meta.js';
import { RowReader } from './row-reader.js';
import type { NewAccount } from '../../../accounts/new-account.js';

/** A legacy row converted to an entry or account. It may be stored if it has no `problems`. */
interface Converted<T> {
  record: T;
  problems: RowProblem[];
  changes: ValueChange[];
}

/** Every column, so that a missing one does not compile. */
type WholeRecord = { [Column in keyof Required<EntryRecord>]: EntryRecord[Column] };

/**
 * Converts a row of the legacy `journal`. The journal itself validates types, signs, ranges and
 * characters.
 *
 * @param place the row's place in the table, from 1
 * @throws TimeZoneError if an expiration needs a time zone and none was given
 */
export function convertEntry(legacy: LegacyRow, place: number, days: TypedDays): Converted<EntryRecord> {
  const row = new RowReader(legacy, place);
  const id = row.text('id') as string;
  const ts = instantOf(row);
  // One literal without spreads: copies of so many properties are slow.
  const record: WholeRecord = {
    id,
    ts: ts as Date,
    day: ts && dayOf(row, days),
    accountId: row.text('account_id') as string,
    symbol: row.symbol('symbol'),
    type: row.text('type') as EntryType,
    qty: row.decimal('qty'),
    amount: row.decimal('amount') as DecimalString,
    strike: row.decimal('strike'),
    expiration: expirationOf(row, days),
    underlyingPrice: row.decimal('underlying_price'),
    ratioTo: row.integer('ratio_to'),
    ratioFrom: row.integer('ratio_from'),
    targetSymbol: row.symbol('target_symbol'),
    targetStrike: row.decimal('target_strike'),
    targetAccountId: row.textOrNothing('target_account_id'),
    multiplier: row.decimal('multiplier'),
    deliverable: row.decimal('deliverable'),
    cost: row.decimal('cost'),
    costShare: row.decimal('cost_share'),
    acquiredOn: row.textOrNothing('acquired_on'),
    section1256: row.flag('section1256'),
    notes: row.text('notes'),
    meta: withKnownLegs(readMeta(row), row),
    // Columns that the file lacks are undefined: they are not compared with stored entries.
    deletedAt: row.has('deleted_at') ? row.instant('deleted_at') : undefined,
    editedBy: row.has('edited_by') ? row.text('edited_by') : undefined,
    editReason: row.has('edit_reason') ? row.text('edit_reason') : undefined,
    originalEntryId: row.has('original_entry_id') ? row.textOrNothing('original_entry_id') : undefined,
    createdAt: row.has('created_at') ? filled(row, 'created_at') : undefined,
    updatedAt: row.has('updated_at') ? filled(row, 'updated_at') : undefined,
    recorded: row.has('recorded') ? row.textOrNothing('recorded') : undefined,
  };
  return { record, problems: row.problems, changes: row.changes };
}

/** Writes each leg as `put` or `call`, which other programs write as `P` or `CALL`. */
function withKnownLegs(meta: Record<string, unknown>, row: RowReader): Record<string, unknown> {
  const legs = misspeltLegs(row.text('type') as EntryType, meta);
  for (const [key, leg] of Object.entries(legs))
    row.change('normalised', 'meta', { [key]: meta[key] }, { [key]: leg });
  return { ...meta, ...legs };
}

/** The instant of an entry; of a plain day, its midnight in UTC. */
function instantOf(row: RowReader): Date | null {
  const text = row.value('ts');
  const isDay = typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);
  return isDay ? row.instantOf('ts', `${text}T00:00:00.000Z`) : row.instant('ts');
}

/** The day of an entry, if the trader typed a day only. */
function dayOf(row: RowReader, days: TypedDays): string | null {
  // An export of this package has the column `day`; empty text means that the entry has no day.
  return row.has('day') ? row.text('day') || null : days.dayOf(row.text('ts') ?? '');
}

function expirationOf(row: RowReader, days: TypedDays): string | null {
  const text = row.textOrNothing('expiration');
  if (text === null) return null;
  const read = days.expiration(text, row.place);
  if ('reason' in read) return row.refuse('expiration', read.reason);
  if (read.shifted) row.change('day', 'expiration', text, read.day);
  return read.day;
}

function filled(row: RowReader, column: string): Date | undefined {
  const value = row.value(column);
  if (value !== null && value !== '') return row.instant(column) ?? undefined;
  row.change('filled', column, value, 'the time of the import');
  return undefined;
}

/** An account of a file. Without `closedAt`, the file does not say whether it is closed. */
export type ImportedAccount = NewAccount & { id: string; closedAt?: Date | null };

/**
 * Converts a row of the legacy `accounts`. An account without a name gets its id as its name.
 *
 * @param place the row's place in the table, from 1
 */
export function convertAccount(legacy: LegacyRow, place: number): Converted<ImportedAccount> {
  const row = new RowReader(legacy, place);
  const id = row.text('id') as string;
  let name = row.text('name');
  if (!name) {
    row.change('filled', 'name', name, id);
    name = id;
  }
  const closedAt = row.has('closed_at') ? { closedAt: row.instant('closed_at') } : {};
  return { record: { id, name, ...closedAt }, problems: row.problems, changes: row.changes };
}
