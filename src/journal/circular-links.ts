import type { EntryRecord } from './new-entry.js';

/**
 * The ids of the records on a cycle of `originalEntryId`. A stored entry cannot refer to a later
 * one, so a cycle lies completely within the records of one call.
 */
export function circularLinks(records: readonly EntryRecord[]): Set<string> {
  const originals = new Map(records.map(({ id, originalEntryId }) => [id, originalEntryId ?? undefined]));
  const seen = new Set<string>();
  const circular = new Set<string>();
  for (const { id } of records) {
    const path = new Set<string>();
    let next: string | undefined = id;
    while (next !== undefined && !seen.has(next)) {
      seen.add(next);
      path.add(next);
      next = originals.get(next);
    }
    while (next !== undefined && path.has(next) && !circular.has(next)) {
      circular.add(next);
      next = originals.get(next);
    }
  }
  return circular;
}
