import type { DecimalString } from '../../../model/decimal.js';
import type { EntryType } from '../../../model/entry-type.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import type { ChangedValue, RowProblem } from '../report/import-report.js';
import type { LegacyRow } from '../read/legacy-source.js';
import type { TypedDays } from './typed-days.js';
import { legMeantBy } from '../../../journal/type-rules.js';
import { readMeta } from './meta.js';
import { RowReader } from './row-reader.js';

/** A legacy row as an entry. May be stored without `problems`, if the journal accepts it. */
export interface ConvertedEntry {
  record: EntryRecord;
  problems: RowProblem[];
  changes: ChangedValue[];
}

type Content = Omit<
  EntryRecord,
  'deletedAt' | 'editedBy' | 'editReason' | 'originalEntryId' | 'createdAt' | 'updatedAt' | 'recorded'
>;
/** Every content column, so that a missing one does not compile. */
type WholeContent = { [Column in keyof Required<Content>]: Content[Column] };

/**
 * Converts a row of the legacy `journal`. The journal itself validates types, signs, ranges and
 * characters.
 *
 * @param place the row's place in the table, from 1
 * @throws TimeZoneError if an expiration needs a time zone and none was given
 */
export function convertEntry(legacy: LegacyRow, place: number, days: TypedDays): ConvertedEntry {
  const row = new RowReader('journal', legacy, place);
  const content: WholeContent = {
    id: row.text('id') as string,
    ...momentOf(row, days),
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
    meta: withKnownLeg(readMeta(row), row),
  };
  const record: EntryRecord = { ...content, ...history(row) };
  return { record, problems: row.problems, changes: row.changes };
}

/** Writes the leg as `put` or `call`, which other programs write as `P` or `CALL`. */
function withKnownLeg(meta: Record<string, unknown>, row: RowReader): Record<string, unknown> {
  const leg = legMeantBy(meta['leg']);
  if (leg === undefined || leg === meta['leg']) return meta;
  row.change('normalised', 'meta', { leg: meta['leg'] }, { leg });
  return { ...meta, leg };
}

/** The instant of an entry, and its day if the trader typed a day only. */
function momentOf(row: RowReader, days: TypedDays): { ts: Date; day: string | null } {
  const text = row.value('ts');
  const isDay = typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);
  const ts = isDay ? row.instantOf('ts', `${text}T00:00:00.000Z`) : row.instant('ts');
  return { ts: ts as Date, day: ts && dayOf(row, days) };
}

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

/** The audit columns that the file has. Missing columns are not compared with stored entries. */
function history(row: RowReader): Partial<EntryRecord> {
  const known: Partial<EntryRecord> = {};
  if (row.has('deleted_at')) known.deletedAt = row.instant('deleted_at');
  if (row.has('edited_by')) known.editedBy = row.text('edited_by');
  if (row.has('edit_reason')) known.editReason = row.text('edit_reason');
  if (row.has('original_entry_id')) known.originalEntryId = row.textOrNothing('original_entry_id');
  if (row.has('created_at')) known.createdAt = filled(row, 'created_at');
  if (row.has('updated_at')) known.updatedAt = filled(row, 'updated_at');
  if (row.has('recorded')) known.recorded = row.textOrNothing('recorded');
  return known;
}

function filled(row: RowReader, column: string): Date | undefined {
  const value = row.value(column);
  if (value !== null && value !== '') return row.instant(column) ?? undefined;
  row.change('filled', column, value, 'the time of the import');
  return undefined;
}
