import type { EntryChanges } from 'trading-journal-database';
import { z } from 'zod';

/** The request body of an amendment. The package checks the members of `changes`. */
export const amendRequest = z.strictObject({
  changes: z
    .looseObject({
      ts: z.iso
        .datetime({ offset: true })
        .transform((text) => new Date(text))
        .optional(),
    })
    .transform((changes) => changes as EntryChanges),
  reason: z.string(),
  /** The id of the amended entry, chosen by the client; makes the request idempotent. */
  id: z.string().optional(),
});
export type AmendRequest = z.output<typeof amendRequest>;

/** The query parameters of a removal. Many clients send no body with DELETE. */
export const removeQuery = z.strictObject({ reason: z.string() });
export type RemoveQuery = z.output<typeof removeQuery>;
