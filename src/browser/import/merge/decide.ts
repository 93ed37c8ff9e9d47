import type { EntryRecord } from '../../../journal/new-entry.js';
import { isAbout } from '../check/edit-matches.js';
import type { Standing, StoredChain, StoredEntry } from './stored-chain.js';

/** What an import does with a row of the file whose id is stored. */
export type Decision =
  /** The entry stands for the row, and is live or deleted as the row is. */
  | { kind: 'unchanged'; entry: StoredEntry }
  /**
   * The row is live, the entry was removed or amended on the server, and the browser application
   * did not touch the row since.
   */
  | { kind: 'kept'; entry: StoredEntry; live: StoredEntry | undefined }
  /** The browser application deleted the row: the entry is marked as deleted. */
  | { kind: 'delete'; entry: StoredEntry; deletedAt: Date }
  /**
   * The browser application restored the row: an entry with its content is appended under `id`, as
   * successor of `after`.
   */
  | { kind: 'restore'; entry: StoredEntry; id: string; after: StoredEntry; restoredAt: Date }
  | Conflict;

/** A row and its entry were changed on both sides, or have different content under one id. */
export interface Conflict {
  kind: 'conflict';
  reason: ConflictReason;
  /** What the server has. */
  entry: StoredEntry;
}

/**
 * `content`: the values under the row's id differ. `amended`: the browser application deleted,
 * edited or restored the row, and the server amended or restored the entry. `removed`: the browser
 * application edited the row, and the server removed the entry.
 */
export type ConflictReason = 'content' | 'amended' | 'removed';

/**
 * Decides by the row and its stored chain alone. What the file does not say (it may lack the audit
 * columns) counts as unchanged.
 *
 * @param chain holds an entry of the row's id
 */
export function decide(row: EntryRecord, chain: StoredChain): Decision {
  const standing = chain.standingFor(row);
  const current = standing.at(-1);
  if (current === undefined) {
    const entry = chain.entryOf(row.id);
    if (entry === undefined) throw new Error(`the chain has no entry ${row.id}`);
    return { kind: 'conflict', reason: 'content', entry };
  }
  if (row.deletedAt === undefined) return { kind: 'unchanged', entry: current.entry };
  if (row.deletedAt === null) return decideOnLive(row, current, chain);
  return decideOnDeleted(row.deletedAt, standing, current, chain);
}

function decideOnLive(row: EntryRecord, current: Standing, chain: StoredChain): Decision {
  const { entry } = current;
  if (entry.deletedAt === null) return { kind: 'unchanged', entry };
  const live = chain.amendmentOf(current);
  const restoredAt = restorationAfter(entry.deletedAt, row);
  if (restoredAt === undefined) return { kind: 'kept', entry, live };
  if (live !== undefined) return { kind: 'conflict', reason: 'amended', entry: live };
  return { kind: 'restore', entry, id: chain.restorationOf(row.id), after: chain.last ?? entry, restoredAt };
}

/**
 * When the browser application restored a live row, if the entry was deleted by then. A restoration
 * is the only change that the application makes to a row which is live afterwards. It may have
 * happened in the millisecond of the deletion.
 */
function restorationAfter(deletedAt: Date, { createdAt, updatedAt }: EntryRecord): Date | undefined {
  if (updatedAt === undefined || updatedAt < deletedAt) return undefined;
  return createdAt !== undefined && updatedAt <= createdAt ? undefined : updatedAt;
}

function decideOnDeleted(
  deletedAt: Date,
  standing: readonly Standing[],
  current: Standing,
  chain: StoredChain,
): Decision {
  const { entry, isOfServer } = current;
  const recorded = standing.find((one) => isDeletedAt(one.entry, deletedAt))?.entry;
  if (entry.deletedAt !== null) {
    const live = chain.amendmentOf(current);
    if (recorded !== undefined || live === undefined) return { kind: 'unchanged', entry: recorded ?? entry };
    return { kind: 'conflict', reason: 'amended', entry: live };
  }
  // The server restored what the browser application had deleted.
  if (isOfServer && recorded !== undefined) return { kind: 'unchanged', entry: recorded };
  // The file is older than the one whose import restored the row.
  const [first] = standing;
  if (!isOfServer && first !== undefined && first.entry !== entry && deletedAt < entry.createdAt)
    return { kind: 'unchanged', entry: first.entry };
  return { kind: 'delete', entry, deletedAt: notBefore(entry.createdAt, deletedAt) };
}

/** Whether a stored entry holds this deletion of the browser application. */
function isDeletedAt(entry: StoredEntry, deletedAt: Date): boolean {
  return entry.deletedAt !== null && +entry.deletedAt === +notBefore(entry.createdAt, deletedAt);
}

function notBefore(earliest: Date, instant: Date): Date {
  return instant < earliest ? earliest : instant;
}

/** Where a new row that replaces a stored entry goes, or why it cannot. */
export type Placement = { after: StoredEntry } | Conflict;

/**
 * Places the edited copy of a row whose entry is stored: at the end of its chain.
 *
 * @param original the id of the row that the copy replaces
 */
export function place(copy: EntryRecord, original: string, chain: StoredChain): Placement {
  const replaced = chain.newestOf(original);
  if (replaced !== undefined && replaced.entry.deletedAt !== null) {
    const { entry } = replaced;
    const live = chain.amendmentOf(replaced);
    if (live !== undefined) return { kind: 'conflict', reason: 'amended', entry: live };
    if (wasRemovedOnServer(entry, copy)) return { kind: 'conflict', reason: 'removed', entry };
  }
  const after = chain.last;
  if (after === undefined) throw new Error(`the chain of ${original} has no entries`);
  return { after };
}

/**
 * Whether the server removed the entry that a copy replaces. The server removes an entry at the
 * instant of its last change, with a reason; a deletion by the browser application is recorded
 * later than it happened. The copy is made at the instant of its own deletion.
 */
function wasRemovedOnServer(entry: StoredEntry, { createdAt }: EntryRecord): boolean {
  const { deletedAt, updatedAt, editReason } = entry;
  if (deletedAt === null || +deletedAt !== +updatedAt || editReason === null) return false;
  return createdAt === undefined || !isAbout(createdAt, deletedAt);
}
