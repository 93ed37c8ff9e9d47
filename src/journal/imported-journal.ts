import { Injectable } from '@nestjs/common';
import { UserScope } from '../isolation/user-scope.js';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import { refuseInvalidRecords } from './check-entries.js';
import { chainsOf, storedIds } from './find-entries.js';
import { insertMissing, encodeEntries, type InsertOutcome, type EncodedEntries } from './insert-entries.js';
import { controlSums, type ControlSum } from './journal-sums.js';
import { markDeletedInPast, type PastRemoval } from './mark-deleted.js';
import type { EntryRecord } from './new-entry.js';

/** The journal of the current user as imports write and verify it: entries with their history. */
@Injectable()
export class ImportedJournal {
  constructor(private readonly scope: UserScope) {}

  /**
   * Inserts the entries whose ids are not stored yet, with their history, and reports the outcome
   * by id.
   *
   * @throws InvalidInputError, UnknownAccountError, EntryNotFoundError (for an `originalEntryId`),
   * EntryAlreadyAmendedError, UserNotFoundError; nothing was written
   */
  async appendMissing(records: readonly EntryRecord[]): Promise<InsertOutcome> {
    return this.insertMissing(this.prepareMissing(records));
  }

  /**
   * The first half of `appendMissing`: checks and encodes the entries. Sends nothing.
   *
   * @throws InvalidInputError
   */
  prepareMissing(records: readonly EntryRecord[]): EncodedEntries {
    refuseInvalidRecords(records);
    return encodeEntries(this.scope, records);
  }

  /**
   * The second half of `appendMissing`. Calls `meanwhile` while the server inserts.
   *
   * @throws UnknownAccountError, EntryNotFoundError (for an `originalEntryId`),
   * EntryAlreadyAmendedError, UserNotFoundError; nothing was written
   */
  async insertMissing(entries: EncodedEntries, meanwhile?: () => void): Promise<InsertOutcome> {
    return insertMissing(this.scope, entries, meanwhile);
  }

  /** Returns the ids that are stored, live or deleted. */
  async storedIds(ids: readonly string[]): Promise<Set<string>> {
    return storedIds(this.scope, ids);
  }

  /** Returns the chains that contain these entries, each chain once, its entries oldest first. */
  async chains(ids: readonly string[]): Promise<JournalEntry[][]> {
    return chainsOf(this.scope, ids);
  }

  /**
   * Marks live entries as deleted at instants in the past, but not before their `createdAt`.
   *
   * @returns the ids of the entries that were live
   */
  async removeInPast(removals: readonly PastRemoval[]): Promise<string[]> {
    return markDeletedInPast(this.scope, removals);
  }

  /** Returns counts and exact sums of the entries with these ids, deleted entries included. */
  async controlSums(ids: readonly string[]): Promise<ControlSum[]> {
    return controlSums(this.scope, ids);
  }
}
