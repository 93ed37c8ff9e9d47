import type { EntryRecord } from '../../database/repositories/new-entry.js';
import type { ChangedValue } from './import-report.js';

const keptUnder = 'legacyOriginalEntryId';

interface Link {
  original: string;
  live: boolean;
  /** Where in `meta` the link is kept if it cannot stay. */
  key: string;
}

/**
 * The links by which entries name the ones that they replace. The browser application enforced nothing, so a link that leads
 * nowhere, in a circle, or to an entry that has another successor already is taken out, and kept in `meta`. Of several
 * successors a live one is preferred, and else the first of the file.
 */
export class EntryLinks {
  readonly #links = new Map<string, Link>();
  readonly #dropped = new Map<string, Link>();
  /** For entries whose links stay: an entry further up their chains. */
  readonly #ancestors = new Map<string, string>();

  add({ id, originalEntryId, deletedAt, meta }: EntryRecord): void {
    if (!originalEntryId) return;
    this.#links.set(id, { original: originalEntryId, live: !deletedAt, key: freeKey(meta, keptUnder) });
  }

  /** The entries that are named by others. */
  get originals(): string[] {
    return [...new Set([...this.#links.values()].map(({ original }) => original))];
  }

  /**
   * Decides which links stay, once all entries are known.
   *
   * @param exists whether an entry is to be stored, or is
   * @param stored the successors that entries have in the database already
   * @returns what was changed
   */
  resolve(exists: (id: string) => boolean, stored: ReadonlyMap<string, string> = new Map()): ChangedValue[] {
    const successors = new Map(stored);
    const liveFirst = [...this.#links].sort(([, a], [, b]) => Number(b.live) - Number(a.live));
    for (const [id, { original }] of liveFirst) {
      const isTaken = (successors.get(original) ?? id) !== id;
      if (isTaken || !exists(original) || this.#first(original) === id) continue;
      this.#ancestors.set(id, original);
      successors.set(original, id);
    }
    const changes: ChangedValue[] = [];
    for (const [id, link] of this.#links) {
      if (this.#ancestors.has(id)) continue;
      this.#links.delete(id);
      this.#dropped.set(id, link);
      const from = link.original;
      const to = `meta.${link.key}`;
      changes.push({ kind: 'unlinked', table: 'journal', id, column: 'original_entry_id', from, to });
    }
    return changes;
  }

  /** The record as it is to be stored. */
  apply(record: EntryRecord): EntryRecord {
    const link = this.#dropped.get(record.id);
    if (link === undefined) return record;
    return { ...record, originalEntryId: null, meta: { ...record.meta, [link.key]: link.original } };
  }

  /** The first entry of a chain, as far as it is decided on. */
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

/** Entries that replace others, each after the one that it names. */
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
