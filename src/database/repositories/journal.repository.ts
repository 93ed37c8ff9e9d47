import { Injectable } from '@nestjs/common';
import { Any, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import { EntryConflictError, EntryNotFoundError, InvalidInputError } from '../errors/index.js';
import type { InputProblem } from '../errors/index.js';
import { repeatable } from '../scope/run-unit.js';
import { UserScope } from '../user-scope.js';
import { checkInput, inputProblems, shown } from './input-check.js';
import { insertMissing } from './insert-entries.js';
import type { InsertOutcome } from './insert-entries.js';
import { decodeCursor, encodeCursor } from './journal-cursor.js';
import { filteredEntries, journalFilter } from './journal-filter.js';
import type { JournalFilter } from './journal-filter.js';
import { controlSums, premiumByWeek, totals } from './journal-sums.js';
import type { ControlSum, JournalTotals, WeeklyPremium } from './journal-sums.js';
import { entryRecord, newEntry } from './new-entry.js';
import type { EntryRecord, NewEntry } from './new-entry.js';
import { isStorable } from './storable.js';

/** Which page. */
export interface PageRequest extends JournalFilter {
  /** Entries on a page: 50 unless given, 100 at most. */
  limit?: number;
  /** `next` of the page before. */
  after?: string;
}

/** One page of the journal. */
export interface JournalPage {
  /** Newest first; those of the same instant by descending id. */
  entries: JournalEntry[];
  /** The cursor of the next page; null on the last one. */
  next: string | null;
}

const pageRequest = journalFilter.extend({
  limit: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100')
    .default(50),
  after: z.string('must be text').optional(),
});

/** The journal of the user in scope: the single source of truth, to which entries are added and in which none is rewritten. */
@Injectable()
export class JournalRepository {
  constructor(private readonly scope: UserScope) {}

  /**
   * Appends one entry, or several atomically. An id that stands for the same content already is left as it is, so that a
   * call can be repeated.
   *
   * @returns the stored entries, in the order given
   * @throws InvalidInputError, UnknownAccountError, EntryConflictError, UserNotFoundError; then nothing was written
   */
  append(entry: NewEntry): Promise<JournalEntry>;
  append(entries: readonly NewEntry[]): Promise<JournalEntry[]>;
  async append(given: NewEntry | readonly NewEntry[]): Promise<JournalEntry | JournalEntry[]> {
    const single = !Array.isArray(given);
    const entries = single ? [given as NewEntry] : [...(given as readonly NewEntry[])];
    refuseInvalid(entries, newEntry);
    const records = entries.map((entry) => ({ ...entry, id: entry.id ?? uuidv7() }));
    const stored = await this.scope.transaction(async () => {
      const { conflicts } = await insertMissing(this.scope, records);
      if (conflicts.length > 0) throw new EntryConflictError(conflicts);
      return this.#entries(records.map(({ id }) => id));
    }, repeatable);
    return single ? only(stored) : stored;
  }

  /**
   * Inserts the entries that the user does not have yet, with their history, and says what became of each: for imports.
   *
   * @throws InvalidInputError, UnknownAccountError, EntryNotFoundError (of an `originalEntryId`), EntryAlreadyAmendedError,
   *   UserNotFoundError; then nothing was written
   */
  async appendMissing(records: readonly EntryRecord[]): Promise<InsertOutcome> {
    refuseInvalid(records, entryRecord);
    return insertMissing(this.scope, records);
  }

  /** Those of the ids under which the user has entries, live or deleted. */
  async storedIds(ids: readonly string[]): Promise<Set<string>> {
    const query = this.#filtered({ status: 'all' }).andWhere('entry.id = ANY(:ids)', {
      ids: ids.filter(isStorable),
    });
    const rows = await query.select('entry.id', 'id').getRawMany<{ id: string }>();
    return new Set(rows.map(({ id }) => id));
  }

  /** The live successors of entries that were amended, by the ids of those. */
  async liveSuccessors(originals: readonly string[]): Promise<Map<string, string>> {
    const found = await this.scope.manager.findBy(JournalEntry, {
      userId: this.scope.userId,
      originalEntryId: Any(originals.filter(isStorable)),
      deletedAt: IsNull(),
    });
    return new Map(found.map(({ originalEntryId, id }) => [originalEntryId ?? '', id]));
  }

  /** What would keep a record from being stored; empty if nothing would. */
  problemsOf(record: EntryRecord): InputProblem[] {
    return inputProblems(entryRecord, record);
  }

  /** One entry; a deleted one only if `withDeleted`. @throws EntryNotFoundError */
  async get(id: string, options: { withDeleted?: boolean } = {}): Promise<JournalEntry> {
    const status = options.withDeleted === true ? 'all' : 'live';
    const entry = isStorable(id)
      ? await this.#filtered({ status }).andWhere('entry.id = :id', { id }).getOne()
      : null;
    if (entry === null) throw new EntryNotFoundError([id]);
    return entry;
  }

  /**
   * A page of the entries that pass the filter, newest first. It is found by key, so that it costs the same at any depth and
   * neither skips nor repeats an entry when others are added meanwhile.
   *
   * @throws InvalidInputError, InvalidCursorError
   */
  async page(request: PageRequest = {}): Promise<JournalPage> {
    const { limit, after, ...filter } = checkInput('page request', pageRequest, request);
    const query = this.#filtered(filter);
    if (after !== undefined) {
      const { ts, id } = decodeCursor(after);
      query.andWhere('(entry.ts, entry.id) < (:ts, :id)', { ts: ts.toISOString(), id });
    }
    const found = await query
      .orderBy('entry.ts', 'DESC')
      .addOrderBy('entry.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    return { entries, next: found.length > limit && last !== undefined ? encodeCursor(last) : null };
  }

  /** Count, inflow, outflow and net of the entries that pass the filter, exact. @throws InvalidInputError */
  async totals(filter: JournalFilter = {}): Promise<JournalTotals> {
    return totals(this.scope.manager, this.scope.userId, filter);
  }

  /**
   * Premium of option legs by ISO week, oldest first. The browser application's `v_weekly_premium` counted deleted entries and
   * the weeks of SQLite's `%W`; this does neither. @throws InvalidInputError
   */
  async premiumByWeek(filter: JournalFilter = {}): Promise<WeeklyPremium[]> {
    return premiumByWeek(this.scope.manager, this.scope.userId, filter);
  }

  /** Counts and exact sums of the entries with these ids, deleted ones included: to verify that what was handed over is there. */
  async controlSums(ids: readonly string[]): Promise<ControlSum[]> {
    return controlSums(this.scope.manager, this.scope.userId, ids);
  }

  #filtered(filter: JournalFilter) {
    return filteredEntries(this.scope.manager, this.scope.userId, filter);
  }

  async #entries(ids: readonly string[]): Promise<JournalEntry[]> {
    const found = await this.scope.manager.findBy(JournalEntry, {
      userId: this.scope.userId,
      id: Any([...ids]),
    });
    const byId = new Map(found.map((entry) => [entry.id, entry]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}

function refuseInvalid(entries: readonly NewEntry[], schema: z.ZodType): void {
  const ids = new Set<string>();
  const problems = entries.flatMap((entry, index) => {
    const found = inputProblems(schema, entry, index);
    if (typeof entry?.id === 'string') {
      if (ids.has(entry.id))
        found.push({ index, id: entry.id, column: 'id', value: shown(entry.id), reason: 'is given twice' });
      ids.add(entry.id);
    }
    return found;
  });
  if (problems.length > 0) throw new InvalidInputError('journal entry', problems);
}

function only(entries: readonly JournalEntry[]): JournalEntry {
  const [entry] = entries;
  if (entry === undefined) throw new Error('an appended entry cannot be read back');
  return entry;
}
