import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../entities/journal-entry.entity.js';
import { EntryAlreadyAmendedError, EntryNotFoundError, EntryRemovedError } from '../errors/index.js';
import type { JournalDatabaseError } from '../errors/index.js';
import { rowsOf } from '../driver/rows/entity-rows.js';
import { runStatement } from '../driver/run-statement.js';

// From the entry to both sides. LIMIT, though there is never more than one, keeps the planner from reading the whole journal of
// the user for each link, as it would before it has statistics; UNION drops what was seen, so that it ends in any case.
const chain = `
  SELECT id, original_entry_id FROM journal WHERE user_id = $1 AND id = $2
  UNION
  SELECT next.id, next.original_entry_id FROM chain CROSS JOIN LATERAL (
    (SELECT id, original_entry_id FROM journal
      WHERE user_id = $1 AND id = chain.original_entry_id LIMIT 1)
    UNION ALL
    (SELECT id, original_entry_id FROM journal
      WHERE user_id = $1 AND original_entry_id = chain.id LIMIT 1)) next`;

/** The entries that follow one another, of which one has this id, oldest first; none if the user has no such entry. */
export async function chainOf(manager: EntityManager, userId: string, id: string): Promise<JournalEntry[]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `WITH RECURSIVE chain(id, original_entry_id) AS (${chain})
    SELECT ${columns} FROM journal WHERE user_id = $1 AND id = ANY(ARRAY(SELECT id FROM chain))`;
  const found = await runStatement(manager, { text, values: [userId, id], map });
  const successors = new Map(found.map((entry) => [entry.originalEntryId, entry]));
  const links: JournalEntry[] = [];
  for (let next = successors.get(null) ?? found[0]; next; next = successors.get(next.id)) {
    if (links.push(next) === found.length) break;
  }
  return links;
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
