import type { EntityManager } from 'typeorm';
import { JournalEntry } from '../model/journal-entry.entity.js';
import { rowsOf } from '../driver/statements/entity-rows.js';
import { readRows } from '../driver/statements/run-statement.js';
import { arrayLiteral } from './entry-selection.js';
import type { UserScope } from '../isolation/user-scope.js';
import { isStorable } from '../model/storable.js';
import { EntryAlreadyAmendedError, EntryNotFoundError, EntryRemovedError } from './entry.errors.js';
import type { JournalDatabaseError } from '../model/journal-database.error.js';

/**
 * FROM clause of the entries of the user $1 with the ids $2, an array literal. A join, because
 * in the generic plan of a prepared statement `= ANY` may compare every row with every id.
 */
export const fromEntriesByIds =
  'FROM unnest($2::text[]) AS wanted(wanted_id) JOIN journal ON user_id = $1 AND id = wanted_id';

/** Finds the entries of the user in scope with these ids, live or deleted, in any order. */
export function findEntries({ manager, userId }: UserScope, ids: readonly string[]): Promise<JournalEntry[]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `SELECT ${columns} ${fromEntriesByIds}`;
  return readRows(manager, { text, values: [userId, arrayLiteral(ids.filter(isStorable))], map });
}

/**
 * Finds the entry of the user in scope with this id, live or deleted.
 * @throws EntryNotFoundError
 */
export async function requireEntry({ manager, userId }: UserScope, id: string): Promise<JournalEntry> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `SELECT ${columns} FROM journal WHERE user_id = $1 AND id = $2`;
  const [entry] = isStorable(id) ? await readRows(manager, { text, values: [userId, id], map }) : [];
  if (entry === undefined) throw new EntryNotFoundError([id]);
  return entry;
}

/**
 * Returns the given ids that entries of the user in scope have, live or deleted.
 *
 * @param asOf leaves out entries that were appended later
 */
export async function storedIds(
  { manager, userId }: UserScope,
  ids: readonly string[],
  asOf?: Date,
): Promise<Set<string>> {
  const values = [userId, arrayLiteral(ids.filter(isStorable)), ...(asOf ? [asOf.toISOString()] : [])];
  const text = `SELECT id ${fromEntriesByIds}${asOf ? ' WHERE created_at <= $3' : ''}`;
  return new Set(await readRows(manager, { text, values, map: (row) => row.text(0) as string }));
}

// Follows the links in both directions. LIMIT 1, although there is at most one row, keeps the
// planner without statistics from scanning the whole journal for each link. UNION drops visited
// entries, so the recursion ends even on a cycle.
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
const fromSeveral = chainFrom(`SELECT id, original_entry_id ${fromEntriesByIds}`);

/** Finds the chain that contains this entry, oldest first; empty if the user has no such entry. */
export async function chainOf({ manager, userId }: UserScope, id: string): Promise<JournalEntry[]> {
  if (!isStorable(id)) return [];
  const [chain = []] = await chainsBy(manager, fromOne, [userId, id]);
  return chain;
}

/** Finds the chains that contain these entries: each chain once, its entries oldest first. */
export function chainsOf({ manager, userId }: UserScope, ids: readonly string[]): Promise<JournalEntry[][]> {
  return chainsBy(manager, fromSeveral, [userId, arrayLiteral(ids.filter(isStorable))]);
}

async function chainsBy(manager: EntityManager, chain: string, values: string[]): Promise<JournalEntry[][]> {
  const { columns, map } = rowsOf(manager, JournalEntry);
  const text = `${chain}
    SELECT ${columns} FROM journal WHERE user_id = $1 AND id = ANY(ARRAY(SELECT id FROM chain))`;
  const found = await readRows(manager, { text, values, map });
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
  // Entries that are left have no first entry: they form a cycle.
  for (const entry of found) if (waiting.has(entry.id)) chains.push(follow(entry));
  return chains;
}

/** The error for amending or removing an entry that is not live. */
export function notLiveError(id: string, links: readonly JournalEntry[]): JournalDatabaseError {
  if (links.length === 0) return new EntryNotFoundError([id]);
  const live = liveIn(links);
  return live === undefined ? new EntryRemovedError(id) : new EntryAlreadyAmendedError([id], live.id);
}

/** The newest live entry of a chain. Only imported chains can have several live entries. */
export function liveIn(links: readonly JournalEntry[]): JournalEntry | undefined {
  return links.findLast(({ deletedAt }) => deletedAt === null);
}
