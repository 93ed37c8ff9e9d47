import { v5 as uuidv5 } from 'uuid';

/** The namespace of the ids of amended entries. */
const namespace = '0d3e0b1c-8f43-5b1e-8c55-6a3f7f0b5a11';

/**
 * The id of the entry by which an import amends a stored entry with a correction or a purchase of
 * localStorage. The id depends only on the stored entry and the reason. So a later import can tell
 * this amendment from one that the server made.
 */
export function amendmentId({ id, editReason }: { id: string; editReason: string | null }): string {
  return uuidv5(`${editReason} ${id}`, namespace);
}
