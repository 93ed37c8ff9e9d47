import { columnName } from '../../../model/sql-text.js';
import type { EncodedEntries } from '../../../journal/insert-entries.js';
import type { ImportedJournal } from '../../../journal/imported-journal.js';
import type { EntryRecord } from '../../../journal/new-entry.js';
import { prepareAhead } from '../../../journal/prepare-ahead.js';
import type { CheckedEntry } from '../check/check-file.js';
import type { ReceivedFile } from '../reader/file-reader.js';
import { chunksOf } from '../check/chunks.js';
import { ControlTotals, minus, type FileSum } from '../check/control-totals.js';
import { unlinked } from '../check/entry-links.js';
import { reported } from '../report/import-report.js';
import type { ChangedValue, RejectedRow, Verification, EntryChange } from '../report/import-report.js';
import { differingColumns } from './compare-content.js';
import { conflictOfCopy, decide, type Conflict } from './decide.js';
import { conflictChange, deletedChange, keptChange, replacedChange, restoredChange } from './entry-change.js';
import { storeChanges, type EntryWrites } from './store-changes.js';
import { StoredChain, toStoredEntry, type StoredEntry } from './stored-chain.js';

/** The valid entries of a file. */
export type MergedFile = Pick<ReceivedFile, 'entries' | 'totals' | 'ids'>;

/** Result of merging the entries of a file with the stored entries. */
export interface Merge {
  /** Rows that were appended. */
  inserted: number;
  /** Rows that changed nothing. */
  unchanged: number;
  /** Rows whose stored entries were marked as deleted. */
  deleted: number;
  /** Rows whose content was appended again. */
  restored: number;
  /** Rows that differ from their stored entries, in the order of `entries()`. */
  entryChanges: EntryChange[];
  /** The rows in conflict; they were not imported. */
  conflicts: RejectedRow[];
  /**
   * Values that the conversion changed, links to missing entries, which were moved into `meta`, and
   * days that the stored entries lack.
   */
  changes: ChangedValue[];
  verification: Verification;
}

/**
 * Merges the entries of a file with those of the user in scope, chunk by chunk. Appends new rows,
 * and applies changes of the browser application since an earlier import. Never overwrites stored
 * content. Finally compares counts and sums of the database with those of the file.
 *
 * @throws ImportBusyError if another session changed an entry concurrently
 */
export async function mergeEntries(
  file: MergedFile,
  journal: ImportedJournal,
  onRow: (rows: number) => void,
): Promise<Merge> {
  const totals = new ControlTotals();
  for await (const sums of chunksOf(file.totals)) for (const sum of sums) totals.add(sum);
  const merger = new Merger(file, journal, totals);
  const prepare = (rows: Chunk) => merger.prepare(rows);
  await prepareAhead(file.entries(), prepare, async (chunk, prepareNext) => {
    await merger.merge(chunk, prepareNext);
    onRow(chunk.rows.length);
  });
  return merger.result();
}

type Chunk = readonly CheckedEntry[];

/** A chunk, and the values of its INSERT; no values if some rows have links. */
interface PreparedChunk {
  rows: Chunk;
  values: EncodedEntries | undefined;
}

/** Number of entries per statement that reads sums: each statement may read the whole journal. */
const idsAtOnce = 20_000;

class Merger {
  /** Ids of the entries that represent the rows after the import. */
  readonly #rowEntryIds: string[] = [];
  /** The conflicts of rows, and of the edited copies of these rows. */
  readonly #conflicting = new Map<string, { row: CheckedEntry; conflict: Conflict }>();
  /** Appended rows that edited copies may replace: deleted rows and edited copies. */
  readonly #appended = new Set<string>();
  /** Entries with the content of rows, to which the server amended stored ones, by row id. */
  readonly #amended = new Map<string, string>();
  /** When the rows of the file were deleted, by id. */
  readonly #deletions = new Map<string, Date>();
  readonly #merge: Omit<Merge, 'verification' | 'entryChanges'> = {
    inserted: 0,
    unchanged: 0,
    deleted: 0,
    restored: 0,
    conflicts: [],
    changes: [],
  };
  readonly #changes = new Map<string, EntryChange>();

  /** @param totals the expected sums: of the file, from which conflicts are subtracted */
  constructor(
    private readonly file: MergedFile,
    private readonly journal: ImportedJournal,
    private readonly totals: ControlTotals,
  ) {}

  async result(): Promise<Merge> {
    const stored = new ControlTotals();
    for (let from = 0; from < this.#rowEntryIds.length; from += idsAtOnce) {
      const ids = this.#rowEntryIds.slice(from, from + idsAtOnce);
      for (const sum of await this.journal.controlSums(ids)) stored.add(sum);
    }
    const verification = await this.totals.verify(stored);
    return { ...this.#merge, entryChanges: [...this.#changes.values()], verification };
  }

  /** Prepares the INSERT of a chunk without links. `merge` reads which linked rows are stored. */
  prepare(rows: Chunk): PreparedChunk {
    const isLinked = rows.some(({ record }) => record.originalEntryId);
    return { rows, values: isLinked ? undefined : this.journal.prepareMissing(rows.map(recordOf)) };
  }

  /** @param meanwhile called while the server stores the rows, if there are any */
  async merge({ rows: chunk, values }: PreparedChunk, meanwhile: () => void): Promise<void> {
    const writes: EntryWrites = { removals: [], appended: [] };
    for (const { row, record, changes } of chunk) {
      if (record.deletedAt) this.#deletions.set(record.id, record.deletedAt);
      const { id } = record;
      // Literals without spreads: V8 gives each copied object a hidden class of its own here, which
      // takes several times the memory of the object.
      for (const { kind, column, from, to } of changes)
        this.#merge.changes.push({ kind, table: 'journal', row, id, column, from, to });
    }
    const linked = chunk.filter(({ record }) => record.originalEntryId);
    const linkedIds = linked.map(({ record }) => record.id);
    const stored = linkedIds.length === 0 ? new Set() : await this.journal.storedIds(linkedIds);
    const successors = new Set(linked.filter(({ record }) => !stored.has(record.id)));
    const rows = chunk.filter((row) => !successors.has(row));
    const prepared = values ?? this.journal.prepareMissing(rows.map(recordOf));
    const outcome = await this.journal.insertMissing(prepared, meanwhile);
    const differing = new Set(outcome.conflicts.map(({ id }) => id));
    this.#merge.inserted += outcome.inserted.length;
    this.#merge.unchanged += outcome.unchanged.length;
    for (const { record } of rows) if (!differing.has(record.id)) this.#rowEntryIds.push(record.id);
    const inserted = new Set(outcome.inserted);
    for (const { record } of rows)
      if (record.deletedAt && inserted.has(record.id)) this.#appended.add(record.id);

    const originals = [...successors].map(({ record }) => record.originalEntryId ?? '');
    const known = await this.#chains(differing, originals);
    for (const row of chunk) {
      const isSuccessor = successors.has(row);
      // A concurrent import may have stored the row.
      if (isSuccessor && !known.has(row.record.id)) this.#append(row, known, writes);
      else if (isSuccessor || differing.has(row.record.id)) this.#decide(row, known, writes);
    }
    await storeChanges(this.journal, writes);
  }

  /** The chains of stored rows that differ, and of the rows that new ones replace. */
  async #chains(
    differing: ReadonlySet<string>,
    originals: readonly string[],
  ): Promise<Map<string, StoredChain>> {
    const byId = new Map<string, StoredChain>();
    const wanted = [...differing, ...originals.filter((id) => !this.#appended.has(id))];
    if (wanted.length === 0) return byId;
    const named = new Set(originals);
    const isRow = (id: string) => named.has(id) || this.file.ids.has(id);
    for (const entries of await this.journal.chains(wanted)) {
      const chain = new StoredChain(entries, isRow);
      for (const { id } of entries) byId.set(id, chain);
    }
    return byId;
  }

  #decide(row: CheckedEntry, known: ReadonlyMap<string, StoredChain>, writes: EntryWrites): void {
    const { record } = row;
    const chain = known.get(record.id);
    // The entry disappeared after the INSERT: verification reports it.
    if (chain === undefined) return;
    const decision = decide(record, chain);
    const current = chain.rowEntriesOf(record).at(-1)?.entry;
    if (current !== undefined && current !== chain.newestOf(record.id)?.entry)
      this.#amended.set(record.id, current.id);
    switch (decision.kind) {
      case 'unchanged':
        this.#merge.unchanged += 1;
        if (record.day && decision.entry.day === null)
          this.#merge.changes.push(undatedChange(row, record.day));
        this.#expect(row, decision.entry);
        this.#rowEntryIds.push(decision.entry.id);
        return;
      case 'kept':
        this.#merge.unchanged += 1;
        this.#changes.set(record.id, keptChange(row, decision.entry, decision.live));
        this.#expect(row, decision.entry, false);
        this.#rowEntryIds.push(decision.entry.id);
        return;
      case 'delete': {
        const { entry, deletedAt } = decision;
        this.#merge.deleted += 1;
        this.#changes.set(record.id, deletedChange(row, entry));
        const { editReason = null, editedBy = null } = record;
        writes.removals.push({ id: entry.id, deletedAt, editReason, editedBy });
        Object.assign(entry, { deletedAt, editReason, editedBy, updatedAt: new Date() });
        this.#expect(row, entry);
        this.#rowEntryIds.push(entry.id);
        return;
      }
      case 'restore': {
        const { entry, id, after, restoredAt } = decision;
        this.#merge.restored += 1;
        this.#changes.set(record.id, restoredChange(row, entry, id));
        const restored = {
          ...record,
          id,
          originalEntryId: after.id,
          createdAt: restoredAt,
          updatedAt: restoredAt,
        };
        writes.appended.push(restored);
        chain.push(toStoredEntry(restored));
        this.#rowEntryIds.push(id);
        return;
      }
      case 'conflict':
        this.#refuse(row, decision);
    }
  }

  /** Appends a new row that replaces another row. */
  #append(row: CheckedEntry, known: Map<string, StoredChain>, writes: EntryWrites): void {
    const { record } = row;
    const original = record.originalEntryId ?? '';
    const chain = known.get(original);
    const conflicting = this.#conflicting.get(original);
    if (conflicting !== undefined) {
      this.#changes.set(
        conflicting.row.record.id,
        conflictChange(conflicting.row, conflicting.conflict, record),
      );
      this.#reject(row, 'originalEntryId', `replaces the row ${original}, which is in conflict`);
      return this.#leaveOut(row, conflicting);
    }
    if (chain === undefined && !this.#appended.has(original)) {
      const { record: stored, change } = unlinked(row.row, record);
      this.#merge.changes.push(change);
      return this.#insert({ ...row, record: stored }, undefined, writes);
    }
    if (chain === undefined) return this.#insert(row, undefined, writes);
    const replaced = chain.newestOf(original, this.#amended.get(original));
    const conflict = conflictOfCopy(record, chain, replaced, this.#deletions.get(original));
    if (conflict !== undefined) return this.#refuse(row, conflict);
    const deletion = this.#changes.get(original);
    if (deletion?.action === 'deleted' && replaced)
      this.#changes.set(original, replacedChange(deletion, record, replaced.entry));
    this.#insert({ ...row, record: { ...record, originalEntryId: chain.last.id } }, chain, writes);
    known.set(record.id, chain);
  }

  #insert({ record }: CheckedEntry, chain: StoredChain | undefined, writes: EntryWrites): void {
    this.#merge.inserted += 1;
    writes.appended.push(record);
    this.#rowEntryIds.push(record.id);
    this.#appended.add(record.id);
    chain?.push(toStoredEntry(record));
  }

  #refuse(row: CheckedEntry, conflict: Conflict): void {
    const { record } = row;
    this.#changes.set(record.id, conflictChange(row, conflict));
    const properties =
      conflict.reason === 'content'
        ? differingColumns(record, conflict.original).map(({ property }) => property)
        : (['deletedAt'] as const);
    for (const property of properties) this.#reject(row, property, reasons[conflict.reason]);
    this.#leaveOut(row, { row, conflict });
  }

  #reject({ row, record }: CheckedEntry, property: keyof EntryRecord, reason: string): void {
    const { id } = record;
    const column = columnName(property);
    const value = reported(record[property] ?? null);
    this.#merge.conflicts.push({ table: 'journal', row, id, column, value, reason, isConflict: true });
  }

  #leaveOut(row: CheckedEntry, conflicting: { row: CheckedEntry; conflict: Conflict }): void {
    this.#conflicting.set(row.record.id, conflicting);
    this.totals.subtract(fileSum(row));
  }

  /**
   * Counts a row with the state, type and symbol of its stored entry: the server can have deleted
   * the entry, an import can have amended a fee to `buy_to_open`, and an earlier release imported
   * symbols with the blanks around them.
   */
  #expect(row: CheckedEntry, { type, symbol }: StoredEntry, live = !row.record.deletedAt): void {
    const sum = fileSum(row);
    if (type === sum.type && symbol === sum.symbol && live === sum.live) return;
    this.totals.subtract(sum);
    this.totals.add({ ...sum, type, symbol, live });
  }
}

const reasons = {
  content: 'differs from the entry that is stored under this id, which was left as it is',
  amended:
    'was changed in the browser application, and the stored entry was amended or restored on the server',
  removed: 'was edited in the browser application, and the stored entry was removed on the server',
};

/** The record of a row without its link: a missing link is not compared with the stored link. */
function recordOf({ record }: CheckedEntry): EntryRecord {
  if (!record.originalEntryId) return record;
  const { originalEntryId: _, ...rest } = record;
  return rest;
}

function undatedChange({ row, record: { id } }: CheckedEntry, day: string): ChangedValue {
  return { kind: 'undated', table: 'journal', row, id, column: 'day', from: day, to: 'nothing' };
}

function fileSum({ record, rounding = '0' }: CheckedEntry): FileSum {
  const { accountId, type, symbol = null, amount, deletedAt } = record;
  return { live: !deletedAt, accountId, type, symbol, count: 1, amount: minus(amount, rounding), rounding };
}
