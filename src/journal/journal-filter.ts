import { z } from 'zod';
import { entryTypes, sharesOrExpirationTypes } from '../model/entry-type.js';
import type { EntryType } from '../model/entry-type.js';
import type { OwnStatement } from '../driver/run-statement.js';
import { EntrySelection } from './entry-selection.js';
import { checkInput } from '../model/input-check.js';
import { storableDay, storableInstant, storableText } from '../model/storable.js';

/**
 * Which entries by their state. `live` (the default): all that are not deleted. `open`: live, with
 * no expiration or one after today. `closed`: live, expired, or of the type expiration,
 * assignment_shares or share_sale. `deleted`; `all`: live and deleted. The rules of `open` and
 * `closed` are those of the browser application, in which an entry can be both.
 */
export const entryStatuses = ['live', 'open', 'closed', 'deleted', 'all'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** Which entries; everything that is given must hold. */
export interface JournalFilter {
  symbol?: string;
  type?: EntryType;
  accountId?: string;
  /** At this instant or later. */
  from?: Date;
  /** At this instant or earlier. */
  to?: Date;
  status?: EntryStatus;
  /**
   * The day against which `open` and `closed` are told, `YYYY-MM-DD`; the day in UTC, of `asOf` if
   * that is given, unless given.
   */
  today?: string;
  /**
   * The journal as it was known at this instant: entries that were appended later are left out, and
   * those that were deleted later count as live. They are returned as they are stored, with what
   * became of them since.
   */
  asOf?: Date;
}

/** The rules of a filter, to be extended by what takes one. */
export const journalFilter = z.strictObject({
  symbol: storableText.optional(),
  type: z.enum(entryTypes, `must be one of ${entryTypes.join(', ')}`).optional(),
  accountId: storableText.optional(),
  from: storableInstant.optional(),
  to: storableInstant.optional(),
  status: z.enum(entryStatuses, `must be one of ${entryStatuses.join(', ')}`).optional(),
  today: storableDay.optional(),
  asOf: storableInstant.optional(),
});

/** The filter. @throws InvalidInputError */
export function checkFilter(filter: JournalFilter): JournalFilter {
  return checkInput<JournalFilter>('filter', journalFilter, filter);
}

/** Whether all live entries pass a checked filter. */
function isUnfiltered(filter: JournalFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/**
 * How entries that pass a checked filter are found. Between two instants of which it knows nothing
 * the server expects so few of them that a plan for all values goes through all that lie there,
 * whatever else is asked for; only an index for everything else is better even then.
 */
export function planOf(filter: JournalFilter): OwnStatement<unknown>['plan'] {
  if (isUnfiltered(filter)) return 'generic';
  const { from, to, symbol, type } = filter;
  return from && to && !(symbol && type) ? 'custom' : undefined;
}

/** The entries of a user that pass a checked filter. */
export function filteredEntries(userId: string, filter: JournalFilter): EntrySelection {
  const selection = new EntrySelection(userId);
  for (const [property, column] of equalities) {
    const value = filter[property];
    if (value !== undefined) selection.and((parameter) => `${column} = ${parameter(value)}`);
  }
  const { from, to } = filter;
  if (from) selection.and((parameter) => `ts >= ${parameter(from.toISOString())}`);
  if (to) selection.and((parameter) => `ts <= ${parameter(to.toISOString())}`);
  return inStatus(selection, filter);
}

const equalities = [
  ['symbol', 'symbol'],
  ['type', 'type'],
  ['accountId', 'account_id'],
] as const;

function inStatus(selection: EntrySelection, filter: JournalFilter): EntrySelection {
  const { status = 'live', asOf } = filter;
  if (asOf) {
    selection.and((parameter) => {
      const instant = parameter(asOf.toISOString());
      const known = `created_at <= ${instant}`;
      if (status === 'all') return known;
      if (status === 'deleted') return `${known} AND deleted_at <= ${instant}`;
      return `${known} AND (deleted_at IS NULL OR deleted_at > ${instant})`;
    });
  } else if (status === 'deleted') selection.and('deleted_at IS NOT NULL');
  else if (status !== 'all') selection.and('deleted_at IS NULL');

  const { today = (asOf ?? new Date()).toISOString().slice(0, 10) } = filter;
  if (status === 'open')
    selection.and((parameter) => `(expiration IS NULL OR expiration > ${parameter(today)})`);
  if (status === 'closed')
    selection.and((parameter) => `(expiration <= ${parameter(today)} OR type IN (${closingTypes}))`);
  return selection;
}

const closingTypes = sharesOrExpirationTypes.map((type) => `'${type}'`).join(', ');
