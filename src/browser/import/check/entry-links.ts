import type { EntryRecord } from '../../../journal/new-entry.js';
import { EditMatches } from './edit-matches.js';
import type { ChangedValue } from '../report/import-report.js';

/** Key in `meta` of a removed link; followed by `_` as often as needed to be free. */
const unlinkedKey = 'legacyOriginalEntryId';

/** Whether a key of `meta` can hold a removed link. */
export function isUnlinkedKey(key: string): boolean {
  return key.startsWith(unlinkedKey) && /^_*$/.test(key.slice(unlinkedKey.length));
}

interface Link {
  row: number;
  original: string;
  live: boolean;
  /** Key in `meta` if the link is removed. */
  key: string;
}

/**
 * Links from entries to the entries that they replace: the links of the file, and the links between
 * edited copies and their originals, which the browser application does not store.
 *
 * The application did not validate links. A link that closes a cycle, or leads to an entry with
 * another successor, is removed and kept in `meta`. Among several successors, the first live one
 * keeps its link, otherwise the first of the file.
 */
export class EntryLinks {
  readonly #links = new Map<string, Link>();
  /** Accepted links: originals by the ids of their successors. */
  readonly #originals = new Map<string, string>();
  readonly #replaced = new Set<string>();
  readonly #matches = new EditMatches();
  /** For entries with accepted links: an entry further up the chain. */
  readonly #ancestors = new Map<string, string>();

  /**
   * @param row the record's place in the file, from 1; places ascend
   * @param mayBeCopy whether the browser application created the row, not the server
   */
  add(row: number, record: EntryRecord, mayBeCopy: boolean): void {
    const { id, originalEntryId: original, deletedAt, meta } = record;
    this.#matches.add(row, record, mayBeCopy);
    if (!original) return;
    this.#links.set(id, { row, original, live: !deletedAt, key: freeKey(meta, unlinkedKey) });
  }

  /**
   * Decides which links are accepted. Call it after all entries are added.
   *
   * @returns the removed links of the file, and the copies without a certain original
   */
  resolve(): ChangedValue[] {
    const liveFirst = [...this.#links].sort(([, a], [, b]) => Number(b.live) - Number(a.live));
    for (const [id, { original }] of liveFirst) if (!this.#replaced.has(original)) this.#link(id, original);
    const changes: ChangedValue[] = [];
    for (const [id, { row, original, key }] of this.#links)
      if (!this.#originals.has(id)) changes.push(unlinkedChange(row, id, original, key));
    const originals = new Set([...this.#links.values()].map(({ original }) => original));
    const { pairs, ambiguous } = this.#matches.find({
      hasOriginal: (id) => this.#links.has(id),
      hasSuccessor: (id) => originals.has(id),
    });
    for (const { copy, original } of pairs) if (!this.#link(copy.id, original.id)) ambiguous.push(copy);
    return [...changes, ...ambiguous.map(unmatchedChange)];
  }

  /** @returns false if the link would close a cycle */
  #link(id: string, original: string): boolean {
    if (this.#first(original) === id) return false;
    this.#ancestors.set(id, original);
    this.#originals.set(id, original);
    this.#replaced.add(original);
    return true;
  }

  /** Whether another entry replaces this one. */
  isReplaced(id: string): boolean {
    return this.#replaced.has(id);
  }

  /** The record with its accepted link; a removed link is kept in `meta`. */
  apply(row: number, record: EntryRecord): EntryRecord {
    const original = this.#originals.get(record.id);
    if (original !== undefined) return { ...record, originalEntryId: original };
    return record.originalEntryId ? unlinked(row, record).record : record;
  }

  /** The oldest entry of a chain by the links accepted so far. */
  #first(id: string): string {
    let first = id;
    const passed: string[] = [];
    for (let next = this.#ancestors.get(id); next !== undefined; next = this.#ancestors.get(next)) {
      passed.push(first);
      first = next;
    }
    // Path compression: otherwise a chain of n edits takes n² steps.
    for (const entry of passed) this.#ancestors.set(entry, first);
    return first;
  }
}

/** Moves the link of a record into `meta`. */
export function unlinked(row: number, record: EntryRecord): { record: EntryRecord; change: ChangedValue } {
  const { id, meta, originalEntryId } = record;
  const key = freeKey(meta, unlinkedKey);
  const original = originalEntryId ?? '';
  return {
    record: { ...record, originalEntryId: null, meta: { ...meta, [key]: original } },
    change: unlinkedChange(row, id, original, key),
  };
}

function unlinkedChange(row: number, id: string, original: string, key: string): ChangedValue {
  const to = `meta.${key}`;
  return { kind: 'unlinked', table: 'journal', row, id, column: 'original_entry_id', from: original, to };
}

function unmatchedChange({ row, id }: { row: number; id: string }): ChangedValue {
  const to = 'not linked, as it may replace several rows';
  return { kind: 'unmatched', table: 'journal', row, id, column: 'original_entry_id', from: 'nothing', to };
}

/** Orders linked entries: each follows the entry that it replaces. */
export function* originalsFirst<T extends { record: EntryRecord }>(successors: readonly T[]): Iterable<T> {
  const waiting = new Map(successors.map((successor) => [successor.record.id, successor]));
  for (const { record } of successors) {
    const chain: T[] = [];
    for (let next = waiting.get(record.id); next; next = waiting.get(next.record.originalEntryId ?? '')) {
      waiting.delete(next.record.id);
      chain.push(next);
    }
    yield* chain.reverse();
  }
}

function freeKey(meta: Record<string, unknown> = {}, wanted: string): string {
  return wanted in meta ? freeKey(meta, `${wanted}_`) : wanted;
}
