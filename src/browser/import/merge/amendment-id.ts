import { v5 as uuidv5 } from 'uuid';

const namespace = '0d3e0b1c-8f43-5b1e-8c55-6a3f7f0b5a11';

/**
 * The id of the successor when an item of localStorage amends a stored entry. It depends only on
 * the stored entry and the reason, so that later imports recognise their own amendments.
 */
export function amendmentId({ id, editReason }: { id: string; editReason: string | null }): string {
  return uuidv5(`${editReason} ${id}`, namespace);
}
