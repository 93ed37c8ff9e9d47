/** The role of a signed-in user: own rows only. Without a user in scope it reaches no rows. */
export const userRole = 'journal_user';
/** The role of sign-in and sign-up: all rows of `users`, no other table. */
export const authRole = 'journal_auth';
