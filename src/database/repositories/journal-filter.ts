import { Brackets } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { entryTypes, sharesOrExpirationTypes } from '../entities/entry-type.js';
import type { EntryType } from '../entities/entry-type.js';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import { checkInput } from './input-check.js';
import { storableDay, storableInstant, storableText } from './storable.js';

/**
 * Which entries by their state. `live` (the default): all that are not deleted. `open`: live, with no expiration or one after
 * today. `closed`: live, expired, or of the type expiration, assignment_shares or share_sale. `deleted`; `all`: live and deleted.
 * The rules of `open` and `closed` are those of the browser application, in which an entry can be both.
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
  /** The day against which `open` and `closed` are told, `YYYY-MM-DD`; the day in UTC, of `asOf` if that is given, unless given. */
  today?: string;
  /**
   * The journal as it was known at this instant: entries that were appended later are left out, and those that were deleted later
   * count as live. They are returned as they are stored, with what became of them since.
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

/** A query for the entries of a user that pass the filter. @throws InvalidInputError */
export function filteredEntries(
  manager: EntityManager,
  userId: string,
  given: JournalFilter,
): SelectQueryBuilder<JournalEntry> {
  const filter = checkInput('filter', journalFilter, given);
  const query = manager.createQueryBuilder(JournalEntry, 'entry').where('entry.userId = :userId', { userId });
  for (const property of ['symbol', 'type', 'accountId'] as const) {
    const value = filter[property];
    if (value !== undefined) query.andWhere(`entry.${property} = :${property}`, { [property]: value });
  }
  // In UTC: pg would write a Date in the zone of the process, whose offsets before 1900 it cannot express.
  if (filter.from) query.andWhere('entry.ts >= :from', { from: filter.from.toISOString() });
  if (filter.to) query.andWhere('entry.ts <= :to', { to: filter.to.toISOString() });
  if (filter.asOf) query.andWhere('entry.createdAt <= :asOf', { asOf: filter.asOf.toISOString() });
  return inStatus(query, filter);
}

function inStatus(query: SelectQueryBuilder<JournalEntry>, filter: JournalFilter) {
  const { status = 'live', asOf } = filter;
  if (status === 'all') return query;
  if (status === 'deleted')
    return query.andWhere(asOf ? 'entry.deletedAt <= :asOf' : 'entry.deletedAt IS NOT NULL');
  query.andWhere(asOf ? '(entry.deletedAt IS NULL OR entry.deletedAt > :asOf)' : 'entry.deletedAt IS NULL');
  const { today = (asOf ?? new Date()).toISOString().slice(0, 10) } = filter;
  if (status === 'open') {
    query.andWhere('(entry.expiration IS NULL OR entry.expiration > :today)', { today });
  }
  if (status === 'closed') {
    query.andWhere(
      new Brackets((either) =>
        either
          .where('entry.expiration <= :today', { today })
          .orWhere('entry.type IN (:...closing)', { closing: sharesOrExpirationTypes }),
      ),
    );
  }
  return query;
}
