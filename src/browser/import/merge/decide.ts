import type { EntryRecord } from '../../../journal/new-entry.js';
import { isWithinOneSecond } from '../check/edit-matches.js';
import type { Link, StoredChain, StoredEntry } from './stored-chain.js';

/** The decision on a row of the file whose id is stored. */
export type Decision =
  /** The stored entry equals the row, and both are live or both deleted. */
  | { kind: 'unchanged'; entry: StoredEntry }
  /**
   * The entry was removed or amended, on the server or by the import of a newer file, and the
   * browser application has not changed the row since.
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

/** Both sides changed the row and its entry, or the same id has different content. */
export interface Conflict {
  kind: 'conflict';
  reason: ConflictReason;
  /** The server's entry: live, or removed. */
  entry: StoredEntry;
  /** The entry with the row's content; without such an entry, the one with the row's id. */
  original: StoredEntry;
}

/**
 * `content`: the values under the row's id differ. `amended`: the browser application deleted,
 * edited or restored the row, and the server amended or restored the entry. `removed`: the browser
 * application edited the row, and the server removed the entry.
 */
export type ConflictReason = 'content' | 'amended' | 'removed';

/**
 * Decides by the row and its stored chain alone. Columns that the file lacks, such as the audit
 * columns of old files, count as unchanged.
 *
 * @param chain contains an entry with the row's id
 */
export function decide(row: EntryRecord, chain: StoredChain): Decision {
  const rowEntries = chain.rowEntriesOf(row);
  const [first] = rowEntries;
  const current = rowEntries.at(-1);
  if (first === undefined || current === undefined) {
    const newest = chain.newestOf(row.id);
    const original = chain.entryOf(row.id);
    if (newest === undefined || original === undefined) throw new Error(`the chain has no entry ${row.id}`);
    return {
      kind: 'conflict',
      reason: 'content',
      entry: chain.amendmentOf(newest) ?? newest.entry,
      original,
    };
  }
  if (row.deletedAt === undefined) return { kind: 'unchanged', entry: current.entry };
  if (row.deletedAt === null) return decideOnLive(row, first, current, chain);
  return decideOnDeleted(row.deletedAt, rowEntries, first, current, chain);
}

function decideOnLive(row: EntryRecord, first: Link, current: Link, chain: StoredChain): Decision {
  const { entry } = current;
  if (entry.deletedAt === null) return { kind: 'unchanged', entry };
  const live = chain.amendmentOf(current);
  const restoredAt = restorationAfter(entry.deletedAt, row, entry);
  if (restoredAt === undefined) return { kind: 'kept', entry, live };
  if (live !== undefined) return { kind: 'conflict', reason: 'amended', entry: live, original: first.entry };
  return { kind: 'restore', entry, id: chain.restorationOf(row.id), after: chain.last, restoredAt };
}

/**
 * The instant at which the browser application restored a live row after `deletedAt`; undefined if
 * it did not. A restoration is the only change of the application after which a row is live. It may
 * happen in the millisecond of the deletion.
 *
 * Databases from before the audit columns never get `updated_at`: the application's ALTER TABLE
 * fails. There a row is restored if it is live and an import recorded its deletion. The next
 * millisecond is earlier than every later deletion by the browser's clock.
 */
function restorationAfter(
  deletedAt: Date,
  { createdAt, updatedAt }: EntryRecord,
  entry: StoredEntry,
): Date | undefined {
  if (updatedAt === undefined) return isRemovedOnServer(entry) ? undefined : new Date(+deletedAt + 1);
  if (updatedAt < deletedAt) return undefined;
  return createdAt !== undefined && updatedAt <= createdAt ? undefined : updatedAt;
}

function decideOnDeleted(
  deletedAt: Date,
  rowEntries: readonly Link[],
  first: Link,
  current: Link,
  chain: StoredChain,
): Decision {
  const { entry, isOfServer } = current;
  const recorded = rowEntries.find((rowEntry) => isDeletedAt(rowEntry.entry, deletedAt))?.entry;
  if (entry.deletedAt !== null) {
    const live = chain.amendmentOf(current);
    if (recorded !== undefined || live === undefined) return { kind: 'unchanged', entry: recorded ?? entry };
    // A newer file has been imported, in which the row was restored and edited later.
    if (deletedAt < entry.deletedAt && !isRemovedOnServer(entry)) return { kind: 'kept', entry, live };
    return { kind: 'conflict', reason: 'amended', entry: live, original: first.entry };
  }
  // The server restored an entry that the browser application had deleted.
  if (isOfServer && recorded !== undefined) return { kind: 'unchanged', entry: recorded };
  // A newer file has been imported, which restored the row. A deletion that precedes the stored
  // entry does not show this: without `created_at`, entries are created at their imports.
  const isComparable = deletedAt >= first.entry.createdAt;
  if (!isOfServer && first.entry !== entry && isComparable && deletedAt < entry.createdAt)
    return { kind: 'unchanged', entry: first.entry };
  return { kind: 'delete', entry, deletedAt: notBefore(entry.createdAt, deletedAt) };
}

/** Whether a stored entry records this deletion of the browser application. */
function isDeletedAt(entry: StoredEntry, deletedAt: Date): boolean {
  return entry.deletedAt !== null && +entry.deletedAt === +notBefore(entry.createdAt, deletedAt);
}

function notBefore(earliest: Date, instant: Date): Date {
  return instant < earliest ? earliest : instant;
}

/**
 * The conflict that keeps a new row from replacing a row whose entry is stored. Without a conflict
 * the new row follows the last entry of the chain.
 *
 * @param replaced the newest entry that represents the replaced row; undefined if none does
 * @param deletedAt when the file says that the replaced row was deleted
 */
export function conflictOfCopy(
  copy: EntryRecord,
  chain: StoredChain,
  replaced: Link | undefined,
  deletedAt?: Date,
): Conflict | undefined {
  if (replaced === undefined || replaced.entry.deletedAt === null) return undefined;
  const { entry } = replaced;
  const live = chain.amendmentOf(replaced);
  if (live !== undefined) return { kind: 'conflict', reason: 'amended', entry: live, original: entry };
  // A file with the same deletion was exported after it: the new row restores or amends it.
  if (deletedAt !== undefined && isDeletedAt(entry, deletedAt)) return undefined;
  return wasRemovedOnServer(entry, copy)
    ? { kind: 'conflict', reason: 'removed', entry, original: entry }
    : undefined;
}

/**
 * Whether the server, and not the browser application, removed the entry that a copy replaces. The
 * application created the copy at the instant of its deletion.
 */
function wasRemovedOnServer(entry: StoredEntry, { createdAt }: EntryRecord): boolean {
  if (entry.deletedAt === null || !isRemovedOnServer(entry)) return false;
  return createdAt === undefined || !isWithinOneSecond(createdAt, entry.deletedAt);
}

/**
 * Whether an entry has the timestamps of a removal on the server, where `deletedAt` is the instant
 * of the last change. The import of a deletion by the browser application is later than its
 * `deletedAt`. A row that was first imported as deleted has both timestamps of the file.
 */
export function isRemovedOnServer({ deletedAt, updatedAt, editReason }: StoredEntry): boolean {
  return deletedAt !== null && +deletedAt === +updatedAt && editReason !== null;
}
