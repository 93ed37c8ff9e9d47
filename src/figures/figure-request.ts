import { z } from 'zod';
import type { EntrySelection } from '../journal/entry-selection.js';
import { checkInput } from '../model/input-check.js';
import { filteredEntries, journalFilter } from '../journal/journal-filter.js';
import type { JournalFilter } from '../journal/journal-filter.js';
import { figurePeriods } from '../journal/period-sql.js';
import type { FigurePeriod } from '../journal/period-sql.js';

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

/** A request whose result depends on the current day. */
export interface DatedRequest extends FigureRequest {
  /**
   * The current day, `YYYY-MM-DD`. Default: the day of `asOf`, or of now, in the request's
   * `timeZone` if it has one, otherwise in UTC.
   */
  today?: string;
}

export const figureRequest = journalFilter.pick({ accountId: true, symbol: true, asOf: true });
export const datedRequest = figureRequest.extend({ today: journalFilter.shape.today });

/** A request whose result is grouped by period. */
export interface PeriodicRequest {
  per: FigurePeriod;
  /**
   * The IANA time zone, such as `America/Denver`, that turns `ts` into a day; default `UTC`. An
   * entry with a `day` counts on that day in every time zone.
   */
  timeZone?: string;
}

export const periodicRequest = {
  per: z.enum(figurePeriods, `must be one of ${figurePeriods.join(', ')}`),
  timeZone: z
    .string()
    // Refuses offsets and abbreviations such as CET: PostgreSQL inverts the sign of offsets, and
    // reads abbreviations as fixed offsets without daylight saving time.
    .refine(
      (zone) => (zone === 'UTC' || /^[a-z]+\//i.test(zone)) && isZone(zone),
      'must be a time zone such as America/Denver',
    )
    .optional(),
};

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Returns the validated request. @throws InvalidInputError */
export function checkRequest<T>(schema: z.ZodType, request: T): T {
  return checkInput('request', schema, request) as T;
}

/** The user's entries that match a request. */
export function figureEntries(userId: string, { accountId, symbol, asOf }: FigureRequest): EntrySelection {
  const filter: JournalFilter = {
    ...(accountId !== undefined && { accountId }),
    ...(symbol !== undefined && { symbol }),
    ...(asOf !== undefined && { asOf }),
  };
  return filteredEntries(userId, filter);
}

/**
 * Plan mode of a checked request. All entries of a user: a generic plan suits every user. With an
 * account, a symbol or `asOf` the selectivity depends on the values, which needs a custom plan.
 */
export function figurePlan({ accountId, symbol, asOf }: FigureRequest): 'generic' | 'custom' {
  return accountId === undefined && symbol === undefined && asOf === undefined ? 'generic' : 'custom';
}

/** The day that a request takes as today, `YYYY-MM-DD`. */
export function dayOf({
  today,
  asOf = new Date(),
  timeZone = 'UTC',
}: DatedRequest & { timeZone?: string }): string {
  if (today !== undefined) return today;
  const options = { timeZone, era: 'short', year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(asOf);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? '';
  // West of UTC the first storable instants fall into year 0, which PostgreSQL does not accept.
  if (part('era') === 'BC') return '0001-01-01';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}
