import type { EntryRecord } from '../../../journal/new-entry.js';
import { EditMatches } from './edit-matches.js';
import type { ChangedValue } from '../report/import-report.js';

/** Where in `meta` a link is kept that cannot stay. */
export const unlinkedKey = 'legacyOriginalEntryId';

interface Link {
  row: number;
  original: string;
  live: boolean;
  /** Where in `meta` the link is kept if it cannot stay. */
  key: string;
}

/**
 * The links by which entries name the ones that they replace: those of the file, and those between
 * the browser application's edited copies and the rows that they replace, which it leaves out.
 *
 * The application enforced nothing, so a link of the file that leads in a circle, or to an entry
 * that has another successor already, is taken out and kept in `meta`. Of several successors a live
 * one is preferred, and else the first of the file.
 */
export class EntryLinks {
  readonly #links = new Map<string, Link>();
  /** The originals of copies whose links stay. */
  readonly #originals = new Map<string, string>();
  readonly #matches = new EditMatches();
  /** For entries whose links stay: an entry further up their chains. */
  readonly #ancestors = new Map<string, string>();

  /** @param row the record's place in the file, from 1; places ascend */
  add(row: number, record: EntryRecord): void {
    const { id, originalEntryId: original, deletedAt, meta } = record;
    this.#matches.add(row, record);
    if (!original) return;
    this.#links.set(id, { row, original, live: !deletedAt, key: freeKey(meta, unlinkedKey) });
  }

  /**
   * Decides which links stay, once all entries are known.
   *
   * @returns the links of the file that were taken out, and the copies that were left without one
   */
  resolve(): ChangedValue[] {
    const linked = new Set([...this.#links].flatMap(([id, { original }]) => [id, original]));
    const successors = new Set<string>();
    const liveFirst = [...this.#links].sort(([, a], [, b]) => Number(b.live) - Number(a.live));
    for (const [id, { original }] of liveFirst) {
      if (!successors.has(original) && this.#link(id, original)) successors.add(original);
    }
    const changes: ChangedValue[] = [];
    for (const [id, { row, original, key }] of this.#links)
      if (!this.#originals.has(id)) changes.push(unlinkedChange(row, id, original, key));
    const { pairs, ambiguous } = this.#matches.find((id) => linked.has(id));
    for (const { copy, original } of pairs) if (!this.#link(copy.id, original.id)) ambiguous.push(copy);
    return [...changes, ...ambiguous.map(unmatchedChange)];
  }

  /** @returns false if the link would close a circle */
  #link(id: string, original: string): boolean {
    if (this.#first(original) === id) return false;
    this.#ancestors.set(id, original);
    this.#originals.set(id, original);
    return true;
  }

  /** The record without a dropped link, which `meta` keeps. */
  apply(row: number, record: EntryRecord): EntryRecord {
    const original = this.#originals.get(record.id);
    if (original !== undefined) return { ...record, originalEntryId: original };
    return record.originalEntryId ? unlinked(row, record).record : record;
  }

  /** The oldest entry of a chain, by the links that were accepted so far. */
  #first(id: string): string {
    let first = id;
    const passed: string[] = [];
    for (let next = this.#ancestors.get(id); next !== undefined; next = this.#ancestors.get(next)) {
      passed.push(first);
      first = next;
    }
    // Without this shortcut a chain of n edits would take n² steps.
    for (const entry of passed) this.#ancestors.set(entry, first);
    return first;
  }
}

/** A record without its link, which is kept in `meta`. */
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

/** Entries with links, ordered: each comes after the entry that its link names. */
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
