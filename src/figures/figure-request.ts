import { z } from 'zod';
import type { EntrySelection } from '../journal/entry-selection.js';
import { checkInput } from '../model/input-check.js';
import { filteredEntries, journalFilter } from '../journal/journal-filter.js';
import type { JournalFilter } from '../journal/journal-filter.js';
import { figurePeriods } from '../journal/period-sql.js';
import type { FigurePeriod } from '../journal/period-sql.js';

/** Of which entries a figure is derived: of all that are live, unless something is given. */
export interface FigureRequest {
  accountId?: string;
  symbol?: string;
  /** The figure as the journal had it at this instant: see `JournalFilter.asOf`. */
  asOf?: Date;
}

/** A figure for which it matters what day it is. */
export interface DatedRequest extends FigureRequest {
  /**
   * `YYYY-MM-DD`; unless given, the day of `asOf`, or else of now: in the `timeZone` of a request
   * that has one, or else in UTC.
   */
  today?: string;
}

export const figureRequest = journalFilter.pick({ accountId: true, symbol: true, asOf: true });
export const datedRequest = figureRequest.extend({ today: journalFilter.shape.today });

/** A figure that is divided by time. */
export interface PeriodicRequest {
  per: FigurePeriod;
  /** By whose calendar, as an IANA name such as `America/Denver`; UTC unless given. */
  timeZone?: string;
}

export const periodicRequest = {
  per: z.enum(figurePeriods, `must be one of ${figurePeriods.join(', ')}`),
  timeZone: z
    .string()
    // Offsets and abbreviations such as CET are left out: PostgreSQL reads the former with the
    // other sign, and the latter as an offset that knows no summer.
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

/** The checked request. @throws InvalidInputError */
export function checkRequest<T>(schema: z.ZodType, request: T): T {
  return checkInput('request', schema, request) as T;
}

/** The entries of a user of which a figure is derived. */
export function figureEntries(userId: string, { accountId, symbol, asOf }: FigureRequest): EntrySelection {
  const filter: JournalFilter = {
    ...(accountId !== undefined && { accountId }),
    ...(symbol !== undefined && { symbol }),
    ...(asOf !== undefined && { asOf }),
  };
  return filteredEntries(userId, filter);
}

/**
 * How the entries of a checked request are found: all of a user's in one way for all users. Of some
 * account or symbol there may be none or very many, and of an instant the server knows nothing.
 */
export function figurePlan({ accountId, symbol, asOf }: FigureRequest): 'generic' | 'custom' {
  return accountId === undefined && symbol === undefined && asOf === undefined ? 'generic' : 'custom';
}

/** The day against which a figure is told. */
export function dayOf({
  today,
  asOf = new Date(),
  timeZone = 'UTC',
}: DatedRequest & { timeZone?: string }): string {
  if (today !== undefined) return today;
  const options = { timeZone, era: 'short', year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(asOf);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? '';
  // West of UTC the first of all instants is in the year 0, which PostgreSQL does not know.
  if (part('era') === 'BC') return '0001-01-01';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}
