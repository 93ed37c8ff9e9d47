import type { EntryRecord } from '../database/repositories/new-entry.js';
import type { ChangedValue } from './import-report.js';

interface Link {
  original: string;
  live: boolean;
}

/**
 * The links by which entries name the ones that they replace. The browser application enforced nothing, so a link that leads
 * nowhere, in a circle, or to an entry that has a live successor already is taken out, and kept in `meta`.
 */
export class EntryLinks {
  readonly #links = new Map<string, Link>();
  readonly #dropped = new Map<string, string>();
  /** For entries whose links stay: an entry further up their chains. */
  readonly #ancestors = new Map<string, string>();

  add({ id, originalEntryId, deletedAt }: EntryRecord): void {
    if (originalEntryId) this.#links.set(id, { original: originalEntryId, live: !deletedAt });
  }

  /** Decides which links stay, once all entries are known. Returns what was changed. */
  resolve(exists: (id: string) => boolean): ChangedValue[] {
    const liveSuccessor = new Set<string>();
    const changes: ChangedValue[] = [];
    for (const [id, { original, live }] of this.#links) {
      if (exists(original) && this.#first(original) !== id && !(live && liveSuccessor.has(original))) {
        this.#ancestors.set(id, original);
        if (live) liveSuccessor.add(original);
        continue;
      }
      this.#links.delete(id);
      this.#dropped.set(id, original);
      const to = 'meta.legacyOriginalEntryId';
      changes.push({
        kind: 'unlinked',
        table: 'journal',
        id,
        column: 'original_entry_id',
        from: original,
        to,
      });
    }
    return changes;
  }

  /** The record as it is to be stored. */
  apply(record: EntryRecord): EntryRecord {
    const legacyOriginalEntryId = this.#dropped.get(record.id);
    if (legacyOriginalEntryId === undefined) return record;
    return { ...record, originalEntryId: null, meta: { ...record.meta, legacyOriginalEntryId } };
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
