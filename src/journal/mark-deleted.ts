import type { UserScope } from '../isolation/user-scope.js';
import { isStorable } from '../model/storable.js';
import { runStatement } from '../driver/statements/run-statement.js';
import type { Removal } from './entry-edit.js';
import { arrayLiteral } from './entry-selection.js';

// Not earlier than created_at, even if the clock was set back or the transaction began earlier: at
// no instant does a chain have two live entries. A session that waited for a concurrent deletion
// finds the entry deleted and updates nothing.
const mark = `
  UPDATE journal SET deleted_at = greatest(now(), created_at), updated_at = greatest(now(), created_at),
    edited_by = $3, edit_reason = $4
  WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL`;

/** Marks a live entry as deleted; policies make that final. @returns whether it was live */
export async function markDeleted(
  { manager, userId }: UserScope,
  id: string,
  { reason, editedBy }: Removal,
): Promise<boolean> {
  if (!isStorable(id)) return false;
  const values = [userId, id, editedBy ?? null, reason];
  const [, affected] = await manager.query<[unknown[], number]>(mark, values);
  return affected === 1;
}

/** A removal that another system made in the past. */
export interface PastRemoval {
  /** The id of the removed entry. */
  id: string;
  deletedAt: Date;
  editReason: string | null;
  editedBy: string | null;
}

// `updated_at` is the instant of this UPDATE. It differs from `deleted_at`, which marks the removal
// as one of another system.
const markSeveral = `
  UPDATE journal SET deleted_at = greatest(given.deleted_at, created_at), updated_at = now(),
    edited_by = given.edited_by, edit_reason = given.edit_reason
  FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[]) AS given(one, deleted_at, edited_by, edit_reason)
  WHERE user_id = $1 AND id = given.one AND journal.deleted_at IS NULL RETURNING id`;

/** @returns the ids of the entries that were live */
export function markDeletedInPast(
  { manager, userId }: UserScope,
  removals: readonly PastRemoval[],
): Promise<string[]> {
  const values = [
    userId,
    arrayLiteral(removals.map(({ id }) => id)),
    arrayLiteral(removals.map(({ deletedAt }) => deletedAt.toISOString())),
    arrayLiteral(removals.map(({ editedBy }) => editedBy)),
    arrayLiteral(removals.map(({ editReason }) => editReason)),
  ];
  return runStatement(manager, { text: markSeveral, values, map: (row) => row.text(0) as string });
}
