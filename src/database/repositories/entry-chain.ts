import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import { EntryAlreadyAmendedError, EntryNotFoundError, EntryRemovedError } from '../errors/index.js';
import type { JournalDatabaseError } from '../errors/index.js';

// Up to the first link, which follows no entry, and from there down: each link has one successor at most. UNION drops what it
// has seen, so that the way up ends in any case.
const chain = `
  SELECT id, 1 FROM (
    WITH RECURSIVE earlier(id, original_entry_id) AS (
      SELECT id, original_entry_id FROM journal WHERE user_id = :userId AND id = :id
      UNION
      SELECT entry.id, entry.original_entry_id FROM earlier
        JOIN journal entry ON entry.user_id = :userId AND entry.id = earlier.original_entry_id)
    SELECT id FROM earlier WHERE original_entry_id IS NULL) root
  UNION ALL
  SELECT entry.id, place + 1 FROM chain
    JOIN journal entry ON entry.user_id = :userId AND entry.original_entry_id = chain.id`;

/** The entries that replace one another, of which one has this id, oldest first; none if the user has no such entry. */
export function chainOf(manager: EntityManager, userId: string, id: string): Promise<JournalEntry[]> {
  return manager
    .createQueryBuilder(JournalEntry, 'entry')
    .addCommonTableExpression(chain, 'chain', { recursive: true, columnNames: ['id', 'place'] })
    .innerJoin('chain', 'link', 'link.id = entry.id')
    .where('entry.userId = :userId', { userId, id })
    .orderBy('link.place')
    .getMany();
}

/** Why an entry that is not live can be neither amended nor removed, told by its chain. */
export function refusalOf(id: string, links: readonly JournalEntry[]): JournalDatabaseError {
  if (links.length === 0) return new EntryNotFoundError([id]);
  const live = liveIn(links);
  return live === undefined ? new EntryRemovedError(id) : new EntryAlreadyAmendedError([id], live.id);
}

/** The newest live entry of a chain; only what was imported can have several. */
export function liveIn(links: readonly JournalEntry[]): JournalEntry | undefined {
  return links.findLast(({ deletedAt }) => deletedAt === null);
}
