import { z } from 'zod';
import type { EntrySelection } from '../journal/entry-selection.js';
import { checkReadInput, oneOf } from '../model/input-check.js';
import { filteredEntries, journalFilter } from '../journal/journal-filter.js';
import { figurePeriods, localTime, type FigurePeriod } from '../journal/period-sql.js';
import { costMethods } from './ledger/lots.js';

/**
 * Selects the entries from which a read model derives its result. Without any member: all entries
 * of the user that are not deleted.
 */
export interface FigureRequest {
  accountId?: string;
  symbol?: string;
  /** Derives the result from the journal as it was known at this instant: `JournalFilter.asOf`. */
  asOf?: Date;
}

/** A request for a figure at the end of a day. */
export interface DayRequest extends FigureRequest {
  /**
   * The figure at the end of this day, `YYYY-MM-DD`: without the entries of later days, and with
   * the options that expire on this day or later as open. `asOf` asks for what was known.
   */
  on?: string;
  /**
   * The IANA time zone, such as `America/Denver`, that turns `ts` into a day; default `UTC`. An
   * entry with a `day` counts on that day in every time zone.
   */
  timeZone?: string;
}

/** A request whose result depends on the current day. */
export interface DatedRequest extends DayRequest {
  /**
   * The current day, `YYYY-MM-DD`, which decides what has expired; without `on`. Default: the day
   * of `asOf`, or of now, in `timeZone`.
   */
  today?: string;
}

const timeZone = z
  .string()
  // Refuses offsets and abbreviations such as CET: PostgreSQL inverts the sign of offsets, and
  // reads abbreviations as fixed offsets without daylight saving time.
  .refine(
    (zone) => (zone === 'UTC' || /^[a-z]+\//i.test(zone)) && isZone(zone),
    'must be a time zone such as America/Denver',
  )
  .optional();

export const figureRequest = journalFilter.pick({ accountId: true, symbol: true, asOf: true });
const { today } = journalFilter.shape;
export const dayRequest = figureRequest.extend({ on: today, timeZone });
export const datedRequest = dayRequest.extend({ today });

/** Adds the rule that a request names its day once. */
export function withOneDay<T extends z.ZodType<DatedRequest>>(schema: T): T {
  return schema.refine(({ on, today }) => on === undefined || today === undefined, {
    path: ['today'],
    message: 'must be left out if `on` is given: `on` is the current day then',
  });
}

/** A request whose result is grouped by period. */
export interface PeriodicRequest {
  per: FigurePeriod;
}

export const periodicRequest = {
  per: oneOf(figurePeriods),
};

/** The rule of a cost method. */
export const method = oneOf(costMethods).optional();

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** Returns the validated request. @throws InvalidInputError */
export function checkRequest<T>(schema: z.ZodType, request: T): T {
  return checkReadInput('request', schema, request) as T;
}

/** True for the account and the symbol of a request. */
export function concerns(
  request: FigureRequest,
  holding: { readonly accountId: string; readonly symbol: string | null },
): boolean {
  const { accountId = holding.accountId, symbol = holding.symbol } = request;
  return accountId === holding.accountId && symbol === holding.symbol;
}

/** Leaves out the entries of the days after `on`. @param zone SQL */
export function endOn(selection: EntrySelection, on: string | undefined, zone: string): void {
  if (on !== undefined) selection.and(`${localTime(zone)}::date <= ${selection.parameter(on)}::date`);
}

/** The user's entries that match a request, of all days. */
export function figureEntries(userId: string, { accountId, symbol, asOf }: FigureRequest): EntrySelection {
  return filteredEntries(userId, { accountId, symbol, asOf });
}

/**
 * Plan mode of a checked request. All entries of a user: a generic plan suits every user. With an
 * account, a symbol, `asOf` or `on` the selectivity depends on the values, which needs a custom
 * plan.
 */
export function figurePlan({ accountId, symbol, asOf, on }: DayRequest): 'generic' | 'custom' {
  return [accountId, symbol, asOf, on].every((value) => value === undefined) ? 'generic' : 'custom';
}

/** The day that a request takes as today, `YYYY-MM-DD`. */
export function todayOf({ on, today = on, asOf = new Date(), timeZone = 'UTC' }: DatedRequest): string {
  if (today !== undefined) return today;
  const options = { timeZone, era: 'short', year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(asOf);
  const { era, year, month, day } = Object.fromEntries(
    parts.map(({ type, value }) => [type, value]),
  ) as Record<Intl.DateTimeFormatPartTypes, string>;
  // West of UTC the first storable instants fall into year 0, which PostgreSQL does not accept.
  return era === 'BC' ? '0001-01-01' : `${year.padStart(4, '0')}-${month}-${day}`;
}
