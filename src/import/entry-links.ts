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

  add({ id, originalEntryId, deletedAt }: EntryRecord): void {
    if (originalEntryId) this.#links.set(id, { original: originalEntryId, live: !deletedAt });
  }

  /** Decides which links stay, once all entries are known. Returns what was changed. */
  resolve(exists: (id: string) => boolean): ChangedValue[] {
    const liveSuccessor = new Set<string>();
    const changes: ChangedValue[] = [];
    for (const [id, { original, live }] of this.#links) {
      if (exists(original) && !this.#isCircular(id) && !(live && liveSuccessor.has(original))) {
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

  /** How many entries stand before this one in its chain: an entry is stored after those that it names. */
  depth(id: string): number {
    let depth = 0;
    for (let link = this.#links.get(id); link !== undefined; link = this.#links.get(link.original))
      depth += 1;
    return depth;
  }

  #isCircular(id: string): boolean {
    const seen = new Set<string>();
    for (let next: string | undefined = id; next !== undefined; next = this.#links.get(next)?.original) {
      if (seen.has(next)) return true;
      seen.add(next);
    }
    return false;
  }
}
