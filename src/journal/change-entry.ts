import { v7 as uuidv7 } from 'uuid';
import { entryColumns } from '../model/entry-column.js';
import type { JournalEntry } from '../model/journal-entry.entity.js';
import {
  EntryAlreadyAmendedError,
  EntryConflictError,
  EntryNotFoundError,
  UnknownAccountError,
} from './entry.errors.js';
import { copyOfContent } from './append-entries.js';
import { idempotent } from '../isolation/run-unit.js';
import type { UserScope } from '../isolation/user-scope.js';
import { constraintOf } from '../driver/failures/failures.js';
import { refuseInvalidSuccessor } from './check-entries.js';
import { chainOf, findEntries, liveIn, notLiveError, requireEntry } from './find-entries.js';
import { checkAmendment, checkRemoval, checkRestoration } from './entry-edit.js';
import type { Amendment, EntryChanges, Removal, Restoration } from './entry-edit.js';
import { markDeleted } from './mark-deleted.js';
import { contentColumns, namedValues, namesOf } from './entry-columns.js';

// Each exported function chooses the id of the new entry before its unit of work, so the unit is
// idempotent. Of concurrent calls for one entry, one succeeds. `JournalRepository` lists the
// errors.

/**
 * Marks a live entry as deleted and appends its successor in one unit of work.
 *
 * @returns the successor, also if an earlier call has stored it with the same content
 */
export async function amendEntry(
  scope: UserScope,
  source: string,
  given: EntryChanges,
  amendment: Amendment,
): Promise<JournalEntry> {
  const [checked, { id = uuidv7(), ...removal }] = checkAmendment(source, given, amendment);
  const changes = copyOfContent(checked);
  const copy = { source, changes, id };
  try {
    return await scope.transaction(async () => {
      const isNew = await markDeleted(scope, source, removal);
      if (isNew) await appendSuccessor(scope, copy);
      else await requireRepetition(scope, copy);
      const stored = await findEntries(scope, [source, id]);
      const [predecessor, successor] = [source, id].map((wanted) =>
        stored.find((entry) => entry.id === wanted),
      );
      if (!predecessor || !successor) throw new Error('The amended entry could not be read.');
      // The content is known only now, because the server copies what the changes leave out.
      if (isNew) refuseInvalidSuccessor(successor, predecessor);
      return successor;
    }, idempotent);
  } catch (error) {
    const unknown = unknownAccountOf(error, changes);
    throw unknown == null ? error : new UnknownAccountError([unknown]);
  }
}

function unknownAccountOf(error: unknown, { accountId, targetAccountId }: EntryChanges) {
  const constraint = constraintOf(error);
  if (constraint === 'fk_journal_account') return accountId;
  return constraint === 'fk_journal_target_account' ? targetAccountId : undefined;
}

async function appendSuccessor(scope: UserScope, copy: EntryCopy): Promise<void> {
  const { source } = copy;
  if (await appendCopy(scope, copy, source)) return;
  const conflicting = await differencesFromCopy(scope, copy);
  if (conflicting !== undefined) throw conflictOf(copy, conflicting);
  // Imported live entries can have a successor already. The new one then follows the last entry of
  // the chain.
  const last = (await chainOf(scope, source)).at(-1);
  if (last === undefined || !(await appendCopy(scope, copy, last.id)))
    throw new EntryAlreadyAmendedError([source]);
}

async function requireRepetition(scope: UserScope, copy: EntryCopy): Promise<void> {
  const { source, id } = copy;
  const links = await chainOf(scope, source);
  const place = (wanted: string) => links.findIndex((link) => link.id === wanted);
  const differing = place(id) > place(source) ? await differencesFromCopy(scope, copy) : undefined;
  const isRepetition = differing?.length === 0;
  if (!isRepetition) throw notLiveError(source, links);
}

/**
 * Marks a live entry as deleted.
 *
 * @returns the removed entry, also if an earlier call removed it with the same reason and
 * `editedBy`
 */
export async function removeEntry(scope: UserScope, id: string, given: Removal): Promise<JournalEntry> {
  const removal = checkRemoval(given);
  return scope.transaction(async () => {
    if (await markDeleted(scope, id, removal)) return requireEntry(scope, id);
    const links = await chainOf(scope, id);
    const last = links.at(-1);
    if (last !== undefined && last.id === id && isRemovedBy(last, removal)) return last;
    throw notLiveError(id, links);
  }, idempotent);
}

function isRemovedBy({ editReason, editedBy }: JournalEntry, removal: Removal): boolean {
  return editReason === removal.reason && editedBy === (removal.editedBy ?? null);
}

/**
 * Appends a new entry with the content of a deleted one to the end of its chain.
 *
 * @returns the new entry, also if an earlier call has stored it with the same content; the entry
 * `source` if that entry is live
 */
export async function restoreEntry(
  scope: UserScope,
  source: string,
  restoration: Restoration,
): Promise<JournalEntry> {
  const { id = uuidv7(), ...edit } = checkRestoration(source, restoration);
  const copy = { source, changes: {}, id, edit };
  return scope.transaction(() => restoreWithin(scope, copy), idempotent);
}

async function restoreWithin(scope: UserScope, copy: EntryCopy): Promise<JournalEntry> {
  const { source, id } = copy;
  const links = await chainOf(scope, source);
  const [entry, restored] = [source, id].map((wanted) => links.find((link) => link.id === wanted));
  const last = links.at(-1);
  if (entry === undefined || last === undefined) throw new EntryNotFoundError([source]);
  if (entry.deletedAt === null) return entry;

  const differing = restored === undefined ? undefined : await differencesFromCopy(scope, copy);
  if (restored !== undefined && differing?.length === 0) return restored;
  const live = liveIn(links);
  if (live !== undefined) throw new EntryAlreadyAmendedError([source], live.id);
  if (differing !== undefined) throw conflictOf(copy, differing);

  if (await appendCopy(scope, copy, last.id)) return requireEntry(scope, id);
  // Either the id belongs to an entry outside the chain, or a concurrent call extended the chain.
  const taken = await differencesFromCopy(scope, copy);
  const linksNow = await chainOf(scope, source);
  const isElsewhere = !linksNow.some((link) => link.id === id);
  if (taken !== undefined && isElsewhere) throw conflictOf(copy, taken);
  // On a cycle, which the foreign key permits, every entry has a successor.
  if (linksNow.length === links.length) throw new EntryAlreadyAmendedError([source]);
  return restoreWithin(scope, copy);
}

/** The error for a new id that belongs to an entry with other content or another predecessor. */
function conflictOf({ id }: EntryCopy, columns: readonly string[]): EntryConflictError {
  return new EntryConflictError([{ id, columns: [...columns, 'original_entry_id'] }]);
}

/** A new entry with the content of a deleted one. */
interface EntryCopy {
  /** The id of the deleted entry whose content is copied. */
  source: string;
  changes: EntryChanges;
  /** The id of the new entry. */
  id: string;
  /** Stored with the new entry. A restoration sets it; an amendment stores it with `source`. */
  edit?: Restoration;
}

/**
 * Appends the copy on the server: the content is not sent to the client and back, so it stays
 * exact.
 *
 * @param after the id of the predecessor: the last, deleted entry of the chain
 * @returns false if `id` is stored already or `after` has another successor; nothing was written
 */
async function appendCopy(
  { manager, userId }: UserScope,
  { source, changes, id, edit = {} }: EntryCopy,
  after: string,
): Promise<boolean> {
  const given = {
    ...changes,
    id,
    originalEntryId: after,
    deletedAt: null,
    editedBy: edit.editedBy ?? null,
    editReason: edit.reason ?? null,
  };
  const values = [userId, source, after, JSON.stringify(namedValues(given, entryColumns))];
  const rows = await manager.query<unknown[]>(copyStatement, values);
  return rows.length === 1;
}

/**
 * Compares the stored entry `id` with the copy.
 *
 * @returns the columns that differ; undefined if the user has no entry `id`
 */
async function differencesFromCopy(
  { manager, userId }: UserScope,
  { source, changes, id }: EntryCopy,
): Promise<string[] | undefined> {
  const values = [userId, source, id, JSON.stringify(namedValues(changes, contentColumns))];
  const [row] = await manager.query<{ columns: string[] }[]>(copyDifferences, values);
  return row?.columns;
}

// Columns that the JSON omits keep the value of `source`. `recorded` is one of them: an amended
// entry keeps its place among entries of its instant.
const wanted = `json_populate_record(source, $4::json) wanted`;

// Not earlier than the predecessors' deletion: see mark-deleted.ts.
const instant = 'greatest(now(), source.deleted_at, previous.deleted_at)';

const newValues = entryColumns.map(({ property, name }) =>
  property === 'createdAt' || property === 'updatedAt' ? instant : `wanted.${name}`,
);
const copyStatement = `INSERT INTO journal (user_id, ${namesOf(entryColumns)})
    SELECT source.user_id, ${newValues.join(', ')}
    FROM journal source JOIN journal previous ON previous.user_id = source.user_id AND previous.id = $3
      CROSS JOIN LATERAL ${wanted}
    WHERE source.user_id = $1 AND source.id = $2
    ON CONFLICT DO NOTHING RETURNING id`;

const differences = contentColumns.map(
  ({ name }) => `CASE WHEN stored.${name} IS DISTINCT FROM wanted.${name} THEN '${name}' END`,
);
const copyDifferences = `SELECT array_remove(ARRAY[${differences.join(', ')}], NULL) AS columns
    FROM journal source JOIN journal stored ON stored.user_id = source.user_id AND stored.id = $3
      CROSS JOIN LATERAL ${wanted}
    WHERE source.user_id = $1 AND source.id = $2`;
