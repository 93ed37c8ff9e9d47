import { z } from 'zod';

const password = z.string().min(12).max(200);

/** Registers a user, or signs a user in. `UsersRepository` checks the address. */
export const credentials = z.strictObject({ email: z.string(), password });
export type Credentials = z.output<typeof credentials>;

export const passwordChange = z.strictObject({ password: z.string(), newPassword: password });
export type PasswordChange = z.output<typeof passwordChange>;

/** Asks again for the password: whoever changes the address can take the user over. */
export const emailChange = z.strictObject({ password: z.string(), email: z.string() });
export type EmailChange = z.output<typeof emailChange>;

/** Asks again for the password before a deletion. */
export const confirmation = z.strictObject({ password: z.string() });
export type Confirmation = z.output<typeof confirmation>;
