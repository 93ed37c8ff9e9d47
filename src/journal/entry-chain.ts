import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { EntryAlreadyAmendedError, EntryNotFoundError, EntryRemovedError } from './entry.errors.js';
import type { JournalDatabaseError } from '../model/journal-database.error.js';
import { rowsOf } from '../driver/entity-rows.js';
import { runStatement } from '../driver/run-statement.js';
import { arrayLiteral } from './entry-selection.js';
import { isStorable } from '../model/storable.js';

// From the entries to both sides. LIMIT, though there is never more than one, keeps the planner
// from reading the whole journal of the user for each link, as it would before it has statistics;
// UNION drops what was seen, so that it ends in any case.
const chainFrom = (entries: string) => `WITH RECURSIVE chain(id, original_entry_id) AS (
  ${entries}
  UNION
  SELECT next.id, next.original_entry_id FROM chain CROSS JOIN LATERAL (
    (SELECT id, original_entry_id FROM journal
      WHERE user_id = $1 AND id = chain.original_entry_id LIMIT 1)
    UNION ALL
    (SELECT id, original_entry_id FROM journal
      WHERE user_id = $1 AND original_entry_id = chain.id LIMIT 1)) next)`;

const fromOne = chainFrom('SELECT id, original_entry_id FROM journal WHERE user_id = $1 AND id = $2');
const fromSeveral = chainFrom(`SELECT id, original_entry_id
    FROM unnest($2::text[]) AS wanted(one) JOIN journal ON user_id = $1 AND id = wanted.one`);

/**
 * The entries that follow one another, of which one has this id, oldest first; none if the user has
 * no such entry.
 */
export async function chainOf(manager: EntityManager, userId: string, id: string): Promise<JournalEntry[]> {
  const [chain = []] = await chainsBy(manager, fromOne, [userId, id]);
  return chain;
}

/** The chains that hold the entries with these ids: each chain once, its entries oldest first. */
export function chainsOf(
  manager: EntityManager,
  userId: string,
  ids: readonly string[],
): Promise<JournalEntry[][]> {
  return chainsBy(manager, fromSeveral, [userId, arrayLiteral(ids.filter(isStorable))]);
}

async function chainsBy(manager: EntityManager, chain: string, values: string[]): Promise<JournalEntry[][]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `${chain}
    SELECT ${columns} FROM journal WHERE user_id = $1 AND id = ANY(ARRAY(SELECT id FROM chain))`;
  const found = await runStatement(manager, { text, values, map });
  const successors = new Map(found.map((entry) => [entry.originalEntryId, entry]));
  const waiting = new Map(found.map((entry) => [entry.id, entry]));
  const follow = (first: JournalEntry): JournalEntry[] => {
    const links: JournalEntry[] = [];
    for (let next: JournalEntry | undefined = first; next; next = successors.get(next.id)) {
      if (!waiting.delete(next.id)) break;
      links.push(next);
    }
    return links;
  };
  const chains = found.filter(({ originalEntryId }) => originalEntryId === null).map(follow);
  // What is left has no first entry: it leads in a circle.
  for (const entry of found) if (waiting.has(entry.id)) chains.push(follow(entry));
  return chains;
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
