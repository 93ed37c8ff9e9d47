import { z } from 'zod';
import { accountStatuses } from 'trading-journal-database';

/** `AccountsRepository` checks the length of the id and the name. */
export const newAccount = z.strictObject({ id: z.string().optional(), name: z.string() });
export type NewAccount = z.output<typeof newAccount>;

/** Changes of an account; omitted members stay as they are. */
export const accountChanges = z.strictObject({ name: z.string().optional(), closed: z.boolean().optional() });
export type AccountChanges = z.output<typeof accountChanges>;

export const accountsQuery = z.object({ status: z.enum(accountStatuses).optional() });
export type AccountsQuery = z.output<typeof accountsQuery>;
