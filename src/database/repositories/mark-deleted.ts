import type { EntityManager } from 'typeorm';
import type { Removal } from './entry-edit.js';

// Not before the entry was there, also where the clock was set back or a transaction began earlier: so at no instant two
// entries of a chain are known. Who waited for another session finds the entry deleted, and marks nothing.
const mark = `
  UPDATE journal SET deleted_at = greatest(now(), created_at), updated_at = greatest(now(), created_at),
    edited_by = $3, edit_reason = $4
  WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL`;

/** Marks a live entry as deleted, which is final. @returns whether it was live */
export async function markDeleted(
  manager: EntityManager,
  userId: string,
  id: string,
  { reason, editedBy }: Removal,
): Promise<boolean> {
  const values = [userId, id, editedBy ?? null, reason];
  const [, affected] = await manager.query<[unknown[], number]>(mark, values);
  return affected === 1;
}
