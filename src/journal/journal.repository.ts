import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import { EntryNotFoundError } from './entry.errors.js';
import type { InputProblem } from '../model/input-check.js';
import { UserScope } from '../isolation/user-scope.js';
import { appendEntries, asRecord } from './append-entries.js';
import { amendEntry } from './amend-entry.js';
import { refuseInvalidEntries, refuseInvalidRecords } from './check-entries.js';
import { chainOf, chainsOf } from './entry-chain.js';
import { checkAmendment, checkChanges, checkRemoval, checkRestoration } from './entry-edit.js';
import type { Amendment, EntryChanges, Removal, Restoration } from './entry-edit.js';
import { inputProblems } from '../model/input-check.js';
import { findEntry, storedIds } from './find-entries.js';
import { insertMissing, prepareEntries } from './insert-entries.js';
import type { InsertOutcome, PreparedEntries } from './insert-entries.js';
import type { JournalFilter } from './journal-filter.js';
import { page } from './journal-page.js';
import type { JournalPage, PageRequest } from './journal-page.js';
import { controlSums, premiumByWeek, totals } from './journal-sums.js';
import type { ControlSum, JournalTotals, WeeklyPremium } from './journal-sums.js';
import { loadEntries } from './load-entries.js';
import type { LoadedEntry, LoadOptions, LoadOutcome } from './load-entries.js';
import { markDeletedInPast } from './mark-deleted.js';
import type { PastRemoval } from './mark-deleted.js';
import { entryRecord } from './new-entry.js';
import type { EntryRecord, NewEntry } from './new-entry.js';
import { removeEntry } from './remove-entry.js';
import { restoreEntry } from './restore-entry.js';
import { isStorable } from '../model/storable.js';
import { streamEntries } from './stream-entries.js';
import type { StreamRequest } from './stream-entries.js';

/**
 * The journal of the user in scope: the single source of truth, to which entries are added and in
 * which none is rewritten. Entries that replace one another form a chain, of which one at most is
 * live.
 */
@Injectable()
export class JournalRepository {
  constructor(private readonly scope: UserScope) {}

  /**
   * Appends one entry, or several atomically. An id that stands for the same content already is
   * left as it is, so that a call can be repeated. Keys of `meta` may stand in another order once
   * they are read.
   *
   * @returns the stored entries, in the order given
   * @throws InvalidInputError, UnknownAccountError, EntryConflictError, UserNotFoundError; then
   * nothing was written
   */
  append(entry: NewEntry): Promise<JournalEntry>;
  append(entries: readonly NewEntry[]): Promise<JournalEntry[]>;
  append(given: NewEntry | readonly NewEntry[]): Promise<JournalEntry | JournalEntry[]> {
    try {
      const single = !Array.isArray(given);
      const entries = single ? [given as NewEntry] : [...(given as readonly NewEntry[])];
      refuseInvalidEntries(entries);
      const records = entries.map(asRecord);
      return appendEntries<JournalEntry | JournalEntry[]>(this.scope, records, single ? only : all);
    } catch (error) {
      const refusal = error as Error;
      return Promise.reject(refusal);
    }
  }

  /**
   * Inserts the entries that the user does not have yet, with their history, and says what became
   * of each: for imports.
   *
   * @throws InvalidInputError, UnknownAccountError, EntryNotFoundError (of an `originalEntryId`),
   * EntryAlreadyAmendedError, UserNotFoundError; then nothing was written
   */
  async appendMissing(records: readonly EntryRecord[]): Promise<InsertOutcome> {
    return this.insertMissing(this.prepareMissing(records));
  }

  /**
   * The first half of `appendMissing`: checks the entries and makes them ready to be sent.
   *
   * @throws InvalidInputError
   */
  prepareMissing(records: readonly EntryRecord[]): PreparedEntries {
    refuseInvalidRecords(records);
    return prepareEntries(this.scope, records);
  }

  /**
   * The second half of `appendMissing`. `meanwhile` is called while the server inserts.
   *
   * @throws UnknownAccountError, EntryNotFoundError (of an `originalEntryId`),
   * EntryAlreadyAmendedError, UserNotFoundError; then nothing was written
   */
  async insertMissing(entries: PreparedEntries, meanwhile?: () => void): Promise<InsertOutcome> {
    return insertMissing(this.scope, entries, meanwhile);
  }

  /**
   * Loads any number of entries from a list, a generator or a stream, as a backup or another
   * journal brings them: in constant memory, all of them or none. Those that are there with the
   * same content are left as they are, so that it can be repeated.
   *
   * @throws InvalidInputError, EntryConflictError, UnknownAccountError, UserNotFoundError; then
   * nothing was written
   * @throws EntryNotFoundError for an `originalEntryId` that is neither there nor came before,
   * EntryAlreadyAmendedError
   */
  async load(
    entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>,
    options: LoadOptions = {},
  ): Promise<LoadOutcome> {
    return loadEntries(this.scope, entries, options);
  }

  /**
   * Replaces a live entry: it is marked as deleted, with the reason, and a successor with the
   * changed content is appended. A call with the same id for the successor can be repeated.
   *
   * @returns the successor
   * @throws InvalidInputError, EntryNotFoundError, UnknownAccountError; then nothing was written
   * @throws EntryAlreadyAmendedError if another entry stands in its place; of two calls at once,
   * one gets it
   * @throws EntryRemovedError if it was removed
   * @throws EntryConflictError if the successor's id stands for another entry
   */
  async amend(id: string, changes: EntryChanges, amendment: Amendment): Promise<JournalEntry> {
    const checked = checkChanges(changes);
    const { id: successorId = uuidv7(), ...edit } = checkAmendment(id, amendment);
    if (!isStorable(id)) throw new EntryNotFoundError([id]);
    return amendEntry(this.scope, { id, changes: checked, edit, successorId });
  }

  /**
   * Removes a live entry: it is marked as deleted, with the reason. The same call can be repeated.
   *
   * @returns the removed entry
   * @throws InvalidInputError, EntryNotFoundError; then nothing was written
   * @throws EntryAlreadyAmendedError if another entry stands in its place
   * @throws EntryRemovedError if it was removed for another reason or by somebody else
   */
  async remove(id: string, removal: Removal): Promise<JournalEntry> {
    const checked = checkRemoval(removal);
    if (!isStorable(id)) throw new EntryNotFoundError([id]);
    return removeEntry(this.scope, id, checked);
  }

  /**
   * Brings the content of a deleted entry back in a new entry, which follows the last one of its
   * chain; the deleted ones stay as they are. A call with the same id for the new entry can be
   * repeated. A live entry is left as it is.
   *
   * @returns the new entry, or the live one
   * @throws InvalidInputError, EntryNotFoundError; then nothing was written
   * @throws EntryAlreadyAmendedError if a live entry stands in its place; of two calls at once, one
   * gets it
   * @throws EntryConflictError if the new entry's id stands for another one
   */
  async restore(id: string, restoration: Restoration = {}): Promise<JournalEntry> {
    const { id: restoredId = uuidv7(), ...edit } = checkRestoration(id, restoration);
    if (!isStorable(id)) throw new EntryNotFoundError([id]);
    return restoreEntry(this.scope, { id, edit, restoredId });
  }

  /**
   * The entry with all that it replaced and all that replaced it, oldest first.
   * @throws EntryNotFoundError
   */
  async history(id: string): Promise<JournalEntry[]> {
    const { manager, userId } = this.scope;
    const links = isStorable(id) ? await chainOf(manager, userId, id) : [];
    if (links.length === 0) throw new EntryNotFoundError([id]);
    return links;
  }

  /** Those of the ids under which the user has entries, live or deleted. */
  async storedIds(ids: readonly string[]): Promise<Set<string>> {
    const { manager, userId } = this.scope;
    return storedIds(manager, userId, ids);
  }

  /**
   * The chains of amendments and restorations that hold these entries: each once, its entries
   * oldest first. For imports.
   */
  async chains(ids: readonly string[]): Promise<JournalEntry[][]> {
    return chainsOf(this.scope.manager, this.scope.userId, ids);
  }

  /**
   * Marks live entries as deleted at the instants at which they were removed elsewhere, but not
   * before they were created. For imports.
   * @returns the ids of the entries that were live
   */
  async removeInPast(removals: readonly PastRemoval[]): Promise<string[]> {
    return markDeletedInPast(this.scope.manager, this.scope.userId, removals);
  }

  /** What would keep a record from being stored; empty if nothing would. */
  problemsOf(record: EntryRecord): InputProblem[] {
    return inputProblems(entryRecord, record);
  }

  /** One entry; a deleted one only if `withDeleted`. @throws EntryNotFoundError */
  async get(id: string, options: { withDeleted?: boolean } = {}): Promise<JournalEntry> {
    const { manager, userId } = this.scope;
    const [entry] = await findEntry(manager, userId, id);
    if (entry === undefined || (entry.deletedAt !== null && options.withDeleted !== true))
      throw new EntryNotFoundError([id]);
    return entry;
  }

  /**
   * A page of the entries that pass the filter, newest first. It is found by key, so that it costs
   * the same at any depth and neither skips nor repeats an entry when others are added meanwhile.
   *
   * @throws InvalidInputError, InvalidCursorError
   */
  page(request: PageRequest = {}): Promise<JournalPage> {
    return page(this.scope, request);
  }

  /**
   * A page of the journal as it was known at an instant: of the entries that were there by then and
   * not yet deleted. The rest of a filter can say `asOf` as well.
   * @throws InvalidInputError, InvalidCursorError
   */
  async asOf(instant: Date, request: PageRequest = {}): Promise<JournalPage> {
    return this.page({ ...request, asOf: instant });
  }

  /**
   * All entries that pass the filter, one by one and in constant memory: the state of the journal
   * when the first is asked for. It is read no faster than the loop takes the entries, and leaving
   * the loop frees the connection.
   *
   * @throws InvalidInputError, UserScopeMissingError, at once
   */
  stream(request: StreamRequest = {}): AsyncGenerator<JournalEntry, void> {
    return streamEntries(this.scope, request);
  }

  /**
   * Count, inflow, outflow and net of the entries that pass the filter, exact.
   * @throws InvalidInputError
   */
  async totals(filter: JournalFilter = {}): Promise<JournalTotals> {
    return totals(this.scope.manager, this.scope.userId, filter);
  }

  /**
   * Premium of option legs by ISO week, oldest first. The browser application's `v_weekly_premium`
   * counted deleted entries and the weeks of SQLite's `%W`; this does neither.
   * @throws InvalidInputError
   */
  async premiumByWeek(filter: JournalFilter = {}): Promise<WeeklyPremium[]> {
    return premiumByWeek(this.scope.manager, this.scope.userId, filter);
  }

  /**
   * Counts and exact sums of the entries with these ids, deleted ones included: to verify that what
   * was handed over is there.
   */
  async controlSums(ids: readonly string[]): Promise<ControlSum[]> {
    return controlSums(this.scope.manager, this.scope.userId, ids);
  }
}

function all(entries: JournalEntry[]): JournalEntry[] {
  return entries;
}

function only(entries: readonly JournalEntry[]): JournalEntry {
  const [entry] = entries;
  if (entry === undefined) throw new Error('an appended entry cannot be read back');
  return entry;
}
