import { Injectable } from '@nestjs/common';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import { EntryNotFoundError } from './entry.errors.js';
import { UserScope } from '../isolation/user-scope.js';
import { appendEntries, asRecord } from './append-entries.js';
import { amendEntry, removeEntry, restoreEntry } from './change-entry.js';
import { refuseInvalidEntries } from './check-entries.js';
import { chainOf, requireEntry } from './find-entries.js';
import type { Amendment, EntryChanges, Removal, Restoration } from './entry-edit.js';
import type { JournalFilter } from './journal-filter.js';
import { numberedPage, page } from './journal-page.js';
import type { JournalPage, NumberedPage, NumberedPageRequest, PageRequest } from './journal-page.js';
import { premiumByWeek, totals, type JournalTotals, type WeeklyPremium } from './journal-sums.js';
import { loadEntries, type LoadedEntry, type LoadOptions, type LoadOutcome } from './load-entries.js';
import type { NewEntry } from './new-entry.js';
import { streamEntries, type StreamRequest } from './stream-entries.js';

/**
 * The append-only journal of the current user. Entries are never rewritten: `amend` and `restore`
 * append a successor, so an entry and its successors form a chain with at most one live entry.
 *
 * Methods that use the database throw UserScopeMissingError outside a user scope. Every write is
 * atomic: it is stored completely or not at all. Amounts are exact decimal strings: positive is
 * money received, negative is money paid.
 *
 * @example
 * await userScope.run(userId, async () => {
 *   const entry = await journal.append({
 *     ts: new Date(), accountId: 'acct-1', type: 'sell_to_open', symbol: 'AAPL', qty: '1',
 *     amount: '125.00',
 *   });
 *   await journal.amend(entry.id, { amount: '124.35' }, { reason: 'commission' });
 * });
 */
@Injectable()
export class JournalRepository {
  constructor(private readonly scope: UserScope) {}

  /**
   * Appends one entry, or several atomically. Idempotent: an entry whose id is stored with the same
   * content is not written again. The keys of a stored `meta` may come back in another order.
   *
   * @returns the stored entries, in the order given
   * @throws InvalidInputError, UnknownAccountError, EntryConflictError (an id is stored with other
   * content), UserNotFoundError; nothing was written
   * @throws CommitOutcomeUnknownError if the connection was lost during COMMIT and the result could
   * not be read afterwards; repeat the call with the same ids
   * @example
   * await journal.append({ ts: new Date(), accountId: 'acct-1', type: 'fee', amount: '-0.65' });
   */
  append(entry: NewEntry): Promise<JournalEntry>;
  append(entries: readonly NewEntry[]): Promise<JournalEntry[]>;
  async append(given: NewEntry | readonly NewEntry[]): Promise<JournalEntry | JournalEntry[]> {
    const isSingle = !Array.isArray(given);
    const entries = isSingle ? [given as NewEntry] : [...(given as readonly NewEntry[])];
    refuseInvalidEntries(entries);
    const stored = await appendEntries(this.scope, entries.map(asRecord));
    return isSingle ? only(stored) : stored;
  }

  /**
   * Loads any number of entries from a list, a generator or a stream, such as a backup. Atomic, and
   * in constant memory. Idempotent for entries with ids: an entry that is stored with the same
   * content is not written again.
   *
   * @throws InvalidInputError, EntryConflictError, UnknownAccountError, UserNotFoundError,
   * EntryAlreadyAmendedError, and the error of the source; nothing was written
   * @throws EntryNotFoundError if an `originalEntryId` is neither stored nor an earlier entry of
   * the source; nothing was written
   * @example
   * const { inserted, unchanged } = await journal.load(entriesOfBackup());
   */
  async load(
    entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>,
    options: LoadOptions = {},
  ): Promise<LoadOutcome> {
    return loadEntries(this.scope, entries, options);
  }

  /**
   * Replaces a live entry: marks it as deleted with the reason, and appends a successor with the
   * changed content. Idempotent with an `amendment.id`, the id of the successor.
   *
   * @returns the successor
   * @throws InvalidInputError, EntryNotFoundError, UnknownAccountError; nothing was written
   * @throws EntryAlreadyAmendedError if the entry has a live successor already, for example from a
   * concurrent call; nothing was written
   * @throws EntryRemovedError if the entry was removed; nothing was written
   * @throws EntryConflictError if `amendment.id` belongs to another entry; nothing was written
   * @example
   * await journal.amend(entry.id, { amount: '124.35' }, { reason: 'commission' });
   */
  async amend(id: string, changes: EntryChanges, amendment: Amendment): Promise<JournalEntry> {
    return amendEntry(this.scope, id, changes, amendment);
  }

  /**
   * Removes a live entry: marks it as deleted with the reason. Idempotent for the same reason and
   * `editedBy`.
   *
   * @returns the removed entry
   * @throws InvalidInputError, EntryNotFoundError; nothing was written
   * @throws EntryAlreadyAmendedError if the entry has a live successor; nothing was written
   * @throws EntryRemovedError if the entry was removed with another reason or `editedBy`; nothing
   * was written
   * @example
   * await journal.remove(entry.id, { reason: 'entered twice' });
   */
  async remove(id: string, removal: Removal): Promise<JournalEntry> {
    return removeEntry(this.scope, id, removal);
  }

  /**
   * Appends a new entry with the content of a deleted one, as the successor of the last entry of
   * its chain. The deleted entries stay. Does nothing to a live entry. Idempotent with a
   * `restoration.id`, the id of the new entry.
   *
   * @returns the new entry; the entry itself if it is live
   * @throws InvalidInputError, EntryNotFoundError; nothing was written
   * @throws EntryAlreadyAmendedError if the chain has another live entry, for example from a
   * concurrent call; nothing was written
   * @throws EntryConflictError if `restoration.id` belongs to another entry; nothing was written
   */
  async restore(id: string, restoration: Restoration = {}): Promise<JournalEntry> {
    return restoreEntry(this.scope, id, restoration);
  }

  /**
   * Returns the whole chain of an entry: its predecessors, itself and its successors, oldest first.
   * @throws EntryNotFoundError
   */
  async history(id: string): Promise<JournalEntry[]> {
    const links = await chainOf(this.scope, id);
    if (links.length === 0) throw new EntryNotFoundError([id]);
    return links;
  }

  /**
   * Returns one entry.
   *
   * @param options `withDeleted` also finds a deleted entry; false by default
   * @throws EntryNotFoundError, without `withDeleted` also if the entry was amended or removed
   */
  async get(id: string, options: { withDeleted?: boolean } = {}): Promise<JournalEntry> {
    const entry = await requireEntry(this.scope, id);
    if (entry.deletedAt !== null && options.withDeleted !== true) throw new EntryNotFoundError([id], true);
    return entry;
  }

  /**
   * Returns a page of the entries that match a filter, newest first. Keyset pagination: every page
   * costs the same, and no entry is skipped or repeated because of concurrent appends.
   *
   * @throws InvalidInputError, InvalidCursorError
   * @example
   * const first = await journal.page({ symbol: 'AAPL', limit: 20 });
   * if (first.next !== null) await journal.page({ symbol: 'AAPL', limit: 20, after: first.next });
   */
  page(request: PageRequest = {}): Promise<JournalPage> {
    return page(this.scope, request);
  }

  /**
   * Returns a page of the entries that match a filter by its number, newest first, with the number
   * of all of them. One round trip, one snapshot. Costs more than `page`: every call counts all
   * matching entries, and reads those of the previous pages. An entry appended between two calls
   * moves later entries to the next page.
   *
   * @throws InvalidInputError
   * @example
   * const { items, total, pages } = await journal.numberedPage({ page: 2, limit: 20 });
   */
  numberedPage(request: NumberedPageRequest = {}): Promise<NumberedPage> {
    return numberedPage(this.scope, request);
  }

  /**
   * Returns a page of the journal as it was at an instant: entries created by then and not yet
   * deleted. Shorthand for `page({ ...request, asOf: instant })`.
   *
   * @throws InvalidInputError, InvalidCursorError
   */
  async asOf(instant: Date, request: Omit<PageRequest, 'asOf'> = {}): Promise<JournalPage> {
    return this.page({ ...request, asOf: instant });
  }

  /**
   * Iterates over all entries that match a filter, in constant memory and with backpressure. Reads
   * one snapshot, taken when the first entry is requested, and holds a connection until the loop
   * ends. Inside a unit of work it reads in that unit instead.
   *
   * @throws InvalidInputError, UserScopeMissingError at the call itself
   * @throws StreamAbandonedError from the loop, if it pauses longer than DATABASE_STREAM_TIMEOUT_MS
   * @throws UnitOfWorkEndedError from the loop, if the stream was made in a unit of work that has
   * ended
   * @example
   * for await (const entry of journal.stream({ order: 'oldest-first' })) await write(entry);
   */
  stream(request: StreamRequest = {}): AsyncGenerator<JournalEntry, void> {
    return streamEntries(this.scope, request);
  }

  /**
   * Returns the count and the exact inflow, outflow and net amount of the entries that match a
   * filter.
   *
   * @throws InvalidInputError
   * @example
   * const { net } = await journal.totals({ symbol: 'AAPL' }); // '124.35000000'
   */
  async totals(filter: JournalFilter = {}): Promise<JournalTotals> {
    return totals(this.scope, filter);
  }

  /**
   * Returns the premium of option legs by ISO 8601 week, oldest week first; positive is received.
   * Differs from `v_weekly_premium` of the browser application, which counts deleted entries and
   * uses the week numbers of SQLite's `%W`.
   *
   * @throws InvalidInputError
   */
  async premiumByWeek(filter: JournalFilter = {}): Promise<WeeklyPremium[]> {
    return premiumByWeek(this.scope, filter);
  }
}

function only(entries: readonly JournalEntry[]): JournalEntry {
  const [entry] = entries;
  if (entry === undefined) throw new Error('The appended entry could not be read.');
  return entry;
}
